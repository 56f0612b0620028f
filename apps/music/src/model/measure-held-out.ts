import { percentilesOf } from '@advect/base/percentiles';
import type { Flow } from '@advect/core';
import { windowSteps } from '../data/windows.js';
import { countNotes, type Score } from '../score.js';
import { boundDraws, boundLevels, boundPerNote, denoisingBound } from './denoising-bound.js';
import type { HeldOutBits, Ranks } from './held-out.js';

/** With fewer held-out chorales no percentile is told; of more than these some are measured, spread evenly. */
export const fewestHeldOut = 8;
export const mostHeldOut = 128;

/**
 * Measures held-out chorales of four bars or more as `pieceBits` does, with the seed that `score` takes by default, so that a piece differs from
 * them by its notes alone; undefined for fewer than `fewestHeldOut`. Costs what the denoising bound of each costs.
 */
export async function measureHeldOut(
  flow: Flow,
  chorales: readonly Score[],
  { onProgress, ...settings }: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<HeldOutBits | undefined> {
  const long = chorales.filter(({ steps }) => steps >= windowSteps);
  if (long.length < fewestHeldOut) return undefined;
  const chosen = evenly(long, mostHeldOut);
  const passages: number[] = [];
  const pieces: number[] = [];
  for (const [i, chorale] of chosen.entries()) {
    const bound = await denoisingBound(flow, chorale, { ...settings, seed: 0 });
    const { windows, draws } = bound;
    const size = draws[0].length / windows.length;
    windows.forEach((window, w) =>
      passages.push(mean(draws.map((cells) => sum(cells.subarray(w * size, (w + 1) * size)))) / countNotes(window)),
    );
    pieces.push(mean(boundPerNote(bound)));
    onProgress?.(i + 1, chosen.length);
  }
  return { draws: boundDraws, levels: boundLevels, passages: ranksOf(passages), pieces: ranksOf(pieces) };
}

/** `most` of these, evenly over all; all where there are no more. */
export const evenly = <T>(all: readonly T[], most: number): readonly T[] =>
  all.length <= most ? all : Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]);

/** The percentiles of what was measured. */
export const ranksOf = (bits: readonly number[]): Ranks => ({
  count: bits.length,
  percentiles: percentilesOf(bits).map((p) => Number(p.toFixed(4))),
});

const sum = (values: Float32Array): number => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
