import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faultsOf, statusOf } from '@advect/testkit/page';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { openModel } from '#src/files/open.js';
import { draw } from '#src/model/draw.js';
import { flowOf } from '#src/model/flow-of.js';
import { shown } from './panels/looks.js';
import { builtPage, picturesOn, visit, wallHangs } from './visit.js';

const farthest = (a: readonly ArrayLike<number>[], b: readonly ArrayLike<number>[]): number =>
  Math.max(...a.flatMap((picture, i) => Array.from(picture, (v, j) => Math.abs(v - b[i][j]))));

/** Does something to the page and returns the wall afterwards, which must be another one. */
async function changed(t: ExecutionContext, page: Page, what: string, act: () => Promise<unknown>): Promise<number[][]> {
  const before = await picturesOn(page);
  await act();
  await wallHangs(page);
  const after = await picturesOn(page);
  t.true(farthest(after, before) > 10, what);
  return after;
}

test.serial('the page is at most 700 kB by gzip, without the models, whatever of it is used', async (t) => {
  const { report } = await builtPage();
  t.true(report.page > 100_000 && report.page <= 700_000, `${report.page} bytes`);
});

test.serial('the licences of the packages in the page go with it', async (t) => {
  const { folder } = await builtPage();
  const licences = await readFile(join(folder, 'licences.txt'), 'utf8');
  for (const part of ['preact', '@tensorflow/tfjs-core', 'gifenc']) t.regex(licences, new RegExp(`^${part} [\\d.]+ \\(`, 'm'));
  t.regex(licences, /Permission is hereby granted/);
});

test.serial('the wall has the pictures of the command line, melts to noise and comes back', async (t) => {
  await visit(t, {}, async ({ page }) => {
    const model = await openModel('digits8');
    const settings = {
      method: 'dopri5',
      rtol: 1e-3,
      atol: 1e-3,
      seed: 42,
      start: 0,
      temperature: 1,
      guidance: 1,
      executor: 'wasm',
    } as const;
    const labels = Array.from({ length: 16 }, (_, i) => i % 10);
    const { pictures: made } = await draw(await flowOf(model), model.form, labels, settings);
    const pictures = await picturesOn(page);
    t.is(pictures.length, 16);
    t.true(
      farthest(
        pictures,
        made.map(({ data }) => data),
      ) <= 1,
    );
    t.is(await statusOf(page, 'Threads').then(Number), await page.evaluate(() => Math.min(8, navigator.hardwareConcurrency)));
    t.regex(await statusOf(page, 'Self-test'), /^passed in \d+ ms$/);

    const time = page.getByLabel('Time', { exact: true });
    await time.fill('0');
    t.true(farthest(await picturesOn(page), pictures) > 100);
    t.is(await time.getAttribute('aria-valuetext'), 't = 0.00, noise');
    await page.locator('h1').click();
    await page.keyboard.press('ArrowRight');
    t.is(await time.inputValue(), '0.025');
    await page.keyboard.press(' ');
    t.is(await time.inputValue(), '1', 'who wants no motion gets the end at once');
    t.deepEqual(await picturesOn(page), pictures);
    await shown(t, page);
  });
});

test.serial('every control changes the wall, the address tells all of it, and the address brings it back', async (t) => {
  await visit(t, {}, async ({ page, context, address }) => {
    const chip = (name: string) => page.getByRole('group', { name: 'Classes on the wall' }).getByRole('button', { name, exact: true });
    await changed(t, page, 'threes', () => chip('3').click());
    await changed(t, page, 'threes and eights', () => chip('8').click());
    t.is(await page.locator('.tile').nth(1).getAttribute('aria-label'), 'Picture 2, 8');
    await changed(t, page, 'no class asked for', () => chip('No class').click());
    await changed(t, page, 'all classes', () => chip('All').click());
    await changed(t, page, 'a mix', () => page.getByRole('button', { name: 'Mix two classes' }).click());
    await changed(t, page, 'another class in the mix', () => page.getByLabel('First class of the mix').selectOption('1'));
    await changed(t, page, 'another share', () => page.getByLabel('Mix', { exact: true }).fill('0.2'));
    await changed(t, page, 'guidance', () => page.getByLabel('Guidance').fill('3'));
    const still = await changed(t, page, 'no noise at all', () => page.getByLabel('Temperature').fill('0'));
    t.deepEqual(new Set(still.map(String)).size, 1);
    await changed(t, page, 'more noise', () => page.getByLabel('Temperature').fill('1.2'));
    const evaluations = () => statusOf(page, 'Evaluations').then(Number);
    await changed(t, page, 'Euler', () => page.getByLabel('Solver').selectOption('euler'));
    t.is(await evaluations(), 40);
    await changed(t, page, 'five steps', () => page.getByLabel('Steps', { exact: true }).fill('5'));
    t.is(await evaluations(), 6, 'and the slope at the end, by which times within the last step are interpolated');
    await changed(t, page, 'adaptive', () => page.getByLabel('Solver').selectOption('tsit5'));
    await changed(t, page, 'a large error', async () => {
      await page.getByLabel('Choose steps by the error').check();
      await page.getByLabel('Error per step').fill('-1');
    });
    await changed(t, page, 'a new seed', () => page.getByRole('button', { name: 'New seed' }).click());
    await page.getByRole('button', { name: 'Lock the seed' }).click();
    t.true(await page.getByRole('button', { name: 'New seed' }).isDisabled());
    await changed(t, page, "a seed of one's own", async () => {
      await page.getByLabel('Seed', { exact: true }).fill('7');
      await page.keyboard.press('Enter');
    });

    const pictures = await picturesOn(page);
    await page.waitForFunction(() => location.hash.includes('seed=7'));
    const hash = await page.evaluate(() => location.hash);
    const settings = 'm=digits8&seed=7&lock=1&label=1~8~20&guidance=3&temperature=1.2&solver=tsit5&tol=0.1';
    t.is(decodeURIComponent(hash), `#${settings}`);
    const other = await context.newPage();
    await other.goto(`${address}${hash}`);
    await wallHangs(other);
    t.deepEqual(await picturesOn(other), pictures);
    await other.evaluate(() => (location.hash = '#m=digits8&seed=42'));
    await other.waitForFunction(() => document.querySelector<HTMLInputElement>('#seed')?.value === '42');
    await wallHangs(other);
    t.true(farthest(await picturesOn(other), pictures) > 100);
  });
});

test.serial('pictures are kept in this browser, the rest is cleared, and what is kept hangs its wall again', async (t) => {
  await visit(t, {}, async ({ page }) => {
    const before = await picturesOn(page);
    const kept = page.getByRole('region', { name: 'Kept pictures' }).getByRole('listitem');
    await page.locator('.tile').nth(2).click();
    await page.keyboard.press('f');
    await kept.first().waitFor();
    t.is(await page.locator('.wall .tile').nth(2).getAttribute('aria-label'), 'Picture 3, 2, kept');
    await page.getByRole('button', { name: 'Clear the rest' }).click();
    await wallHangs(page);
    const after = await picturesOn(page);
    t.deepEqual(after[2], before[2]);
    for (const [place, picture] of after.entries()) if (place !== 2) t.true(farthest([picture], [before[place]]) > 10, `place ${place}`);
    await page.waitForFunction(() => location.hash.includes('items=16.17.2.18'));

    await page.reload();
    await wallHangs(page);
    t.deepEqual(await picturesOn(page), after);
    await kept.first().getByRole('button', { name: 'Show 2, item 2 of seed 42 again' }).click();
    await wallHangs(page);
    t.deepEqual((await picturesOn(page))[0], before[2]);
    await kept.first().getByRole('button', { name: 'Give up 2, item 2 of seed 42' }).click();
    t.is(await kept.count(), 0);
  });
});

test.serial(
  'from any host, at any path, without its headers: one thread, which is said; and without a network from the second visit on',
  async (t) => {
    await visit(t, { hash: 'm=digits&seed=42', isolated: false, at: 'some/where/', motion: true }, async ({ page, context }) => {
      t.false(await page.evaluate(() => crossOriginIsolated));
      t.is(await statusOf(page, 'Threads'), '1: this server does not isolate the page');
      await page.waitForFunction(() => document.querySelector('.status')?.textContent?.includes('Without networkready'));
      const pictures = await page
        .waitForFunction(() => document.querySelector<HTMLInputElement>('#time')?.value === '1')
        .then(() => picturesOn(page));
      await context.setOffline(true);
      await page.reload();
      await wallHangs(page);
      await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#time')?.value === '1');
      t.deepEqual(await picturesOn(page), pictures);
      await context.setOffline(false);
    });
  },
);

test.serial('on a phone, in the dark: nothing sticks out, no serious fault, and keys say what they do', async (t) => {
  await visit(t, { width: 390, height: 844, dark: true }, async ({ page }) => {
    t.is(await page.evaluate(() => document.documentElement.scrollWidth), 390);
    t.deepEqual(await faultsOf(page), []);
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.waitFor();
    t.true((await keys.locator('kbd').allInnerTexts()).includes('Ctrl + Enter'));
    await shown(t, page);
    await page.getByLabel('Keys without Ctrl work').uncheck();
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'hidden' });
    const seed = await page.getByLabel('Seed', { exact: true }).inputValue();
    await page.keyboard.press('r');
    t.is(await page.getByLabel('Seed', { exact: true }).inputValue(), seed, 'single keys are switched off');
    await page.keyboard.press('Control+Enter');
    await page.waitForFunction((old) => document.querySelector<HTMLInputElement>('#seed')?.value !== old, seed);
    await wallHangs(page);
    t.not(await page.getByLabel('Seed', { exact: true }).inputValue(), seed);
  });
});

test.serial('models come from the shelf, from files and from an address; a broken one leaves the page as it is', async (t) => {
  await visit(t, {}, async ({ page }) => {
    const shelf = page.getByRole('dialog', { name: 'Models' });
    await page.keyboard.press('m');
    await shelf.getByRole('region', { name: 'About the model digits8' }).waitFor();
    t.regex(await shelf.innerText(), /8 × 8, grey, 17 levels/);
    await shown(t, page);
    const { files } = await openModel('digits8');
    const asFile = (name: string) => ({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(files.get(name)!) });
    const broken = {
      ...asFile('weights.safetensors'),
      buffer: Buffer.from(files.get('weights.safetensors')!.map((v, i) => (i === 9000 ? v ^ 1 : v))),
    };
    await page.getByLabel('A model of your own').setInputFiles([asFile('model.json'), broken]);
    await page.getByRole('alert').waitFor();
    t.regex(await page.getByRole('alert').innerText(), /weights\.safetensors has the checksum/);
    t.is((await picturesOn(page)).length, 16);
    await shelf.waitFor({ state: 'hidden' });
    await page.keyboard.press('m');
    await shelf.waitFor();
    await page.evaluate(() => {
      document.querySelector<HTMLElement>('dialog[open] [aria-label="Close"]')!.click();
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'm', bubbles: true }));
      return new Promise((resolve) => setTimeout(resolve, 100));
    });
    t.true(await shelf.isVisible(), 'a dialog that opens as it closes stays open');
    await page.getByLabel('A model of your own').setInputFiles([asFile('model.json'), asFile('weights.safetensors')]);
    await shelf.waitFor({ state: 'hidden' });
    await wallHangs(page);
    await page.waitForFunction(() => !location.hash.includes('m='));
    await page.keyboard.press('m');
    await page.getByLabel('Or its address on this site').fill('models/digits8/');
    await page.keyboard.press('Enter');
    await shelf.waitFor({ state: 'hidden' });
    await page.waitForFunction(() => location.hash.includes('m=models%2Fdigits8%2F'));
  });
});

test.serial('a graphics context that is lost: WebAssembly does the work again, and the page says so', async (t) => {
  await visit(t, {}, async ({ page }) => {
    const pictures = await picturesOn(page);
    const worker = page.workers().find((one) => one.url().includes('studio-worker'))!;
    await worker.evaluate(() => {
      const get = OffscreenCanvas.prototype.getContext as (this: OffscreenCanvas, ...given: unknown[]) => unknown;
      const contexts: unknown[] = [];
      Object.assign(globalThis, { contexts });
      Object.assign(OffscreenCanvas.prototype, {
        getContext(this: OffscreenCanvas, ...given: unknown[]) {
          const context = get.apply(this, given);
          contexts.push(context);
          return context;
        },
      });
    });
    await page.getByLabel('Computed by').selectOption('webgl');
    await wallHangs(page);
    t.true(farthest(await picturesOn(page), pictures) <= 16, 'one level of seventeen');
    t.is(await page.locator('.status .warning').count(), 0);
    await worker.evaluate(() => {
      for (const gl of (globalThis as unknown as { contexts: WebGL2RenderingContext[] }).contexts)
        gl?.getExtension('WEBGL_lose_context')?.loseContext();
    });
    await page.getByLabel('Seed', { exact: true }).fill('43');
    await page.keyboard.press('Enter');
    await page.locator('.status .warning').waitFor();
    await wallHangs(page);
    t.is(await page.locator('.status .warning').innerText(), 'WebGL lost its graphics context; the work was done again by another.');
    await page.getByLabel('Seed', { exact: true }).fill('42');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.hash.includes('seed=42'));
    await wallHangs(page);
    t.deepEqual(await picturesOn(page), pictures);
  });
});
