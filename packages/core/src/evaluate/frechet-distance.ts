import type { NdArray, NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { weightedMoments } from './moments.js';
import { type Rows, toRows } from './rows.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** The squared Fréchet distance of two Gaussians, and its two parts. */
export interface FrechetDistance {
  /** |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½), in squared units of the samples. */
  readonly squared: number;
  /** |μ₁ − μ₂|². */
  readonly ofMeans: number;
  /** tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½). */
  readonly ofCovariances: number;
}

/**
 * The squared Fréchet distance between Gaussians fitted to two samples, as it is taken of the features of pictures (FID). The
 * covariances are those that divide by n − 1; all is float64, and covariances without full rank are no trouble.
 *
 * It is biased: two samples of one distribution are apart by about c · (1/n + 1/m), so that figures must not be compared unless
 * their counts agree (Chong and Forsyth 2020), and belong beside the distance of two real samples of the same size.
 *
 * Cost: (n + m) · dim² / 2 products, and some 100 dim³ for the root.
 * References: Dowson and Landau (1982), eq. 4; Heusel et al. (2017), eq. 6.
 *
 * @param x at least two samples, [n, ...event]
 * @param y at least two of the other distribution, [m, ...event]
 */
export function frechetDistance(x: NdArray<NumericArray>, y: NdArray<NumericArray>): FrechetDistance {
  const a = toRows(x, 'frechetDistance: the first sample');
  const b = toRows(y, 'frechetDistance: the second sample', a.dim);
  if (a.count < 2 || b.count < 2) {
    throw new AdvectError('invalid-shape', `frechetDistance was given ${a.count} and ${b.count} samples`, 'Give at least two of each.');
  }
  const [first, second] = [momentsOf(a), momentsOf(b)];
  const ofMeans = first.mean.reduce((sum, v, i) => sum + (v - second.mean[i]) ** 2, 0);
  const ofCovariances = trace(first.covariance, a.dim) + trace(second.covariance, a.dim) - 2 * rootTrace(first, second, a.dim);
  return { squared: ofMeans + ofCovariances, ofMeans, ofCovariances };
}

interface Moments {
  readonly mean: Float64Array;
  readonly covariance: Float64Array;
}

function momentsOf(rows: Rows): Moments {
  const { mean, covariance } = weightedMoments(rows, { values: Float64Array.of(1), stride: 0, offset: 0 }, 'full', 0);
  const unbiased = rows.count / (rows.count - 1);
  return { mean, covariance: covariance.map((v) => v * unbiased) };
}

/** tr (Σ₁Σ₂)^½: the eigenvalues of Σ₁^½ Σ₂ Σ₁^½, which is symmetric, are those of Σ₁Σ₂. */
function rootTrace({ covariance: first }: Moments, { covariance: second }: Moments, n: number): number {
  const { values, vectors } = symmetricEigen(first, n);
  const roots = values.map((value) => Math.sqrt(Math.max(value, 0)));
  // In the basis of Σ₁'s eigenvectors Σ₁^½ is diagonal, and a change of basis leaves eigenvalues alone.
  const turned = product(vectors, product(second, transposed(vectors, n), n), n);
  const inner = turned.map((v, at) => v * roots[Math.floor(at / n)] * roots[at % n]);
  return symmetricEigen(inner, n).values.reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
}

const trace = (m: Float64Array, n: number): number => Array.from({ length: n }, (_, i) => m[i * n + i]).reduce((sum, v) => sum + v, 0);

const transposed = (m: Float64Array, n: number): Float64Array => m.map((_, at) => m[(at % n) * n + Math.floor(at / n)]);

function product(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      const v = a[i * n + k];
      for (let j = 0; j < n; j++) c[i * n + j] += v * b[k * n + j];
    }
  }
  return c;
}
