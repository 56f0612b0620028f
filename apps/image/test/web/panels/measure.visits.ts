import test from 'ava';
import type { Page } from 'playwright-core';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { AdvectError } from '@advect/base/errors';
import { encodePng } from '#src/codec/encode.js';
import { openModel } from '#src/files/open.js';
import { levelsToPicture, pictureToLevels } from '#src/layout/levels.js';
import { encodePictures } from '#src/model/codes.js';
import { pictureDensities, usualDivergence, usualDraws } from '#src/model/density.js';
import { draw } from '#src/model/draw.js';
import { flowOf } from '#src/model/flow-of.js';
import { byError, exactly, solverSettings } from '#src/model/solver.js';
import { agreementBounds } from '../../model/agreement.js';
import { heldOutDigits } from '../../model/held-out.js';
import { barePngSize, pngChunk } from '../../png-chunks.js';
import { visit } from '../visit.js';
import { shown } from './looks.js';
import { drop, levelsOf, whiteOnBlack } from './on-page.js';

/** What the panel says under a name. */
const figureOf = (page: Page, name: string): Promise<string> =>
  page
    .locator('.figure', { has: page.locator(`dt:text-is("${name}")`) })
    .locator('dd')
    .first()
    .innerText();

/** A drawing of a one, large and not square. */
const drawnOne = (): Promise<Uint8Array> => whiteOnBlack(300, 240, { left: 130, top: 30, width: 40, height: 180 });

test.serial('a picture of the wall is measured as the command line does; its bits, noise and classes are shown', async (t) => {
  await visit(t, { hash: 'seed=42&panel=measure' }, async ({ page }) => {
    await page.waitForSelector('.heat canvas');
    const model = await openModel('digits8');
    const flow = await flowOf(model);
    const solver = { method: 'dopri5', rtol: 1e-3, atol: 1e-3, executor: 'wasm' } as const;
    const { pictures } = await draw(flow, model.form, [0], { ...solver, seed: 42, start: 0, temperature: 1, guidance: 1 });
    const levels = pictureToLevels(pictures[0], 17);
    t.deepEqual(await levelsOf(page, '.faces canvas'), [...levels]);
    const { bitsPerDim, standardError } = await pictureDensities(
      flow,
      { count: 1, pixels: levels, labels: Int32Array.of(-1) },
      model.form,
      { ...solver, draws: 4, seed: 0 },
    );
    const [bits, error] = (await figureOf(page, 'Bits/dim')).split(' ± ').map(Number);
    t.true(Math.abs(bits - bitsPerDim[0]) < 0.002, `${bits} ${bitsPerDim[0]}`);
    t.true(Math.abs(error - standardError[0]) < 0.002);
    await page.getByText('There and back').waitFor();
    t.true(Number.parseFloat(await figureOf(page, 'There and back')) < 0.01);
    const total = Number((await figureOf(page, 'Sum of the heat map')).split(' ')[0]);
    t.true(Math.abs(total / 64 - bits) < 0.3, `${total / 64} ${bits}`);
    const costs = (await page.getByRole('region', { name: 'Code length' }).innerText())
      .match(/[\d,]+(?= bits)/g)!
      .map((n) => Number(n.replace(',', '')));
    t.true(Math.abs(costs[0] - bitsPerDim[0] * 64) <= 1);
    const png = await sharp(pictures[0].data, { raw: { width: 8, height: 8, channels: 1 } })
      .toColourspace('b-w')
      .png({ compressionLevel: 9 })
      .toBuffer();
    t.true(Math.abs(costs[1] / 8 - barePngSize(png)) <= 0.1 * barePngSize(png), `${costs[1] / 8} ${barePngSize(png)}`);

    const map = page.locator('.heat-surface');
    await map.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    const read = await page.locator('.heat output').innerText();
    t.regex(read, /^row \d, column \d: -?\d+\.\d\d bits$/);
    await page.getByText('All numbers').click();
    const [, row, column, value] = /row (\d), column (\d): (\S+)/.exec(read)!;
    const cell = page
      .locator('.heat tbody tr')
      .nth(Number(row) - 1)
      .locator('td')
      .nth(Number(column) - 1);
    t.is(Number(await cell.innerText()), Number(Number(value).toFixed(1)));
    await shown(t, page);
  });
});

test.serial('a dropped picture is read as the command line reads it; a broken one is refused with what is wrong', async (t) => {
  await visit(t, { hash: 'seed=42', width: 390, height: 800 }, async ({ page }) => {
    const one = await drawnOne();
    await drop(page, [
      { name: 'notes.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.7') },
      { name: 'one.png', type: 'image/png', bytes: one },
    ]);
    await page.waitForSelector('.faces');
    t.is(await page.locator('.trouble strong').innerText(), "'notes.pdf' is a PDF, which is not read here");
    const { decodePicture } = await import('#src/codec/decode.js');
    const { picture } = await decodePicture(one, 'one.png', { size: 8, channels: 1 });
    const expected = pictureToLevels(picture, 17);
    const levels = await levelsOf(page, '.faces canvas');
    t.true(levels.every((level, i) => Math.abs(level - expected[i]) <= 1));
    await page.waitForSelector('.heat canvas');
    const best = page.getByRole('region', { name: 'Most probable classes' }).locator('.bar-row').first();
    t.is((await best.innerText()).split('\n')[0], '1');
    const huge = Buffer.concat([one.subarray(0, 8), pngChunk('IHDR', Uint8Array.of(0, 0, 78, 32, 0, 0, 78, 32, 8, 0, 0, 0, 0))]);
    await drop(page, [{ name: 'huge.png', type: 'image/png', bytes: huge }]);
    await page.waitForFunction(() => document.querySelector('.trouble strong')?.textContent?.includes('20000 × 20000 pixels'));
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await drop(page, [{ name: 'cut.png', type: 'image/png', bytes: one.subarray(0, 60) }]);
    await page.waitForFunction(() => document.querySelector('.trouble strong')?.textContent === "'cut.png' cannot be decoded");
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await drop(page, [
      { name: 'empty.png', type: 'image/png', bytes: new Uint8Array() },
      { name: '.hidden', type: '', bytes: Buffer.from('x') },
      { name: 'drawing.svg', type: 'image/svg+xml', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>') },
      { name: 'moving.gif', type: 'image/gif', bytes: await twoFrames() },
      ...Array.from({ length: 20 }, (_, i) => ({ name: `${i}.png`, type: 'image/png', bytes: one })),
    ]);
    await page.waitForSelector('.trouble');
    t.is(
      await page.locator('.trouble strong').innerText(),
      "Of 23 files 12 were taken; 9 were not looked at; 2 cannot be used: 'empty.png' is empty: it has 0 bytes, 'drawing.svg' is an SVG drawing, which has no pixels of its own and is not read here",
    );
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await page.locator('.choice').getByRole('button', { name: 'moving.gif' }).click();
    t.regex(await page.locator('.faces figcaption').first().innerText(), /its first frame was taken\s+it is 20 × 16; the middle square/);
    const bomb = Buffer.from(zipSync({ 'm/model.json': new Uint8Array(4 * 2 ** 20) }));
    await drop(page, [{ name: 'bomb.zip', type: 'application/zip', bytes: bomb }]);
    await page.waitForFunction(() =>
      document.querySelector('.trouble strong')?.textContent?.includes('holds a model.json of 4194304 bytes'),
    );
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await shown(t, page);
  });
});

test.serial('a real digit is as probable and comes back as exactly on WebGL as in Node, on ONNX Runtime and on WebAssembly', async (t) => {
  const { flow, form, pictures } = await heldOutDigits(1, 3);
  const inNode = async (executor: 'onnx' | 'wasm') => {
    const density = { ...solverSettings(byError), ...usualDivergence(form), solverError: false } as const;
    const { bitsPerDim } = await pictureDensities(flow, pictures, form, { ...density, draws: usualDraws(form), seed: 0, executor });
    const { roundTrip } = await encodePictures(flow, pictures, form, [-1], { ...solverSettings(exactly), seed: 0, executor });
    return { bits: bitsPerDim[0], levels: roundTrip.levels[0] };
  };
  const found = [await inNode('wasm')];
  try {
    found.push(await inNode('onnx'));
  } catch (thrown) {
    if (!(thrown instanceof AdvectError && thrown.code === 'unsupported')) throw thrown;
    t.log('without ONNX Runtime, which is not installed');
  }
  const png = await encodePng(levelsToPicture(pictures.pixels, form));
  await visit(t, { hash: 'seed=1&items=0&engine=webgl' }, async ({ page }) => {
    await drop(page, [{ name: 'digit.png', type: 'image/png', bytes: png }]);
    await page.getByText('There and back').waitFor();
    t.is(await page.getByLabel('Computed by').inputValue(), 'webgl');
    t.is(await page.locator('.status .warning').count(), 0, 'no other took its place');
    const [bits, levels] = [await figureOf(page, 'Bits/dim'), await figureOf(page, 'There and back')].map(Number.parseFloat);
    found.push({ bits, levels });
  });
  t.log(found);
  for (const { bits, levels } of found) {
    // The page rounds to the three digits that the standard error leaves.
    t.true(Math.abs(bits - found[0].bits) < agreementBounds.bitsPerDim + 0.0005);
    t.true(levels < agreementBounds.roundTrip);
  }
});

/** A GIF of 20 × 16 that moves. */
const twoFrames = (): Promise<Buffer> =>
  sharp(
    Uint8Array.from({ length: 20 * 32 * 3 }, (_, i) => (i % 7) * 30),
    { raw: { width: 20, height: 32, channels: 3, pageHeight: 16 } as never },
  )
    .gif({ delay: [50, 50] })
    .toBuffer();
