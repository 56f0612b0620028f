import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveSite } from '@advect/node';
import { hasBrowser } from '@advect/testkit';
import { openBrowser } from '@advect/testkit/page';
import { bundle } from '@advect/web/bundle';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';

/**
 * Runs work in an empty page of Chromium that has loaded a program of `in-page/`; others lie beside it under `app/`. The policy of
 * our sites is left out: Tone.js loads worklets from text, which only these tests need.
 */
export async function soundPage(
  t: ExecutionContext,
  programs: readonly [main: string, ...more: string[]],
  work: (page: Page) => Promise<void>,
): Promise<void> {
  if (!hasBrowser(t)) return;
  const [main] = programs;
  const folder = await mkdtemp(join(tmpdir(), 'advect-sound-'));
  const here = (name: string): string => fileURLToPath(new URL(`in-page/${name}.js`, import.meta.url));
  const made = await bundle(Object.fromEntries(programs.map((name) => [name, here(name)])));
  await mkdir(join(folder, 'app'));
  for (const [name, bytes] of made.programs) await writeFile(join(folder, 'app', name), bytes);
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><title>Sound</title><button>Play</button><script type="module" src="app/${main}.js"></script>`,
  );
  const site = await serveSite({ mounts: [{ at: '', from: folder }], port: 0, isolated: true });
  const context = await (await openBrowser()).newContext({ bypassCSP: true });
  const problems: string[] = [];
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(120_000);
    page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
    await page.goto(site.address);
    await work(page);
    t.deepEqual(problems, []);
  } finally {
    await context.close();
    await site.close();
    await rm(folder, { recursive: true, force: true });
  }
}
