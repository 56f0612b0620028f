import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { encodePng } from '#src/codec/encode.js';
import { levelsToPicture } from '#src/layout/levels.js';
import { agreementBounds } from '#src/model/agreement.js';
import { encodePictures } from '#src/model/codes.js';
import { pictureDensities, usualDivergence, usualDraws } from '#src/model/density.js';
import { exactly, solverSettings } from '#src/model/solver.js';
import { heldOutDigits } from '../model/held-out.js';
import { drop } from './panels/on-page.js';
import { closeBrowser, visit } from './visit.js';

test.after.always(closeBrowser);

test.serial('a real digit is as probable, and comes back as exactly, on WebAssembly and WebGL in the page as in Node', async (t) => {
  const { flow, form, model, pictures } = await heldOutDigits(1, 3);
  const inNode = async (executor: 'onnx' | 'wasm') => {
    const density = { ...solverSettings({ method: 'dopri5', tolerance: 1e-3 }), ...usualDivergence(form), solverError: false } as const;
    const found = await pictureDensities(flow, pictures, form, { ...density, draws: usualDraws(form), seed: 0, executor });
    const { roundTrip } = await encodePictures(flow, pictures, form, [-1], { ...solverSettings(exactly), seed: 0, executor });
    return { by: executor as string, bits: found.bitsPerDim[0], levels: roundTrip.levels[0] };
  };
  const onNode = await inNode('onnx').catch((thrown: unknown) => {
    if (thrown instanceof AdvectError && thrown.code === 'unsupported') return inNode('wasm');
    throw thrown;
  });
  const png = await encodePng(levelsToPicture(pictures.pixels, form));
  const figures = [onNode];
  // The wall of one picture is soon made, by each engine.
  await visit(t, { hash: 'seed=1&items=0&engine=wasm' }, async ({ page }) => {
    const figure = async (name: string): Promise<number> => {
      const told = page.locator('.figure', { has: page.locator(`dt:text-is("${name}")`) }).locator('dd');
      return Number.parseFloat(await told.first().innerText());
    };
    for (const engine of ['wasm', 'webgl']) {
      if (engine !== 'wasm') {
        await page.getByLabel('Computed by').selectOption(engine);
        await page.waitForSelector('.wall[aria-busy="true"]');
        await page.waitForSelector('.wall[aria-busy="false"]');
      }
      await drop(page, [{ name: `${engine}.png`, type: 'image/png', bytes: png }]);
      await page.getByRole('img', { name: `The noise of ${engine}.png` }).waitFor();
      await page.getByText('There and back').waitFor();
      t.is(await page.getByLabel('Computed by').inputValue(), engine);
      t.is(await page.locator('.status .warning').count(), 0, 'no other took its place');
      figures.push({ by: engine, bits: await figure('Bits/dim'), levels: await figure('There and back') });
    }
  });
  t.log(model.name, figures);
  for (const { by, bits, levels } of figures) {
    // The page rounds to the digits that the standard error leaves, three here.
    t.true(Math.abs(bits - onNode.bits) < agreementBounds.bitsPerDim + 0.0005, by);
    t.true(levels < agreementBounds.roundTrip, by);
  }
});
