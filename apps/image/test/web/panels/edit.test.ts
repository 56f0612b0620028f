import test from 'ava';
import { closeBrowser, visit } from '../visit.js';
import { button, levelsOf, shown } from './on-page.js';

test.after.always(closeBrowser);

test.serial('another class of the same noise, and the dial, whose bits/dim rises from typical to daring', async (t) => {
  await visit(t, { hash: 'seed=42&panel=edit' }, async ({ page }) => {
    const subject = await levelsOf(page, '.choice [aria-pressed="true"] canvas');
    t.is(await page.getByLabel('Its class').inputValue(), '0');
    await button(page, 'Show it in every class').click();
    await page.waitForSelector('.completions');
    const back = await levelsOf(page, '.completions [aria-label="As 0"] canvas');
    t.true(back.filter((level, i) => level !== subject[i]).length <= 2, 'its own class gives the picture again');
    t.true((await levelsOf(page, '.completions [aria-label="As 3"] canvas')).filter((level, i) => level !== subject[i]).length > 16);
    await button(page, 'Open the dial').click();
    const dial = page.getByLabel('Typical to daring');
    await dial.waitFor();
    const bits = async (at: number): Promise<number> => {
      await dial.fill(String(at));
      return Number(await page.locator('.live output').innerText());
    };
    const all = [await bits(0), await bits(2), await bits(5), await bits(8)];
    t.deepEqual(
      all.toSorted((a, b) => a - b),
      all,
    );
    await dial.fill('2');
    await button(page, 'Take this one').click();
    t.is(await page.locator('.choice .tile[aria-pressed="true"]').getAttribute('aria-label'), 'Wall 1, 0, 30 % more typical');
    await page.getByLabel('Its class').selectOption('8');
    t.is(await page.locator('.completions').count(), 0);
    await shown(t, page);
  });
});
