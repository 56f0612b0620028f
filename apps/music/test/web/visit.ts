import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServeOptions, serveSite } from '@advect/node';
import { type Look, type Visited, visitPage } from '@advect/testkit/page';
import type { SiteReport } from '@advect/web/bundle';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { buildPage } from '#src/publish/build.js';

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

export interface Visit extends Look {
  /** What follows `#` in the address; quick settings are added to it. Empty: an address that names nothing. */
  readonly hash?: string;
  /** Whether the server isolates the page. Default true. */
  readonly isolated?: boolean;
  /** The path under which the page lies. */
  readonly at?: string;
  /** What lies over the page's own files. */
  readonly over?: ServeOptions['mounts'];
  /** Waits until the page can be worked with; by default until its first piece lies there. */
  readonly ready?: (page: Page) => Promise<unknown>;
}

/** Visits the page once it is ready, as `visitPage` does. */
export async function visit(t: ExecutionContext, options: Visit, work: (visited: Visited) => Promise<void>): Promise<void> {
  const { hash = 'seed=42', isolated, at = '', over = [], ready = pieceLies, ...look } = options;
  const serve = async () => serveSite({ mounts: [...over, { at, from: (await builtPage()).folder }], port: 0, isolated });
  await visitPage(t, { ...look, serve, at, hash: hash === '' ? '' : `#${hash}&${quick}`, patience: 150_000, ready }, work);
}

/** Waits until a piece lies on the desk and nothing is being composed. */
export const pieceLies = async (page: Page): Promise<void> =>
  void (await page.waitForSelector('.roll[aria-busy="false"] .note', { state: 'attached' }));

/** The notes in the roll, in the words of their titles. */
export const notesOn = (page: Page): Promise<string[]> =>
  page.$$eval('.roll .note title', (titles) => titles.map((title) => title.textContent ?? ''));
