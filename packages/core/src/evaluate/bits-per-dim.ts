import type { NdArray, NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, number, readOptions } from '@advect/base/options';
import type { Flow, LogProbOptions } from '../flow/flow.js';
import { meanWithError } from './mean.js';

export interface BitsPerDimOptions {
  /** Numbers in one sample. */
  readonly dims: number;
  /** Values a number can take before dequantisation: 256 for 8 bits. */
  readonly levels: number;
  /** Length of the interval that the levels were spread over before the density was taken: 1 for [0, 1] (unless given), 2 for [−1, 1]. */
  readonly span?: number;
  /** Dequantised copies of each sample, 1 unless given. */
  readonly samples?: number;
}

export interface BitsPerDim {
  /** Mean over the samples. */
  readonly mean: number;
  /** Standard error of the mean over the samples; infinite for a single one. */
  readonly standardError: number;
  readonly perSample: Float64Array;
  /** What the figure means, in words, to be printed with it. */
  readonly convention: string;
}

/**
 * Bits per dimension from log-densities in nats of uniformly dequantised data, (value + u) · span / levels with u in [0, 1).
 * `logProb` has `samples` successive entries for each sample. With one, the mean is an upper bound of the discrete
 * model's bits per dimension in expectation (Theis et al. 2016, section 3.1); with more, the log of the mean density makes it tighter
 * (Burda et al. 2016), so figures of different counts must not be compared.
 */
export function bitsPerDim(logProb: ArrayLike<number>, options: BitsPerDimOptions): BitsPerDim {
  const { dims, levels, span, samples } = readOptions<Required<BitsPerDimOptions>>('bitsPerDim', options, {
    dims: integer({ min: 1 }),
    levels: integer({ min: 2 }),
    span: number({ default: 1, min: Number.MIN_VALUE }),
    samples: integer({ default: 1, min: 1 }),
  });
  const count = logProb.length / samples;
  if (!Number.isInteger(count) || count < 1) {
    throw new AdvectError(
      'invalid-shape',
      `bitsPerDim: ${logProb.length} log-densities are not ${samples} for each of one or more samples`,
      'Give the log-densities of all dequantised copies of a sample one after another.',
    );
  }
  const averaged = Float64Array.from({ length: count }, (_, n) =>
    logMeanExp(Array.from({ length: samples }, (__, s) => logProb[n * samples + s])),
  );
  return ofBounds(averaged, { dims, levels, span, samples });
}

/** From one bound of the log-density for each sample, made of `samples` dequantisations. */
function ofBounds(bounds: Float64Array, { dims, levels, span, samples }: Required<BitsPerDimOptions>): BitsPerDim {
  const perSample = bounds.map((bound) => -bound / (dims * Math.LN2) - Math.log2(span / levels));
  const bound = samples === 1 ? 'one uniform dequantisation each' : `${samples} uniform dequantisations each, importance-weighted`;
  return {
    ...meanWithError(perSample),
    perSample,
    convention: `bits/dim over ${bounds.length} samples of ${dims} dimensions with ${levels} levels, ${bound}: an upper bound of the discrete model's`,
  };
}

/** How `importanceWeightedBitsPerDim` dequantises and solves. */
export interface ImportanceWeightedBitsPerDimOptions extends Omit<LogProbOptions, 'solverError'> {
  /** Dequantised copies of each sample, K. Default 1. */
  readonly samples?: number;
}

/**
 * Bits per dimension of whole numbers under a flow with a `dequantise` transform, from K dequantisations of each sample: the
 * log of the mean of their densities, which comes down towards the discrete model's own bits per dimension as K grows. The
 * result says K; figures of different K must not be compared.
 *
 * Where the divergence is estimated with random probes, their noise is averaged in the logarithm as well, which makes the figure
 * of K > 1 too low by up to half their variance in nats: it is no bound then, and `convention` says so. Take `divergence: 'exact'` or many probes.
 *
 * Cost: K log-densities for each sample.
 * Reference: Burda et al. (2016), theorem 1; Lipman et al. (2023), table 4, for what K does.
 *
 * @param x whole numbers in data space, [n, ...event]
 */
export async function importanceWeightedBitsPerDim(
  flow: Flow,
  x: NdArray<NumericArray>,
  options: ImportanceWeightedBitsPerDimOptions = {},
): Promise<BitsPerDim> {
  const levels = flow.transforms.find(({ config }) => config.kind === 'dequantise')?.config.levels as number | undefined;
  if (levels === undefined) {
    throw new AdvectError('invalid-value', 'the flow does not dequantise its data', 'Make it with the transform dequantise({ levels }).');
  }
  const { logProb, report } = await flow.logProb(x, { ...options, solverError: false });
  // The densities are those of the whole numbers, whose levels lie one apart.
  const found = ofBounds(logProb, { dims: x.data.length / x.shape[0], levels, span: levels, samples: report.samples! });
  if (report.samples === 1 || report.probes === undefined) return found;
  const probes = `${report.probes} random ${report.probes === 1 ? 'probe' : 'probes'}`;
  return {
    ...found,
    convention: found.convention.replace(': an upper bound', ` by ${probes}, whose noise makes it too low: no upper bound`),
  };
}

function logMeanExp(logs: readonly number[]): number {
  const most = logs.reduce((a, b) => Math.max(a, b));
  if (!Number.isFinite(most)) return most;
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length);
}
