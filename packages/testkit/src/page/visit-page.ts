import type { ExecutionContext } from 'ava';
import type { BrowserContext, Page } from 'playwright-core';
import { hasBrowser } from '../chromium.js';
import { openBrowser } from './browser.js';

/** How a page is looked at. */
export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Whether whatever moves by itself may. Default false. */
  readonly motion?: boolean;
}

/** A site that is served for one visit. */
export interface ServedSite {
  /** With the slash at its end. */
  readonly address: string;
  close(): Promise<void>;
}

export interface PageVisit extends Look {
  serve(): Promise<ServedSite>;
  /** The path under which the page lies. */
  readonly at?: string;
  /** What follows the page's address, with its `#`. */
  readonly hash?: string;
  /** Milliseconds after which a wait fails. */
  readonly patience: number;
  /** Settles once the page is there. */
  ready(page: Page): Promise<unknown>;
}

export interface Visited {
  readonly page: Page;
  readonly context: BrowserContext;
  /** The page's address without hash. */
  readonly address: string;
}

/**
 * Opens a page in Chromium once it is ready, and runs `work`. Fails the test where the page logs an error or a warning, throws, asks
 * for anything that is not there, or asks another machine. Without a browser the test says so, which fails in continuous integration.
 */
export async function visitPage(t: ExecutionContext, visit: PageVisit, work: (visited: Visited) => Promise<void>): Promise<void> {
  if (!hasBrowser(t)) return;
  const { width = 1440, height = 900, dark = false, motion = false, at = '', hash = '', patience } = visit;
  const site = await visit.serve();
  const context = await (
    await openBrowser()
  ).newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: motion ? 'no-preference' : 'reduce',
  });
  context.setDefaultTimeout(patience);
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
    await page.goto(`${address}${hash}`);
    await visit.ready(page);
    await work({ page, context, address });
    t.deepEqual(problems, []);
  } finally {
    await context.close();
    await site.close();
  }
}
