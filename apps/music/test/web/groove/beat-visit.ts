import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { saveModel, train } from '@advect/core';
import { serveSite } from '@advect/node';
import { chromiumLaunch, chromiumMissing } from '@advect/testkit';
import type { ExecutionContext } from 'ava';
import axe, { type AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { grooveTraining } from '#src/model/groove-training.js';
import { buildPage } from '#src/publish/build.js';
import { madeWindows } from '../../fixtures/grooves.js';

let browser: Browser | undefined;
export const closeBrowser = async (): Promise<void> => browser?.close();

let built: Promise<string> | undefined;
const builtPage = (): Promise<string> =>
  (built ??= mkdtemp(join(tmpdir(), 'advect-music-page-')).then(async (folder) => {
    await buildPage(folder);
    return folder;
  }));

let kit: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

/** A model of grooves that has learnt next to nothing, but plays otherwise than its noise. */
export const smallKit = (): Promise<ReadonlyMap<string, Uint8Array>> =>
  (kit ??= (async () => {
    const sizes = { width: 16, layers: 1, masks: 0.5, steps: 6, batch: 4, learningRate: 0.01, weightDecay: 0, seed: 1 };
    const recipe = grooveTraining({ train: madeWindows(30), valid: madeWindows(8, 100) }, { subject: 'grooves', ...sizes });
    const { flow } = recipe;
    await train(flow, recipe.data, { ...recipe.options, validation: { data: recipe.validation.data, every: 6, count: 4 } });
    return saveModel(flow, { name: 'kit' });
  })());

/**
 * Opens the groove tab in Chromium with the small model, and runs `work` once it is there. Fails the test where the page logs an error
 * or a warning, throws, or asks another machine. Without a browser the test says so, which fails in continuous integration.
 */
export async function visitBeats(
  t: ExecutionContext,
  { hash = '', width = 1440, height = 1000 }: { readonly hash?: string; readonly width?: number; readonly height?: number },
  work: (page: Page) => Promise<void>,
): Promise<void> {
  if (chromiumMissing) {
    t.log(chromiumMissing);
    t.not(process.env['CI'], 'true', 'continuous integration must have a browser');
    return;
  }
  const mounts = [
    { at: 'models/grooves/', from: await smallKit() },
    { at: '', from: await builtPage() },
  ];
  const site = await serveSite({ mounts, port: 0 });
  browser ??= await chromium.launch(chromiumLaunch);
  const context = await browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce', acceptDownloads: true });
  context.setDefaultTimeout(120_000);
  const problems: string[] = [];
  try {
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(error.stack ?? error.message));
    page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && problems.push(message.text())));
    context.on('request', (request) => {
      if (/^(?!blob:|data:)/.test(request.url()) && !request.url().startsWith(site.address)) problems.push(`asked ${request.url()}`);
    });
    await page.goto(`${site.address}#tab=groove&best=1&steps=1&seed=42${hash}`);
    await page.waitForSelector('.verbs button.main:not([disabled])');
    await work(page);
    t.deepEqual(problems, []);
  } finally {
    await context.close();
    await site.close();
  }
}

/** Serious faults that axe finds, each with where. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
}

/** What each struck place of the grid says of itself. */
export const strokesOn = (page: Page): Promise<string[]> =>
  page.$$eval('.beat-cell[aria-selected="true"]', (cells) => cells.map((cell) => cell.getAttribute('aria-label')!));
