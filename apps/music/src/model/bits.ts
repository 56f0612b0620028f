import type { EndpointField, Flow, SolverOptions } from '@advect/core';
import { key, normals, split } from '@advect/core/random';
import { countNotes, type Score } from '../score.js';
import { encodeScore } from './helix-code.js';
import { conditionsOf } from './given.js';

/** How probable a tune of four bars is to a model. */
export interface TuneBits {
  /** −log₂ P, an upper bound in expectation, for each note (held pitches count once), with its standard error. */
  readonly bitsPerNote: number;
  readonly standardError: number;
  readonly notes: number;
}

/**
 * Bits for each note of a tune in the model's key. The codes are blurred by the field's σ (variational dequantisation with
 * the very noise that the model was trained with), so log P(z) ≥ E[log p(x) − log q(x | z)]: the mean of `draws` such
 * differences, with log p(x) from the flow by Hutchinson's estimator, or with the exact divergence (640 directional derivatives). The standard error is that of the mean over draws,
 * probe noise included. Takes a few seconds for each draw.
 */
export async function bitsPerNote(
  flow: Flow,
  score: Score,
  wish: readonly number[],
  settings: { readonly seed: number; readonly draws: number; readonly exact?: boolean } & Pick<SolverOptions, 'executor' | 'signal'>,
): Promise<TuneBits> {
  const { sigma, event } = flow.field as EndpointField;
  const clean = encodeScore(score);
  const { draws, exact = false, seed, signal, executor } = settings;
  const x = new Float32Array(draws * clean.length);
  const logNoise = new Float64Array(draws);
  for (let d = 0; d < draws; d++) {
    const noise = normals(split(split(key(seed), 'blur'), d), clean.length);
    for (let i = 0; i < clean.length; i++) {
      x[d * clean.length + i] = clean[i] + sigma * noise[i];
      logNoise[d] -= noise[i] ** 2 / 2 + Math.log(sigma * Math.sqrt(2 * Math.PI));
    }
  }
  const { logProb } = await flow.logProb(
    { shape: [draws, ...event], data: x },
    {
      condition: conditionsOf(flow, draws, wish),
      divergence: exact ? 'exact' : 'rademacher',
      probes: 2,
      method: 'dopri5',
      rtol: 1e-4,
      atol: 1e-4,
      seed,
      signal,
      executor,
    },
  );
  const notes = countNotes(score);
  const bits = Array.from(logProb, (l, d) => (logNoise[d] - l) / Math.LN2 / notes);
  const mean = bits.reduce((a, b) => a + b, 0) / draws;
  const variance = bits.reduce((sum, b) => sum + (b - mean) ** 2, 0) / Math.max(1, draws - 1);
  return { bitsPerNote: mean, standardError: draws > 1 ? Math.sqrt(variance / draws) : NaN, notes };
}
