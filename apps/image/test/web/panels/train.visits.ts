import { saved } from '@advect/testkit/page';
import test from 'ava';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder } from '../../command-line.js';
import { visit, wallHangs } from '../visit.js';
import { shown } from './looks.js';
import { button, drop, levelsOf, whiteOnBlack } from './on-page.js';

test.serial('a model learns dropped pictures, stops when told, goes on, is used at once and opens again from its file', async (t) => {
  await visit(t, { hash: 'seed=42&panel=train' }, async ({ page }) => {
    const square = (x: number): Promise<Uint8Array> => whiteOnBlack(8, 8, { left: x % 4, top: x % 3, width: 4, height: 4 });
    const pictures = await Promise.all(
      Array.from({ length: 12 }, async (_, x) => ({ name: `${x}.png`, type: 'image/png', bytes: await square(x) })),
    );
    await page.getByLabel('Size').selectOption('8');
    await page.getByLabel('Name', { exact: true }).fill('squares');
    await drop(page, [...pictures.slice(1), { name: 'text.png', type: 'image/png', bytes: Buffer.from('no picture') }], '.dropzone');
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'below'));
      await writeFile(join(folder, 'below', '0.png'), pictures[0].bytes);
      await writeFile(join(folder, '.hidden'), 'x');
      await page.getByLabel('Folder of pictures to learn from').setInputFiles(folder);
      await page.waitForSelector('.lesson li:nth-child(12)');
    });
    t.regex(await page.locator('.broken').innerText(), /1 could not be read\s+'text.png' is no picture/);
    await button(page, 'Train').click();
    await page.waitForSelector('.early canvas');
    await page.waitForSelector('.curves .held');
    await drop(page, pictures.slice(0, 1), '.dropzone');
    await page.locator('.dropzone').getByText('stop it before you add others').waitFor();
    await button(page, 'Stop and keep it').click();
    await button(page, 'Use it now').waitFor();
    const updates = () => page.locator('.live-line output').first().innerText().then(Number);
    const first = await updates();
    t.true(first >= 25, `${first}: the loss on pictures kept apart is measured after 25`);
    const zip = await saved(page, () => button(page, 'Save the model').click());
    t.is(zip.name, 'squares.zip');
    await button(page, 'Go on with squares').click();
    await page.waitForFunction((before) => Number(document.querySelector('.live-line output')?.textContent) > before + 25, first);
    await shown(t, page);
    await page.keyboard.press('Escape');
    await button(page, 'Use it now').click();
    await page.waitForSelector('.top .model:has-text("squares")');
    await wallHangs(page);
    await page.goto(`${page.url().split('#')[0]}#seed=42`);
    await page.reload();
    await wallHangs(page);
    await drop(page, [{ name: zip.name, type: 'application/zip', bytes: zip.bytes }]);
    await page.waitForSelector('.top .model:has-text("squares")');
    await wallHangs(page);
    t.is((await levelsOf(page, '.wall canvas')).length, 64);
  });
});
