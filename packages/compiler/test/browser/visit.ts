import type { ExecutionContext } from 'ava';
import { type Browser, chromium } from 'playwright-core';
import { chromiumLaunch, hasBrowser } from '@advect/testkit';
import { serve } from './serve.js';

let browser: Browser | undefined;
export const closeBrowser = async (): Promise<void> => browser?.close();

/** Starts a browser; false where there is none, as `hasBrowser` says. */
export async function startBrowser(t: ExecutionContext, extra: readonly string[] = []): Promise<boolean> {
  if (!hasBrowser(t)) return false;
  browser ??= await chromium.launch({ ...chromiumLaunch, args: [...chromiumLaunch.args, ...extra] });
  return true;
}

/** What a page and its worker answer, every complaint of the browser, and each request that left the machine's own server. */
export async function visit(
  page: string,
  headers: { readonly [name: string]: string },
  missing?: string,
): Promise<{ answers: unknown[]; problems: string[] }> {
  const site = await serve(page, headers, missing);
  const tab = await browser!.newPage();
  const problems = site.problems;
  try {
    tab.on('pageerror', (error) => problems.push(error.message));
    tab.on('console', (message) => void (['error', 'warning'].includes(message.type()) && problems.push(message.text())));
    tab.on('request', (request) => void (new URL(request.url()).origin !== site.origin && problems.push(`asked ${request.url()}`)));
    await tab.goto(site.origin);
    return { answers: await Promise.all([site.answer('page'), site.answer('worker')]), problems };
  } finally {
    await tab.close();
    site.close();
  }
}
