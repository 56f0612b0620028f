import { saved } from '@advect/testkit/page';
import test from 'ava';
import sharp from 'sharp';
import { readSettings } from '#src/format/settings-in-file.js';
import { visit } from '../visit.js';
import { shown } from './looks.js';
import { atHand, button, levelsOf } from './on-page.js';

test.serial('a morph begins and ends at its pictures; as GIF, WebP and video it has every frame and its settings', async (t) => {
  await visit(t, { hash: 'seed=42&panel=morph' }, async ({ page }) => {
    await page.getByLabel(/^From:/).click();
    await atHand(page, 'Wall 4, 3').click();
    await page.getByLabel(/^To:/).click();
    await atHand(page, 'Wall 9, 8').click();
    await button(page, 'Morph').click();
    const way = page.getByLabel('Way', { exact: true });
    const frame = () => levelsOf(page, '.screen canvas');
    await way.waitFor();
    t.deepEqual(await frame(), await levelsOf(page, '.choice [aria-label="Wall 4, 3"] canvas'));
    await way.fill('24');
    t.deepEqual(await frame(), await levelsOf(page, '.choice [aria-label="Wall 9, 8"] canvas'));
    await way.fill('12');
    const middle = await frame();
    await button(page, 'Take this frame').click();
    t.deepEqual(await levelsOf(page, '.choice .tile canvas'), middle);
    await shown(t, page);

    const gif = await saved(page, () => button(page, 'Save as GIF').click());
    const { pages, delay, loop } = await sharp(gif.bytes, { animated: true }).metadata();
    t.deepEqual([pages, loop, new Set(delay)], [48, 0, new Set([60])]);
    const still = await sharp(gif.bytes, { page: 12 }).greyscale().resize(8, 8, { kernel: 'nearest' }).raw().toBuffer();
    t.deepEqual(
      Array.from(still, (v) => Math.round((v * 16) / 255)),
      middle,
    );
    const webp = await saved(page, () => button(page, 'WebP').click());
    t.is((await sharp(webp.bytes, { animated: true }).metadata()).pages, 48);
    const kinds = await Promise.all(['WebM', 'MP4'].map(async (name) => ((await button(page, name).count()) > 0 ? [name] : [])));
    const films = [gif, webp];
    for (const name of kinds.flat()) films.push(await saved(page, () => button(page, name).click()));
    t.true(films.length >= 3);
    for (const { name, bytes } of films) {
      const { task, model, label, options } = await readSettings(bytes, name);
      t.deepEqual([task, model.name, label, options?.['frames']], ['morph', 'digits8', ['3', '8'], 25], name);
    }
  });
});
