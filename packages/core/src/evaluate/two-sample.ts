import { type Key, permutation, split } from '../random/index.js';
import type { Rows } from './rows.js';

/** A symmetric function of two points, by their squared distance. */
export type Kernel = (squaredDistance: number) => number;

/** E k(X, X′) + E k(Y, Y′) − 2 E k(X, Y) from samples. */
export interface Discrepancy {
  /** Without bias: pairs of a sample with itself are left out, so that it may be below zero. */
  readonly value: number;
  /**
   * From the spread of the samples' own terms, right where the distributions differ. Where they agree these terms vanish and
   * it tells nothing; use the p-value.
   */
  readonly standardError: number;
  /** Share of random divisions of the pooled samples whose value is at least this one; where permutations were asked for. */
  readonly pValue?: number;
}

/** k of every pair of rows of a and b, [a, b]. */
export function pairwise(a: Rows, b: Rows, kernel: Kernel): Float64Array {
  const values = new Float64Array(a.count * b.count);
  for (let i = 0; i < a.count; i++) {
    for (let j = 0; j < b.count; j++) {
      let square = 0;
      for (let d = 0; d < a.dim; d++) square += (a.data[i * a.dim + d] - b.data[j * b.dim + d]) ** 2;
      values[i * b.count + j] = kernel(square);
    }
  }
  return values;
}

/** One sample behind the other. */
export function pool(a: Rows, b: Rows): Rows {
  const data = new Float64Array(a.data.length + b.data.length);
  data.set(a.data);
  data.set(b.data, a.data.length);
  return { count: a.count + b.count, dim: a.dim, data };
}

/**
 * The discrepancy of the first n pooled points from the others, with k of every pair of pooled points in `values`.
 *
 * References: Gretton et al. (2012), eq. 3 (the estimate); Serfling (1980), §5.5 (its first-order variance); Hemerik and
 * Goeman (2018) (the p-value counts the given division among the random ones).
 */
export function discrepancy(values: Float64Array, n: number, count: number, permutations: number, key: Key): Discrepancy {
  const given = estimate(
    values,
    Int32Array.from({ length: count }, (_, i) => i),
    n,
  );
  if (permutations === 0) return given;
  let asLarge = 1;
  for (let p = 0; p < permutations; p++) {
    if (estimate(values, permutation(split(key, p), count), n).value >= given.value) asLarge++;
  }
  return { ...given, pValue: asLarge / (permutations + 1) };
}

/** The estimate where the first n points of `order` are one sample and the others the other. */
function estimate(values: Float64Array, order: Int32Array, n: number): { value: number; standardError: number } {
  const count = order.length;
  const m = count - n;
  const isFirst = new Uint8Array(count);
  for (let i = 0; i < n; i++) isFirst[order[i]] = 1;
  // Of each point: the mean of k over the others of its own sample, less that over the other sample.
  const sums = [0, 0];
  const squares = [0, 0];
  for (let i = 0; i < count; i++) {
    let [same, other] = [0, 0];
    for (let j = 0; j < count; j++) {
      if (isFirst[i] !== isFirst[j]) other += values[i * count + j];
      else if (i !== j) same += values[i * count + j];
    }
    const [mine, theirs, side] = isFirst[i] ? [n, m, 0] : [m, n, 1];
    const term = same / (mine - 1) - other / theirs;
    sums[side] += term;
    squares[side] += term * term;
  }
  const variance = (side: number, size: number): number => Math.max(0, squares[side] - sums[side] ** 2 / size) / (size - 1) / size;
  return { value: sums[0] / n + sums[1] / m, standardError: 2 * Math.sqrt(variance(0, n) + variance(1, m)) };
}
