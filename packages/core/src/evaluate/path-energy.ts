import { type NdArray, ndarray, type NumericArray } from '@advect/base/array';
import { integer, readOptions, seed } from '@advect/base/options';
import type { Flow } from '../flow/flow.js';
import { meanWithError } from './mean.js';
import { wasserstein2 } from './wasserstein.js';

export interface NormalisedPathEnergyOptions {
  /** Equal Euler steps along each path. Default 100. */
  readonly steps?: number;
  /** Of the noise that the paths start from. Default 0. */
  readonly seed?: number;
}

export interface PathEnergy {
  /** |E ∫|u|² dt − W₂²| / W₂²: 0 for a flow along the straight, never crossing lines of optimal transport. */
  readonly normalised: number;
  /** E ∫|u|² dt along the flow's paths, summed over an event's entries. */
  readonly energy: number;
  /** Of `energy`. */
  readonly standardError: number;
  /** W₂² between the noise that the paths start from and the truth. */
  readonly squaredDistance: number;
}

/**
 * How much longer than needed the ways of a flow are: the kinetic energy of as many sampled paths as there are samples of
 * the truth, against the exact Wasserstein-2 distance from where they start to the truth. Both in data space, for a flow
 * without conditions. The W₂² of finite samples is too large by its floor, and a flow that misses the truth may have too
 * little energy: read it beside a distance of the samples from the truth.
 *
 * Cost: `steps` evaluations of the field, and O(n³) for the distance.
 * Reference: Tong et al. (2024), §5.1.
 *
 * @param truth samples of what the flow is to give, [n, ...event]
 */
export async function normalisedPathEnergy(
  flow: Flow,
  truth: NdArray<NumericArray>,
  options?: NormalisedPathEnergyOptions,
): Promise<PathEnergy> {
  const o = readOptions<Required<NormalisedPathEnergyOptions>>('normalisedPathEnergy', options, {
    steps: integer({ default: 100, min: 1, max: 10_000 }),
    seed: seed(),
  });
  const count = truth.shape[0];
  const times = Array.from({ length: o.steps + 1 }, (_, k) => k / o.steps);
  const { x } = await flow.trajectory(count, { method: 'euler', steps: o.steps, times, seed: o.seed });
  const frame = x.data.length / times.length;
  const width = frame / count;
  const energies = new Float64Array(count);
  for (let i = frame; i < x.data.length; i++) {
    energies[Math.floor((i % frame) / width)] += (x.data[i] - x.data[i - frame]) ** 2 * o.steps;
  }
  const { mean: energy, standardError } = meanWithError(energies);
  const { squared } = wasserstein2(ndarray(x.data.slice(0, frame), x.shape.slice(1)), truth);
  return { normalised: Math.abs(energy - squared) / squared, energy, standardError, squaredDistance: squared };
}
