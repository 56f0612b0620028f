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
}

export interface GrooveBits extends StrokeBits {
  /** Of each window of two bars, by its first bar, counted from 1. */
  readonly windows: readonly (StrokeBits & { readonly bar: number })[];
}

/** Bits that it takes to write a velocity and an offset where nothing is known of them, to the grain of MIDI. */
const bitsOfGrain = -Math.log2(velocityScale.grain * offsetScale.grain);

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
    const strokes = window.hits.reduce((sum, hit) => sum + hit, 0);
    const noise = split(split(key(seed), 'groove bits'), start);
    const encoded = Array.from({ length: draws }, (_, d) => encodeGroove(window, split(noise, d)));
    const condition = new Float32Array(draws * grooveConditionDim);
    encoded.forEach((_, d) => tellGroove(wish, condition.subarray(d * grooveConditionDim, (d + 1) * grooveConditionDim)));
    const { logProb } = await flow.logProb(
      { shape: [draws, grooveSteps, grooveWidth], data: Float32Array.from(encoded.flatMap(({ x }) => [...x])) },
      {
        condition: { shape: [draws, grooveConditionDim], data: condition },
        divergence: 'rademacher',
        probes: 2,
        rtol: 1e-3,
        atol: 1e-3,
        chunk: 16,
        seed,
        ...(executor && { executor }),
        signal,
      },
    );
    estimates.push({
      bar: start / grooveBar + 1,
      strokes,
      bits: encoded.map(({ logNoise }, d) => (logNoise - logProb[d]) / Math.LN2 + strokes * bitsOfGrain),
    });
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
  return { strokes, bitsPerStroke: mean / strokes, standardError: Math.sqrt(variance / bits.length) / strokes };
}
