import { saveModel, train } from '@advect/core';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { grooveTraining } from '#src/model/groove-training.js';
import { madeWindows } from '../../fixtures/grooves.js';
import { visit } from '../visit.js';

/** As if one in a hundred test performances needed up to a bit for a stroke, one up to two, and so on. */
const ranks = { count: 128, percentiles: Array.from({ length: 101 }, (_, bits) => bits) };

let kit: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

/** A model of grooves that has learnt next to nothing, but plays otherwise than its noise. */
export const smallKit = (): Promise<ReadonlyMap<string, Uint8Array>> =>
  (kit ??= (async () => {
    const sizes = { width: 16, layers: 1, masks: 0.5, steps: 6, batch: 4, learningRate: 0.01, weightDecay: 0, seed: 1 };
    const recipe = grooveTraining({ train: madeWindows(30), valid: madeWindows(8, 100) }, { subject: 'grooves', ...sizes });
    const { flow } = recipe;
    await train(flow, recipe.data, { ...recipe.options, validation: { data: recipe.validation.data, every: 6, count: 4 } });
    return saveModel(flow, { name: 'kit', application: { kind: 'grooves', heldOut: { draws: 4, untold: ranks, told: ranks } } });
  })());

/** Opens the groove tab with the small model, and runs `work` once it is there. */
export async function visitBeats(t: ExecutionContext, work: (page: Page) => Promise<void>): Promise<void> {
  const over = [{ at: 'models/grooves/', from: await smallKit() }];
  const ready = (page: Page): Promise<unknown> => page.waitForSelector('.verbs button.main:not([disabled])');
  await visit(t, { hash: 'tab=groove&seed=42', height: 1000, over, ready }, ({ page }) => work(page));
}

/** What each struck place of the grid says of itself. */
export const strokesOn = (page: Page): Promise<string[]> =>
  page.$$eval('.beat-cell[aria-selected="true"]', (cells) => cells.map((cell) => cell.getAttribute('aria-label')!));
