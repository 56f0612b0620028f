import type { ExecutionContext } from 'ava';
import { type Browser, chromium } from 'playwright-core';
import { chromiumLaunch, chromiumMissing } from '@advect/testkit';
import { serve } from './serve.js';

let browser: Browser | undefined;
export const closeBrowser = async (): Promise<void> => browser?.close();

/** Whether there is a browser to test in; says so if not, which fails in continuous integration. */
export async function hasBrowser(t: ExecutionContext, extra: readonly string[] = []): Promise<boolean> {
  if (!chromiumMissing) {
    browser ??= await chromium.launch({ ...chromiumLaunch, args: [...chromiumLaunch.args, ...extra] });
    return true;
  }
  t.log(chromiumMissing);
  t.not(process.env['CI'], 'true', 'continuous integration must have a browser');
  return false;
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
