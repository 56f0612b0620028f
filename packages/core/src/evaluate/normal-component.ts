import { AdvectError } from '@advect/base/errors';
import { cholesky } from '../transport/cholesky.js';

export type Covariance = 'full' | 'diagonal';

/**
 * A normal distribution in float64: its mean, and the factor of its covariance, Σ = L·Lᵀ: L by rows ([dim · dim], of which
 * the lower triangle counts) or, for a diagonal covariance, the standard deviations ([dim]).
 */
export interface NormalComponent {
  readonly mean: Float64Array;
  readonly factor: Float64Array;
  /** ln of the density's constant: −½·dim·ln 2π − ln det L. */
  readonly logScale: number;
}

/** The component of a mean and a covariance (rows of the full matrix, or the variances). Throws `invalid-value` unless it is positive definite. */
export function normalComponent(mean: Float64Array, covariance: Float64Array): NormalComponent {
  const dim = mean.length;
  const isFull = isFullFor(covariance, dim);
  const factor = isFull ? covariance.slice() : covariance.map(Math.sqrt);
  if (isFull) cholesky(factor, dim);
  let logScale = -0.5 * dim * Math.log(2 * Math.PI);
  for (let i = 0; i < dim; i++) {
    const pivot = factor[isFull ? i * dim + i : i];
    if (!(pivot > 0)) {
      throw new AdvectError(
        'invalid-value',
        `The covariance is not positive definite: pivot ${i} of ${dim} is ${pivot ** 2}`,
        'Raise the regularisation, or give more samples than dimensions.',
      );
    }
    logScale -= Math.log(pivot);
  }
  return { mean, factor, logScale };
}

/** Log-density in nats of the row of `data` that begins at `at`; `residual` is scratch of size dim. */
export function logDensity(
  { mean, factor, logScale }: NormalComponent,
  data: ArrayLike<number>,
  at: number,
  residual: Float64Array,
): number {
  const dim = mean.length;
  const isFull = isFullFor(factor, dim);
  let square = 0;
  for (let i = 0; i < dim; i++) {
    let r = data[at + i] - mean[i];
    if (isFull) {
      const row = i * dim;
      for (let j = 0; j < i; j++) r -= factor[row + j] * residual[j];
      r /= factor[row + i];
    } else {
      r /= factor[i];
    }
    residual[i] = r;
    square += r * r;
  }
  return logScale - 0.5 * square;
}

/** Writes mean + L·noise to `out` from `at` on. */
export function place({ mean, factor }: NormalComponent, noise: ArrayLike<number>, noiseAt: number, out: Float32Array, at: number): void {
  const dim = mean.length;
  const isFull = isFullFor(factor, dim);
  for (let i = 0; i < dim; i++) {
    let sum = mean[i];
    if (isFull) for (let j = 0; j <= i; j++) sum += factor[i * dim + j] * noise[noiseAt + j];
    else sum += factor[i] * noise[noiseAt + i];
    out[at + i] = sum;
  }
}

/** In one dimension both forms are the same number up to the root, so the smaller reading is taken. */
const isFullFor = (matrix: Float64Array, dim: number): boolean => dim > 1 && matrix.length === dim * dim;
