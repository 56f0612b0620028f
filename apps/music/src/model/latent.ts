import type { NdArray } from '@advect/base/array';
import type { EndpointField, Flow, SolverOptions } from '@advect/core';
import { key, normals, split } from '@advect/core/random';
import type { Score } from '../score.js';
import { conditionsOf, slots } from './given.js';
import { codeSize, encodeScore } from './helix-code.js';

/** Numbers in a window. */
export const windowSize = slots * codeSize;

/**
 * Tight enough for notes to come back: where a window lies near the border of another one the way back magnifies what was lost on
 * the way there, and one in twenty real windows loses notes at 1e-5.
 */
const exact = 1e-6;

interface LatentSettings extends Pick<SolverOptions, 'executor' | 'signal'> {
  readonly wish: readonly number[];
  /** Of the solver, relative and absolute. Default 1e-6. */
  readonly tolerance?: number;
}

const solverOf = (tolerance = exact) => ({ rtol: tolerance, atol: tolerance });

/** Windows blurred by the flow's σ, as it learnt them, and the noise that each comes from: [count, 32, 20] both. */
export async function encodeWindows(
  flow: Flow,
  windows: readonly Score[],
  { wish, tolerance, seed, signal, executor }: LatentSettings & { readonly seed: number },
): Promise<{ readonly x: NdArray; readonly z: NdArray }> {
  const { sigma, event } = flow.field as EndpointField;
  const count = windows.length;
  const data = new Float32Array(count * windowSize);
  windows.forEach((score, row) => {
    const noise = normals(split(split(key(seed), 'blur of windows'), row), windowSize);
    encodeScore(score).forEach((v, i) => (data[row * windowSize + i] = v + sigma * noise[i]));
  });
  const x = { shape: [count, ...event], data };
  const { z } = await flow.encode(x, { ...solverOf(tolerance), condition: conditionsOf(flow, count, wish), signal, executor });
  return { x, z };
}

/** The windows that come from noise, as numbers, [count, 32, 20]. */
export async function decodeWindows(flow: Flow, z: NdArray, { wish, tolerance, signal, executor }: LatentSettings): Promise<NdArray> {
  const { x } = await flow.decode(z, { ...solverOf(tolerance), condition: conditionsOf(flow, z.shape[0], wish), signal, executor });
  return x;
}
