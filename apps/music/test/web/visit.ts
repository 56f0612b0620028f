import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveSite } from '@advect/node';
import { chromiumLaunch, chromiumMissing } from '@advect/testkit';
import type { SiteReport } from '@advect/web/bundle';
import type { ExecutionContext } from 'ava';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { buildPage } from '#src/publish/build.js';

let browser: Browser | undefined;
export const closeBrowser = async (): Promise<void> => browser?.close();

/** The page, built from what is compiled. */
export interface BuiltPage {
  readonly folder: string;
  readonly report: SiteReport;
}

let built: Promise<BuiltPage> | undefined;
export const builtPage = (): Promise<BuiltPage> =>
  (built ??= mkdtemp(join(tmpdir(), 'advect-music-page-')).then(async (folder) => ({ folder, report: await buildPage(folder) })));

/** Settings that are quick to compose by: one candidate in few steps. */
export const quick = 'best=1&steps=6';

export interface Visit {
  /** What follows `#` in the address; quick settings are added to it. Empty: an address that names nothing. */
  readonly hash?: string;
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Whether whatever moves by itself may. Default false. */
  readonly motion?: boolean;
  /** Whether the server isolates the page. Default true. */
  readonly isolated?: boolean;
  /** The path under which the page lies. */
  readonly at?: string;
  /** What lies over the page's own files. */
  readonly over?: Parameters<typeof serveSite>[0]['mounts'];
  /** Waits until the page can be worked with; by default until its first piece lies there. */
  readonly ready?: (page: Page) => Promise<unknown>;
}

export interface Visited {
  readonly page: Page;
  readonly context: BrowserContext;
  /** The page's address without hash. */
  readonly address: string;
}

/**
 * Opens the page in Chromium, and runs `work` once it is ready. Fails the test where the page logs an error or a
 * warning, throws, asks for anything that is not there, or asks another machine. Without a browser the test says so, which fails in
 * continuous integration.
 */
export async function visit(t: ExecutionContext, options: Visit, work: (visited: Visited) => Promise<void>): Promise<void> {
  if (chromiumMissing) {
    t.log(chromiumMissing);
    t.not(process.env['CI'], 'true', 'continuous integration must have a browser');
    return;
  }
  const {
    hash = 'seed=42',
    width = 1440,
    height = 900,
    dark = false,
    motion = false,
    isolated = true,
    at = '',
    over = [],
    ready = pieceLies,
  } = options;
  const { folder } = await builtPage();
  const site = await serveSite({ mounts: [...over, { at, from: folder }], port: 0, isolated });
  browser ??= await chromium.launch(chromiumLaunch);
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: motion ? 'no-preference' : 'reduce',
  });
  context.setDefaultTimeout(60_000);
  const problems: string[] = [];
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
    page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && problems.push(message.text())));
    context.on(
      'request',
      (request) =>
        void (/^(?!blob:|data:)/.test(request.url()) && !request.url().startsWith(site.address) && problems.push(`asked ${request.url()}`)),
    );
    context.on('response', (response) => void (response.status() >= 400 && problems.push(`${response.status()} ${response.url()}`)));
    const address = `${site.address}${at}`;
    await page.goto(hash === '' ? address : `${address}#${hash}&${quick}`);
    await ready(page);
    await work({ page, context, address });
    t.deepEqual(problems, []);
  } finally {
    await context.close();
    await site.close();
  }
}

/** Waits until a piece lies on the desk and nothing is being composed. */
export const pieceLies = async (page: Page): Promise<void> =>
  void (await page.waitForSelector('.roll[aria-busy="false"] .note', { state: 'attached' }));

/** The notes in the roll, in the words of their titles. */
export const notesOn = (page: Page): Promise<string[]> =>
  page.$$eval('.roll .note title', (titles) => titles.map((title) => title.textContent ?? ''));

/** A file that the page saves. */
export async function saved(page: Page, act: () => Promise<unknown>): Promise<{ name: string; bytes: Uint8Array }> {
  const [file] = await Promise.all([page.waitForEvent('download'), act()]);
  return { name: file.suggestedFilename(), bytes: new Uint8Array(await readFile(await file.path())) };
}

/** What the line at the foot says under a name. */
export const statusOf = (page: Page, name: string): Promise<string> =>
  page
    .locator('.status div', { has: page.locator(`dt:text-is("${name}")`) })
    .locator('dd')
    .innerText();

/** Serious faults that axe finds, each with where. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** By how much the page is wider than its window. */
export const overhang = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
