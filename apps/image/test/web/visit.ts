import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serveSite } from '@advect/node';
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
  (built ??= mkdtemp(join(tmpdir(), 'advect-page-')).then(async (folder) => ({ folder, report: await buildPage(folder) })));

export interface Visit extends Look {
  /** What follows `#` in the address; the tiny model where it names none. */
  readonly hash?: string;
  /** Whether the server isolates the page. Default true. */
  readonly isolated?: boolean;
  /** The path under which the page lies. */
  readonly at?: string;
}

/** Visits the page once its first wall hangs, as `visitPage` does. */
export async function visit(t: ExecutionContext, options: Visit, work: (visited: Visited) => Promise<void>): Promise<void> {
  const { hash = 'seed=42', isolated, at = '', ...look } = options;
  const serve = async () => serveSite({ mounts: [{ at, from: (await builtPage()).folder }], port: 0, isolated });
  await visitPage(
    t,
    { ...look, serve, at, hash: `#${hash.includes('m=') ? hash : `m=digits8&${hash}`}`, patience: 150_000, ready: wallHangs },
    work,
  );
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
