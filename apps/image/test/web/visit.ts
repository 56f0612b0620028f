import { mkdtemp } from 'node:fs/promises';
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
  (built ??= mkdtemp(join(tmpdir(), 'advect-page-')).then(async (folder) => ({ folder, report: await buildPage(folder) })));

export interface Visit {
  /** What follows `#` in the address; the tiny model where it names none. */
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
}

export interface Visited {
  readonly page: Page;
  readonly context: BrowserContext;
  /** The page's address without hash. */
  readonly address: string;
}

/**
 * Opens the page in Chromium once its first wall hangs, and runs `work`. Fails the test where the page logs an error or a warning,
 * throws, asks for anything that is not there, or asks another machine. Without a browser the test says so, which fails in
 * continuous integration.
 */
export async function visit(t: ExecutionContext, options: Visit, work: (visited: Visited) => Promise<void>): Promise<void> {
  if (chromiumMissing) {
    t.log(chromiumMissing);
    t.not(process.env['CI'], 'true', 'continuous integration must have a browser');
    return;
  }
  const { hash: asked = 'seed=42', width = 1440, height = 900, dark = false, motion = false, isolated = true, at = '' } = options;
  const hash = asked.includes('m=') ? asked : `m=digits8&${asked}`;
  const { folder } = await builtPage();
  const site = await serveSite({ mounts: [{ at, from: folder }], port: 0, isolated });
  browser ??= await chromium.launch(chromiumLaunch);
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: motion ? 'no-preference' : 'reduce',
  });
  context.setDefaultTimeout(150_000);
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
    await page.goto(`${address}#${hash}`);
    await wallHangs(page);
    await work({ page, context, address });
    t.deepEqual(problems, []);
  } finally {
    await context.close();
    await site.close();
  }
}

/** Waits until the wall is as the settings say. */
export const wallHangs = async (page: Page): Promise<void> =>
  void (await page.waitForSelector('.wall[aria-busy="false"][data-empty="false"]'));

/** Grey values of the pictures on the wall, one array each. */
export const picturesOn = (page: Page): Promise<number[][]> =>
  page.$$eval('.wall canvas', async (canvases) => {
    // What was changed last is painted at a frame.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const copy = document.createElement('canvas');
    const context = copy.getContext('2d', { willReadFrequently: true })!;
    return (canvases as HTMLCanvasElement[]).map((canvas) => {
      [copy.width, copy.height] = [canvas.width, canvas.height];
      context.drawImage(canvas, 0, 0);
      const { data } = context.getImageData(0, 0, copy.width, copy.height);
      return Array.from({ length: copy.width * copy.height }, (_, i) => data[4 * i]);
    });
  });

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
