import { readFile } from 'node:fs/promises';
import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** Serious faults that axe finds, each with where. */
export const faultsOf = (page: Page): Promise<string[]> => faults(page, 'axe.run()');

/** Those of contrast alone, which are all that another colour scheme can change. */
export const contrastFaultsOf = (page: Page): Promise<string[]> => faults(page, "axe.run({ runOnly: ['color-contrast'] })");

async function faults(page: Page, run: string): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(run);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** By how much the page is wider than its window. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');

/** What the line at the foot says under a name. */
export const statusOf = (page: Page, name: string): Promise<string> =>
  page
    .locator('.status div', { has: page.locator(`dt:text-is("${name}")`) })
    .locator('dd')
    .innerText();

/** A file that the page saves. */
export async function saved(page: Page, act: () => Promise<unknown>): Promise<{ name: string; bytes: Uint8Array }> {
  const [file] = await Promise.all([page.waitForEvent('download'), act()]);
  return { name: file.suggestedFilename(), bytes: new Uint8Array(await readFile(await file.path())) };
}
