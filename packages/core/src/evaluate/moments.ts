import type { Covariance } from './normal-component.js';
import type { Rows } from './rows.js';

/**
 * Weighted mean and covariance (maximum likelihood: divided by the sum of the weights), with `regularisation` added to the
 * diagonal; rows of less weight than a rounding are left out. The weight of row i is `weights[i · stride + offset]`. Cost: count · dim² / 2 products when full.
 */
export function weightedMoments(
  { count, dim, data }: Rows,
  weights: { readonly values: Float64Array; readonly stride: number; readonly offset: number },
  covariance: Covariance,
  regularisation: number,
): { total: number; mean: Float64Array; covariance: Float64Array } {
  const { values, stride, offset } = weights;
  // Ten roundings keep an empty component finite.
  let total = 10 * Number.EPSILON;
  const mean = new Float64Array(dim);
  for (let n = 0; n < count; n++) {
    const w = values[n * stride + offset];
    total += w;
    for (let i = 0; i < dim; i++) mean[i] += w * data[n * dim + i];
  }
  for (let i = 0; i < dim; i++) mean[i] /= total;

  const isFull = covariance === 'full';
  const matrix = new Float64Array(isFull ? dim * dim : dim);
  const residual = new Float64Array(dim);
  for (let n = 0; n < count; n++) {
    const w = values[n * stride + offset];
    if (w < Number.EPSILON) continue;
    for (let i = 0; i < dim; i++) residual[i] = data[n * dim + i] - mean[i];
    for (let i = 0; i < dim; i++) {
      const scaled = w * residual[i];
      const row = i * dim;
      if (isFull) for (let j = 0; j <= i; j++) matrix[row + j] += scaled * residual[j];
      else matrix[i] += scaled * residual[i];
    }
  }
  for (let i = 0; i < dim; i++) {
    if (isFull) {
      for (let j = 0; j <= i; j++) matrix[j * dim + i] = matrix[i * dim + j] /= total;
      matrix[i * dim + i] += regularisation;
    } else {
      matrix[i] = matrix[i] / total + regularisation;
    }
  }
  return { total, mean, covariance: matrix };
}
