import { codeSurprise, type Flow } from '@advect/core';
import { key, permutation, split } from '@advect/core/random';
import { windowSteps } from '../data/windows.js';
import { spread } from '../data/spread.js';
import { voiceCount, type Score } from '../score.js';
import { wishRow } from './condition.js';
import { conditionsOf, slots } from './given.js';
import { codeOf } from './helix-code.js';

export interface FramewiseSettings {
  readonly seed: number;
  /** Draws of the noise that each conditional is averaged over. Default 2. */
  readonly samples?: number;
  readonly signal?: AbortSignal;
}

/**
 * −log p of each frame (the four pitches of a step), in nats, of windows in the model's key: frames in a random order, in each
 * the voices in a random order, every pitch given exactly those before it, as Huang et al. (2017), "Counterpoint by
 * convolution", algorithm 1, evaluate Coconet. For a flow that is told what is given; its conditionals are asked for at
 * t = 0, where it sees nothing but what it is told. The mean over noise of −log p bounds the −log of the mean from above.
 *
 * Its frames are eighth notes of four bars in C major or A minor; theirs of the same set are sixteenths of whole chorales in all
 * keys, and half of sixteenths repeat what stands before them, so the two numbers are not of one scale.
 * Costs 128 rows for each window and sample. Returns the mean over frames of each window.
 */
export async function framewise(flow: Flow, windows: readonly Score[], settings: FramewiseSettings): Promise<number[]> {
  const { seed, samples = 2, signal } = settings;
  const means: number[] = [];
  for (const [number, { pitches }] of windows.entries()) {
    const codes = Int32Array.from(pitches, codeOf);
    const order = orderOf(split(split(key(seed), 'framewise'), number));
    const rank = new Int32Array(slots);
    order.forEach((slot, i) => (rank[slot] = i));
    const condition = conditionsOf(flow, slots, wishRow({}), (row) => codes.map((code, slot) => (rank[slot] < row ? code : -1)));
    const repeated = Int32Array.from({ length: slots * slots }, (_, i) => codes[i % slots]);
    const { data } = await codeSurprise(flow, { shape: [slots, slots], data: repeated }, { condition, t: 0, samples, seed, signal });
    means.push(order.reduce((sum, slot, row) => sum + data[row * slots + slot], 0) / windowSteps);
  }
  return means;
}

/** Framewise negative log-likelihood of some windows, nats, and its standard error over them. */
export interface FramewiseMean {
  readonly nats: number;
  readonly standardError: number;
  readonly windows: number;
}

/** The mean of `framewise` over `count` windows that are spread evenly over those given. */
export async function framewiseMean(
  flow: Flow,
  all: readonly Score[],
  { count, ...settings }: FramewiseSettings & { readonly count: number },
): Promise<FramewiseMean> {
  const windows = spread(all, count);
  const means = await framewise(flow, windows, settings);
  const nats = means.reduce((a, b) => a + b, 0) / means.length;
  const variance = means.reduce((sum, m) => sum + (m - nats) ** 2, 0) / Math.max(1, means.length - 1);
  return { nats, standardError: Math.sqrt(variance / means.length), windows: means.length };
}

/** Slots, frame after frame in random order, voices within each in random order. */
function orderOf(from: ReturnType<typeof key>): number[] {
  return [...permutation(split(from, 'frames'), windowSteps)].flatMap((step) =>
    [...permutation(split(split(from, 'voices'), step), voiceCount)].map((voice) => step * voiceCount + voice),
  );
}
