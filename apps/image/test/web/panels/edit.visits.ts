import test from 'ava';
import { visit } from '../visit.js';
import { shown } from './looks.js';
import { atHand, button, levelsOf } from './on-page.js';

test.serial('another class of the same noise, and the two dials, whose bits/dim rise from typical to daring', async (t) => {
  await visit(t, { hash: 'seed=42&panel=edit' }, async ({ page }) => {
    const subject = await levelsOf(page, '.choice [aria-pressed="true"] canvas');
    t.is(await page.getByLabel('Its class').inputValue(), '0');
    await button(page, 'Show it in every class').click();
    await page.waitForSelector('.completions');
    const back = await levelsOf(page, '.completions [aria-label="As 0"] canvas');
    t.deepEqual(back, subject, 'its own class gives the picture again');
    t.true((await levelsOf(page, '.completions [aria-label="As 3"] canvas')).filter((level, i) => level !== subject[i]).length > 16);
    const rising = async (opens: string, label: string) => {
      await button(page, opens).click();
      const dial = page.getByLabel(label);
      await dial.waitFor();
      const part = page.locator('.part', { has: dial });
      const all: number[] = [];
      for (const at of [0, 2, 5, 8]) {
        await dial.fill(String(at));
        all.push(Number(await part.locator('.live output').innerText()));
      }
      t.deepEqual(
        all.toSorted((a, b) => a - b),
        all,
        label,
      );
      return { dial, part };
    };
    const pull = await rising('Open the dial of ∇log p', 'Typical to daring, along ∇log p');
    await pull.dial.fill('4');
    t.deepEqual(await levelsOf(page, '.part:last-child .screen canvas'), subject, 'without a pull it is the picture itself');
    const { dial, part } = await rising('Open the dial of its noise', 'Typical to daring, by the length of the noise');
    await dial.fill('2');
    await part.getByRole('button', { name: 'Take this one' }).click();
    t.is(await page.locator('.choice .tile[aria-pressed="true"]').getAttribute('aria-label'), 'Wall 1, 0, 30 % more typical');
    await atHand(page, 'Wall 1, 0').click();
    await page.locator('.completions [aria-label="As 3"]').click();
    t.is(await page.locator('.choice .tile[aria-pressed="true"]').getAttribute('aria-label'), 'As 3');
    t.is(await page.locator('.completions .tile').count(), 10, 'the others stay in sight');
    await page.getByLabel('Its class').selectOption('8');
    t.is(await page.locator('.completions').count(), 0);
    await shown(t, page);
  });
});
