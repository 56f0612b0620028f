import { existsSync } from 'node:fs';
import type { ExecutionContext } from 'ava';

/** The Chromium that tests drive. */
const chromiumPath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Says that there is none, and what to do; undefined where there is one. Continuous integration must have one. */
export const chromiumMissing = existsSync(chromiumPath)
  ? undefined
  : `SKIPPED: no Chromium at ${chromiumPath}. Install it, or name one in CHROMIUM_PATH.`;

/** Whether there is a browser to test in; a test says so if not, and fails in continuous integration. */
export function hasBrowser(t: ExecutionContext): boolean {
  if (!chromiumMissing) return true;
  t.log(chromiumMissing);
  t.not(process.env['CI'], 'true', 'continuous integration must have a browser');
  return false;
}

/**
 * How to start it: with a software GPU, so that WebGL computes the same on every machine. Pages are put together without it, which is
 * quicker.
 */
export const chromiumLaunch = {
  executablePath: chromiumPath,
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--disable-gpu-compositing',
  ],
};
