import test from 'ava';
import type { Page } from 'playwright-core';
import { closeBrowser, visit } from './visit.js';

test.after.always(closeBrowser);

/** Bytes of the page and its workers, after the collection of what is no longer used. */
const bytesOf = (page: Page): Promise<number> =>
  page.evaluate(
    async () =>
      (await (performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }).measureUserAgentSpecificMemory())
        .bytes,
  );

test.serial('fifty walls leave no more behind than ten', async (t) => {
  await visit(t, { hash: 'seed=0&solver=heun&steps=3' }, async ({ page }) => {
    const hang = async (from: number, to: number): Promise<number> => {
      for (let seed = from; seed < to; seed++) {
        await page.evaluate((seed) => (location.hash = `#m=digits8&seed=${seed}&solver=heun&steps=3`), seed);
        await page.waitForSelector(`.wall[aria-label$="seed ${seed}"][aria-busy="false"]`);
      }
      return bytesOf(page);
    };
    const ten = await hang(1, 11);
    const fifty = await hang(11, 51);
    t.log(`${(ten / 1e6).toFixed(1)} MB after ten walls, ${(fifty / 1e6).toFixed(1)} MB after fifty`);
    // A wall's frames are 64 KiB: forty of them that stayed would be 2.6 MB.
    t.true(fifty < ten + 2e6);
  });
});
