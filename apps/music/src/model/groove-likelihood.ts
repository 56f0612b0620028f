import type { Flow } from '@advect/core';
import { integers, key, split } from '@advect/core/random';
import { grooveSteps } from '../data/grooves.js';
import type { Groove } from '../groove.js';
import { fitGaussian, fitMixture, type FittedDensity } from '../metrics/gaussian-fit.js';
import { ratioOfSums } from '../metrics/ratio-of-sums.js';
import { encodeGroove } from './groove-code.js';
import { grooveWidth } from './groove-size.js';
import { grooveConditionDim, tellGroove, type GrooveWish } from './groove-given.js';

/** Nats for each stroke of grooves, larger is better, with the standard error over grooves. */
export interface StrokeLikelihood {
  readonly natsPerStroke: number;
  readonly standardError: number;
}

const noiseOf = (i: number) => split(split(key(0), 'groove likelihood'), i);

/**
 * log p of strokes as a flow tells it, a lower bound in expectation: of which drums are struck where, in nats, and of velocities
 * (0 … 1) and offsets (sixteenths) as densities. E[log p(x) − log q(x | groove)] over the noise of `encodeGroove`, by
 * Hutchinson's estimator; told the wish, or nothing.
 */
export async function flowLikelihood(
  flow: Flow,
  grooves: readonly Groove[],
  settings: {
    readonly probes?: number;
    readonly wish?: (i: number) => GrooveWish;
    readonly signal?: AbortSignal;
    readonly onProgress?: (done: number, total: number) => void;
  } = {},
): Promise<StrokeLikelihood> {
  const encoded = grooves.map((groove, i) => encodeGroove(groove, noiseOf(i)));
  const condition = new Float32Array(grooves.length * grooveConditionDim);
  const { wish, probes = 4, signal, onProgress } = settings;
  if (wish) grooves.forEach((_, i) => tellGroove(wish(i), condition.subarray(i * grooveConditionDim, (i + 1) * grooveConditionDim)));
  const logs: number[] = [];
  for (let from = 0; from < grooves.length; from += rowsAtOnce) {
    onProgress?.(from, grooves.length);
    const part = encoded.slice(from, from + rowsAtOnce);
    const { logProb } = await flow.logProb(
      { shape: [part.length, grooveSteps, grooveWidth], data: joined(part.map(({ x }) => x)) },
      {
        condition: {
          shape: [part.length, grooveConditionDim],
          data: condition.subarray(from * grooveConditionDim, (from + part.length) * grooveConditionDim),
        },
        divergence: 'rademacher',
        probes,
        rtol: 1e-3,
        atol: 1e-3,
        seed: from,
        signal,
      },
    );
    logs.push(...Array.from(logProb, (log, i) => log - part[i].logNoise));
  }
  onProgress?.(grooves.length, grooves.length);
  return perStroke(grooves, logs);
}

const rowsAtOnce = 16;

/** The same of a normal distribution and of a mixture of them, fitted to the same numbers of other grooves. */
export function fittedLikelihoods(
  train: readonly Groove[],
  grooves: readonly Groove[],
  components = 16,
): Readonly<Record<'gaussian' | 'mixture', StrokeLikelihood>> {
  const rows = train.map((groove, i) => encodeGroove(groove, split(noiseOf(i), 'train')).x);
  const encoded = grooves.map((groove, i) => encodeGroove(groove, noiseOf(i)));
  const starts = [...integers(split(key(0), 'groove mixture'), Math.min(components, rows.length), rows.length)];
  const of = ({ logDensity }: FittedDensity): StrokeLikelihood =>
    perStroke(
      grooves,
      encoded.map(({ x, logNoise }) => logDensity(x) - logNoise),
    );
  return { gaussian: of(fitGaussian(rows)), mixture: of(fitMixture(rows, starts, 12)) };
}

function perStroke(grooves: readonly Groove[], logs: readonly number[]): StrokeLikelihood {
  const strokes = grooves.map(({ hits }) => hits.reduce((sum, hit) => sum + hit, 0));
  const { ratio, standardError } = ratioOfSums(logs, strokes);
  return { natsPerStroke: ratio, standardError };
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, i) => out.set(row, i * row.length));
  return out;
}
