import { saved } from '@advect/testkit/page';
import test from 'ava';
import sharp from 'sharp';
import { readSettings } from '#src/format/settings-in-file.js';
import { visit, wallHangs } from '../visit.js';
import { shown } from './looks.js';
import { button, drop, levelsOf } from './on-page.js';

test.serial('a saved wall brings its settings back when it is dropped; PNG, WebP, JPEG and films hold them', async (t) => {
  await visit(t, { hash: 'seed=42&label=3.8&temperature=0.8&panel=save' }, async ({ page }) => {
    const wall = () => levelsOf(page, '.wall canvas');
    const before = await wall();
    const png = await saved(page, () => button(page, 'Save the wall').click());
    t.is(png.name, 'digits8-42.png');
    const { seed, count, label, temperature, task } = await readSettings(png.bytes, 'png');
    t.deepEqual([task, seed, count, label, temperature], ['sample', 42, 16, ['3', '8'], 0.8]);
    for (const kind of ['webp', 'jpeg']) {
      await page.getByLabel('Pictures as').selectOption(kind);
      const file = await saved(page, () => button(page, 'Save picture 1').click());
      t.deepEqual([(await sharp(file.bytes).metadata()).format, (await readSettings(file.bytes, kind)).index], [kind, 0] as never);
    }
    const gif = await saved(page, () => button(page, 'Save as GIF').click());
    t.is((await sharp(gif.bytes, { animated: true }).metadata()).pages, 64);
    await shown(t, page);
    await page.getByLabel('Seed', { exact: true }).fill('7');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.hash.includes('seed=7'));
    await wallHangs(page);
    await drop(page, [{ name: png.name, type: 'image/png', bytes: png.bytes }]);
    await page.waitForFunction(() => location.hash.includes('seed=42'));
    await wallHangs(page);
    t.deepEqual(await wall(), before);
  });
});
