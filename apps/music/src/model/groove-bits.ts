import { throwIfAborted } from '@advect/base/errors';
import type { Flow, SolverOptions } from '@advect/core';
import { key, split } from '@advect/core/random';
import { grooveBar, grooveSteps, sliceGroove } from '../data/grooves.js';
import { startsSideBySide } from '../data/side-by-side.js';
import { type Groove, joinGrooves } from '../groove.js';
import { encodeGroove } from './groove-code.js';
import { grooveWidth } from './groove-size.js';
import { grooveConditionDim, tellGroove, type GrooveWish } from './groove-given.js';
import { offsetScale, velocityScale } from './stroke-scale.js';

export interface GrooveBitsSettings extends Pick<GrooveWish, 'style' | 'tempo'> {
  readonly seed: number;
  /** Draws of the noise, at least 2 for a standard error. */
  readonly draws: number;
  /** Who computes. Default: whoever is quickest here. */
  readonly executor?: SolverOptions['executor'];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What some strokes cost. */
export interface StrokeBits {
  readonly strokes: number;
  readonly bitsPerStroke: number;
  readonly standardError: number;
  /** Bits per stroke by each draw of the noise, of which `bitsPerStroke` is the mean. */
  readonly draws: readonly number[];
}

export interface GrooveBits extends StrokeBits {
  /** Of each window of two bars, by its first bar, counted from 1. */
  readonly windows: readonly (StrokeBits & { readonly bar: number })[];
}

/** Bits that it takes to write a velocity and an offset where nothing is known of them, to the grain of MIDI. */
const bitsOfGrain = -Math.log2(velocityScale.grain * offsetScale.grain);

/** Two bars that are measured, and what the flow is told of them. */
export interface MeasuredWindow extends Pick<GrooveWish, 'style' | 'tempo'> {
  readonly groove: Groove;
  /** Where they begin in their piece: the noise is drawn for it. */
  readonly start: number;
}

/** Rows that are measured at once. */
const rowsAtOnce = 16;

/** Bits of windows of two bars, [window][draw]; see `grooveBits`. */
export async function windowBits(
  flow: Flow,
  windows: readonly MeasuredWindow[],
  { seed, draws, executor, signal }: Pick<GrooveBitsSettings, 'seed' | 'draws' | 'executor' | 'signal'>,
): Promise<number[][]> {
  const rows = windows.flatMap(({ groove, start, ...wish }) => {
    const noise = split(split(key(seed), 'groove bits'), start);
    return Array.from({ length: draws }, (_, d) => ({ ...encodeGroove(groove, split(noise, d)), wish, strokes: strokesIn(groove) }));
  });
  const condition = new Float32Array(rows.length * grooveConditionDim);
  rows.forEach(({ wish }, i) => tellGroove(wish, condition.subarray(i * grooveConditionDim, (i + 1) * grooveConditionDim)));
  const { logProb } = await flow.logProb(
    { shape: [rows.length, grooveSteps, grooveWidth], data: Float32Array.from(rows.flatMap(({ x }) => [...x])) },
    {
      condition: { shape: [rows.length, grooveConditionDim], data: condition },
      divergence: 'rademacher',
      probes: 2,
      rtol: 1e-3,
      atol: 1e-3,
      chunk: rowsAtOnce,
      seed,
      ...(executor && { executor }),
      signal,
    },
  );
  const bits = rows.map(({ logNoise, strokes }, i) => (logNoise - logProb[i]) / Math.LN2 + strokes * bitsOfGrain);
  return windows.map((_, w) => bits.slice(w * draws, (w + 1) * draws));
}

export const strokesIn = ({ hits }: Groove): number => hits.reduce((sum, hit) => sum + hit, 0);

/**
 * Bits for each stroke of whole bars of drums: −log₂ of the probability of what is struck where, how hard to 1/127, and how late
 * to 1/120 of a sixteenth; an upper bound in expectation, E[log q(x | groove) − log p(x)] over the noise of `encodeGroove`, with
 * log p(x) by Hutchinson's estimator. Windows of two bars stand each by itself; of an odd number of bars, the last two overlap,
 * and a single bar is heard twice. The standard errors are over draws, probes included.
 */
export async function grooveBits(flow: Flow, groove: Groove, settings: GrooveBitsSettings): Promise<GrooveBits> {
  const { seed, draws, executor, signal, onProgress, ...wish } = settings;
  const whole = groove.steps < grooveSteps ? joinGrooves([groove, groove]) : groove;
  const starts = startsSideBySide(whole.steps, grooveSteps).filter((start) => sliceGroove(whole, start).hits.includes(1));
  const estimates: { readonly bar: number; readonly strokes: number; readonly bits: readonly number[] }[] = [];
  for (const [i, start] of starts.entries()) {
    throwIfAborted(signal, 'grooveBits');
    onProgress?.(i, starts.length);
    const window = sliceGroove(whole, start);
    const [bits] = await windowBits(flow, [{ groove: window, start, ...wish }], { seed, draws, executor, signal });
    estimates.push({ bar: start / grooveBar + 1, strokes: strokesIn(window), bits });
  }
  onProgress?.(starts.length, starts.length);
  const all = estimates.reduce((sum, { strokes }) => sum + strokes, 0);
  const totals = Array.from({ length: draws }, (_, d) => estimates.reduce((sum, { bits }) => sum + bits[d], 0));
  return {
    ...perStroke(totals, all),
    windows: estimates.map(({ bar, bits, strokes }) => ({ bar, ...perStroke(bits, strokes) })),
  };
}

function perStroke(bits: readonly number[], strokes: number): StrokeBits {
  const mean = bits.reduce((a, b) => a + b, 0) / bits.length;
  const variance = bits.reduce((sum, b) => sum + (b - mean) ** 2, 0) / (bits.length - 1);
  return {
    strokes,
    bitsPerStroke: mean / strokes,
    standardError: Math.sqrt(variance / bits.length) / strokes,
    draws: bits.map((each) => each / strokes),
  };
}
