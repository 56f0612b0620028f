import { type NdArray, ndarray, type NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, readOptions, seed } from '@advect/base/options';
import type { Flow, SolverOptions } from '../flow/flow.js';
import { solverReaders } from '../flow/options.js';
import { chiSquaredTail } from './chi-squared.js';
import { toRows } from './rows.js';

/** Draws from prior and simulator: θ ~ p(θ), y ~ p(y | θ). */
export interface SimulatedPairs {
  /** θ, [count, ...event]: what the flow is to give. */
  readonly x: NdArray<NumericArray>;
  /** y, [count, conditionDim]: what the flow is conditioned on. */
  readonly condition: NdArray<NumericArray>;
}

export interface SimulationBasedCalibrationOptions extends SolverOptions {
  /** Samples of the flow for each pair. Default 99. */
  readonly samples?: number;
  /** Of the ranks, for the test. Must divide samples + 1, and should leave several pairs to each. Default 10. */
  readonly bins?: number;
  /** Of the flow's noise. Default 0. */
  readonly seed?: number;
}

export interface Calibration {
  /** How many of the samples lie below the true entry, 0 to samples: [count, entries of θ]. Uniform for a calibrated flow. */
  readonly ranks: NdArray<Int32Array>;
  /** How often each bin of ranks occurred, [entries of θ, bins]. */
  readonly histogram: NdArray<Int32Array>;
  /** Of the χ² test of a uniform histogram, for each entry of θ. */
  readonly pValues: Float64Array;
  /** The least p-value times the number of entries (Bonferroni): small where the flow is not calibrated. */
  readonly pValue: number;
}

/**
 * Simulation-based calibration of a conditional flow as a posterior: where θ is drawn from the prior and y simulated from it,
 * θ ranks uniformly among the samples of an exact posterior given y. Ranks that pile up at both ends tell of a posterior that
 * is too narrow, in the middle of one too wide, on one side of a bias. A prior in place of the posterior passes too: look at
 * the log-density beside it.
 *
 * Cost: count · samples samples of the flow.
 * Reference: Talts et al. (2018), algorithm 1.
 */
export async function simulationBasedCalibration(
  flow: Flow,
  pairs: SimulatedPairs,
  options?: SimulationBasedCalibrationOptions,
): Promise<Calibration> {
  const {
    samples,
    bins,
    seed: number,
    ...solver
  } = readOptions<SimulationBasedCalibrationOptions>('simulationBasedCalibration', options, {
    ...solverReaders,
    samples: integer({ default: 99, min: 1 }),
    bins: integer({ default: 10, min: 2 }),
    seed: seed(),
  }) as Required<SimulationBasedCalibrationOptions>;
  const truth = toRows(pairs.x, 'simulationBasedCalibration: x');
  const given = toRows(pairs.condition, 'simulationBasedCalibration: condition', flow.field.conditionDim);
  if (truth.count !== given.count || (samples + 1) % bins !== 0) {
    throw new AdvectError(
      'invalid-value',
      `simulationBasedCalibration: ${truth.count} rows of x, ${given.count} of condition, ${samples} samples and ${bins} bins`,
      'Give a condition for each row of x, and a number of bins that divides the samples plus one.',
    );
  }
  const repeated = Float32Array.from({ length: truth.count * samples * given.dim }, (_, at) => {
    const [row, column] = [Math.floor(at / given.dim / samples), at % given.dim];
    return given.data[row * given.dim + column];
  });
  const condition = ndarray(repeated, [truth.count * samples, given.dim]);
  const { x } = await flow.sample(truth.count * samples, { ...solver, condition, seed: number });

  const { dim } = truth;
  const ranks = new Int32Array(truth.count * dim);
  for (let i = 0; i < x.data.length; i++) {
    const entry = Math.floor(i / dim / samples) * dim + (i % dim);
    // θ as float32, the precision of the samples.
    if (x.data[i] < Math.fround(truth.data[entry])) ranks[entry]++;
  }
  const histogram = new Int32Array(dim * bins);
  ranks.forEach((rank, i) => histogram[(i % dim) * bins + Math.floor((rank * bins) / (samples + 1))]++);
  const expected = truth.count / bins;
  const pValues = Float64Array.from({ length: dim }, (_, d) => {
    const counts = histogram.subarray(d * bins, (d + 1) * bins);
    return chiSquaredTail(
      counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0),
      bins - 1,
    );
  });
  return {
    ranks: ndarray(ranks, [truth.count, dim]),
    histogram: ndarray(histogram, [dim, bins]),
    pValues,
    pValue: Math.min(1, dim * pValues.reduce((a, b) => Math.min(a, b))),
  };
}
