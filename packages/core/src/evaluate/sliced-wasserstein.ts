import type { NdArray, NumericArray } from '@advect/base/array';
import { integer, readOptions, seed } from '@advect/base/options';
import { key, normals } from '../random/index.js';
import { meanWithError } from './mean.js';
import { type Rows, toRows } from './rows.js';

export interface SlicedWasserstein2Options {
  /** Random directions. Default 256. */
  readonly projections?: number;
  /** Of the directions. Default 0. */
  readonly seed?: number;
}

export interface SlicedWasserstein2 {
  /** The root of `squared`. */
  readonly distance: number;
  /** Mean over directions of the squared Wasserstein-2 distance between the projected samples. */
  readonly squared: number;
  /** Of `squared`, from the spread over the directions alone; infinite for a single one. */
  readonly standardError: number;
}

/**
 * The sliced Wasserstein-2 distance of two samples, which may have different numbers of points: exact along each direction,
 * averaged over random ones. Cost: O(projections · (n + m) · (dim + log(n + m))).
 *
 * Reference: Bonneel et al. (2015), §3.
 *
 * @param x samples, [n, ...event]
 * @param y samples, [m, ...event]
 */
export function slicedWasserstein2(
  x: NdArray<NumericArray>,
  y: NdArray<NumericArray>,
  options?: SlicedWasserstein2Options,
): SlicedWasserstein2 {
  const o = readOptions<Required<SlicedWasserstein2Options>>('slicedWasserstein2', options, {
    projections: integer({ default: 256, min: 1 }),
    seed: seed(),
  });
  const a = toRows(x, 'slicedWasserstein2: the first sample');
  const b = toRows(y, 'slicedWasserstein2: the second sample', a.dim);
  const directions = normals(key(o.seed), o.projections * a.dim);
  const { mean: squared, standardError } = meanWithError(squaresAlong(a, b, directions));
  return { distance: Math.sqrt(squared), squared, standardError };
}

/** The squared distance along each direction, [directions, dim], which are made unit vectors here. */
export function squaresAlong(a: Rows, b: Rows, directions: Float32Array): Float64Array {
  return Float64Array.from({ length: directions.length / a.dim }, (_, p) => {
    const direction = directions.subarray(p * a.dim, (p + 1) * a.dim);
    const length = Math.sqrt(direction.reduce((sum, v) => sum + v * v, 0));
    return squaredOnLine(project(a, direction, length), project(b, direction, length));
  });
}

function project({ count, dim, data }: Rows, direction: Float32Array, length: number): Float64Array {
  return Float64Array.from({ length: count }, (_, n) => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += data[n * dim + d] * direction[d];
    return sum / length;
  });
}

/** W₂² of two samples on a line: the integral of the squared difference of their quantile functions. Sorts both in place. */
function squaredOnLine(a: Float64Array, b: Float64Array): number {
  a.sort();
  b.sort();
  let [i, j, level, sum] = [0, 0, 0, 0];
  while (i < a.length && j < b.length) {
    // The products are whole numbers, so that steps of both that end together are told exactly.
    const [endOfA, endOfB] = [(i + 1) * b.length, (j + 1) * a.length];
    const next = Math.min(endOfA, endOfB);
    sum += (next - level) * (a[i] - b[j]) ** 2;
    level = next;
    if (endOfA === next) i++;
    if (endOfB === next) j++;
  }
  return sum / (a.length * b.length);
}
