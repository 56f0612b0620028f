import test from 'ava';
import { picturesOn, visit, wallHangs } from './visit.js';

test.serial('a wall that was stopped leaves the old one, under its own seed; an address brings its model and its settings', async (t) => {
  await visit(t, {}, async ({ page, context, address }) => {
    const before = await picturesOn(page);
    await page.evaluate(() => {
      const press = (init: KeyboardEventInit) => document.body.dispatchEvent(new KeyboardEvent('keydown', { ...init, bubbles: true }));
      press({ key: 'Enter', ctrlKey: true });
      press({ key: 'Escape' });
    });
    await wallHangs(page);
    t.not(await page.getByLabel('Seed', { exact: true }).inputValue(), '42');
    t.is(await page.locator('.wall').getAttribute('aria-label'), 'Wall of 16 pictures, seed 42');
    await page.keyboard.press('f');
    await page.getByRole('button', { name: 'Show 0, item 0 of seed 42 again' }).waitFor();
    t.deepEqual(await picturesOn(page), before);

    await page.evaluate(() => (location.hash = '#m=models/digits8/&seed=42&guidance=3&label=3.57'));
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#guidance')?.value === '3');
    await wallHangs(page);
    t.is(await page.getByLabel('Guidance').inputValue(), '3');
    t.is(await page.locator('.wall .tile').nth(1).getAttribute('aria-label'), 'Picture 2, 3', 'of the classes that there are');
    t.is(await page.locator('.trouble').count(), 0);

    const other = await context.newPage();
    await other.goto(`${address}#z=AAAA`);
    await wallHangs(other);
    t.regex(await other.locator('.trouble').innerText(), /This link cannot be read/i);
    for (const [model, said] of [
      ['http://[', /'http:\/\/\[' is no address of a model/],
      ['https://example.org/model/', /'https:\/\/example.org\/model\/' is not on this site/],
    ] as const) {
      await other.locator('.wall[aria-busy="false"]').waitFor();
      await other.evaluate((m) => (location.hash = `#m=${encodeURIComponent(m)}&seed=1`), model);
      await other.waitForFunction((about) => document.querySelector('.trouble')?.textContent?.includes(about), model);
      t.regex(await other.locator('.trouble').innerText(), said);
    }
    await other.reload();
    await wallHangs(other);
    t.regex(await other.locator('.trouble').innerText(), /not on this site/, 'and the page works with its usual model');
    t.regex(await other.locator('.top .model').innerText(), /digits/);
  });
});
