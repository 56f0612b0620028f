import type { NdArray, NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, number, optional, readOptions, type Readers, seed } from '@advect/base/options';
import { key } from '../random/index.js';
import { type Rows, toRows } from './rows.js';
import { type Discrepancy, discrepancy, pairwise, pool } from './two-sample.js';

/** Options of a test of two samples against each other. */
export interface TwoSampleOptions {
  /** Random divisions of the pooled samples for the p-value, O((n + m)²) each. Default 0: no p-value. */
  readonly permutations?: number;
  /** Of the divisions. Default 0. */
  readonly seed?: number;
}

export interface MmdOptions extends TwoSampleOptions {
  /** Width h of the kernel, in the units of the samples. Default: the median distance between pooled points. */
  readonly bandwidth?: number;
}

const readers: Readers<TwoSampleOptions> = { permutations: integer({ default: 0, min: 0 }), seed: seed() };

/**
 * The squared maximum mean discrepancy of two samples with the kernel exp(−|x − y|² / 2h²), without bias. Figures for
 * different bandwidths must not be compared, which is why the bandwidth is in the result.
 *
 * Cost: O((n + m)²) time and memory.
 * Reference: Gretton et al. (2012), eq. 3; §8 for the median.
 *
 * @param x at least two samples, [n, ...event]
 * @param y at least two of the other distribution, [m, ...event]
 */
export function mmd(
  x: NdArray<NumericArray>,
  y: NdArray<NumericArray>,
  options?: MmdOptions,
): Discrepancy & { readonly bandwidth: number } {
  const o = readOptions<MmdOptions>('mmd', options, { ...readers, bandwidth: optional(number({ min: Number.MIN_VALUE })) });
  const { a, b } = twoSamples('mmd', x, y);
  const pooled = pool(a, b);
  const squares = pairwise(pooled, pooled, (square) => square);
  const bandwidth = o.bandwidth ?? Math.sqrt(medianOffDiagonal(squares, pooled.count));
  if (!(bandwidth > 0)) {
    throw new AdvectError(
      'invalid-value',
      'mmd: half of all pairs of points coincide, so that the median distance is 0',
      'Give a bandwidth.',
    );
  }
  const kernel = squares.map((square) => Math.exp(-square / (2 * bandwidth * bandwidth)));
  return { ...discrepancy(kernel, a.count, pooled.count, o.permutations!, key(o.seed!)), bandwidth };
}

/**
 * The energy distance 2 E|X − Y| − E|X − X′| − E|Y − Y′| of two samples, without bias; some authors take its square root.
 *
 * Cost: O((n + m)²) time and memory.
 * Reference: Székely and Rizzo (2013), eq. 1.
 *
 * @param x at least two samples, [n, ...event]
 * @param y at least two of the other distribution, [m, ...event]
 */
export function energyDistance(x: NdArray<NumericArray>, y: NdArray<NumericArray>, options?: TwoSampleOptions): Discrepancy {
  const o = readOptions<TwoSampleOptions>('energyDistance', options, readers);
  const { a, b } = twoSamples('energyDistance', x, y);
  const pooled = pool(a, b);
  const values = pairwise(pooled, pooled, (square) => -Math.sqrt(square));
  return discrepancy(values, a.count, pooled.count, o.permutations!, key(o.seed!));
}

function twoSamples(where: string, x: NdArray<NumericArray>, y: NdArray<NumericArray>): { a: Rows; b: Rows } {
  const a = toRows(x, `${where}: the first sample`);
  const b = toRows(y, `${where}: the second sample`, a.dim);
  if (a.count < 2 || b.count < 2) {
    throw new AdvectError('invalid-shape', `${where} was given ${a.count} and ${b.count} samples`, 'Give at least two of each.');
  }
  return { a, b };
}

function medianOffDiagonal(squares: Float64Array, count: number): number {
  const sorted = new Float64Array((count * (count - 1)) / 2);
  let at = 0;
  for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) sorted[at++] = squares[i * count + j];
  sorted.sort();
  return sorted[sorted.length >> 1];
}
