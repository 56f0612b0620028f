import { closeBrowser } from '@advect/testkit/page';
import test from 'ava';
import { visit } from '../visit.js';
import { button, levelsOf, shown } from './on-page.js';

test.after.always(closeBrowser);

test.serial('drawing: strokes, eraser, undo, redo, keys alone; the drawing is measured', async (t) => {
  await visit(t, { hash: 'seed=42&panel=measure' }, async ({ page }) => {
    await button(page, 'Draw').click();
    const pad = page.locator('.pad-surface');
    const light = async (): Promise<number> => (await levelsOf(page, '.pad canvas')).reduce((a, b) => a + b, 0);
    t.is(await light(), 0);
    await pad.focus();
    await page.keyboard.press(' ');
    const dot = await light();
    t.true(dot > 16);
    await page.keyboard.press('Enter');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    const line = await light();
    t.true(line > 2 * dot);
    await page.keyboard.press('Control+z');
    t.is(await light(), dot);
    await page.keyboard.press('Control+Shift+z');
    t.is(await light(), line);
    const radius = () => page.getByLabel('Brush', { exact: true }).inputValue().then(Number);
    const before = await radius();
    await page.keyboard.press(']');
    t.true((await radius()) > before);
    await page.keyboard.press('[');
    t.is(await radius(), before);
    await page.keyboard.press('e');
    t.is(await button(page, 'Eraser').getAttribute('aria-pressed'), 'true');
    await page.keyboard.press(' ');
    t.true((await light()) < line);
    await button(page, 'Eraser').click();
    await button(page, 'Clear').click();
    t.is(await light(), 0);
    const box = (await pad.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 0.15 * box.height);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 0.85 * box.height, { steps: 4 });
    await page.mouse.up();
    await page.waitForSelector('.faces figcaption:text-is("Drawing")');
    await page.waitForSelector('.bars');
    // What was drawn before is shown as measured until this is.
    const drawn = await levelsOf(page, '.pad canvas');
    const deadline = Date.now() + 60_000;
    while (Date.now() < deadline && String(await levelsOf(page, '.faces canvas')) !== String(drawn));
    t.deepEqual(await levelsOf(page, '.faces canvas'), drawn);
    await page.getByLabel(/^Zoom/).click();
    const zoomed = (await pad.boundingBox())!;
    t.true(Math.abs(zoomed.width - 2 * box.width) < 2);
    await shown(t, page);
  });
});

test.serial('inpainting leaves what is known to the last level, and fills the rest in several ways', async (t) => {
  await visit(t, { hash: 'seed=42&panel=inpaint' }, async ({ page }) => {
    const subject = await levelsOf(page, '.choice [aria-pressed="true"] canvas');
    t.true(await button(page, 'Complete').isDisabled());
    await button(page, 'Lower half').click();
    t.regex(await page.locator('#mask-count').innerText(), /^32 of 64 pixels/);
    const pad = page.locator('.pad-surface');
    await pad.focus();
    await page.keyboard.press('e');
    await page.keyboard.press(' ');
    t.regex(await page.locator('#mask-count').innerText(), /^31 of 64 pixels/);
    await page.keyboard.press('Control+z');
    t.regex(await page.locator('#mask-count').innerText(), /^32 of 64 pixels/);
    await button(page, 'Complete').click();
    await page.waitForSelector('.completions');
    const completions = () => Promise.all([1, 2, 3, 4, 5, 6].map((i) => levelsOf(page, `.completions .tile:nth-child(${i}) canvas`)));
    const first = await completions();
    for (const picture of first) t.deepEqual(picture.slice(0, 32), subject.slice(0, 32));
    t.is(new Set(first.map((picture) => String(picture.slice(32)))).size, 6);
    await button(page, 'Six others').click();
    await page.waitForSelector('.completions [aria-label="Completion 1, seed 1"]');
    const others = await completions();
    t.true(others.every((picture) => !first.some((one) => String(one) === String(picture))));
    await page.locator('.completions .tile').first().click();
    t.deepEqual(await levelsOf(page, '.choice [aria-pressed="true"] canvas'), others[0]);
    await shown(t, page);
  });
});
