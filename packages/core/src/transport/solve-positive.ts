import { cholesky } from './cholesky.js';

/**
 * Solves A·x = b for a symmetric positive definite A by Cholesky's factorisation, in float64, O(n³/3). Directions in which A
 * is 0 up to rounding are left at rest.
 *
 * @param a [n, n], row-major, its lower triangle; overwritten by the factor
 */
export function solvePositive(a: Float64Array, b: Float64Array, n: number): Float64Array {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, a[i * n + i]);
  cholesky(a, n, (square) => (square > 1e-15 * largest ? Math.sqrt(square) : Infinity));
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= a[i * n + k] * x[k];
    x[i] /= a[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= a[k * n + i] * x[k];
    x[i] /= a[i * n + i];
  }
  return x;
}
