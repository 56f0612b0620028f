/**
 * Cholesky's factorisation in float64, O(n³/3): overwrites the lower triangle of a symmetric A by that of L, L·Lᵀ = A. What lies
 * above the diagonal is neither read nor changed.
 *
 * @param a [n, n], row-major
 * @param root the pivot from its square; a square that is not positive by default ends in NaN or 0
 */
export function cholesky(a: Float64Array, n: number, root: (square: number) => number = Math.sqrt): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i === j ? root(sum) : sum / a[j * n + j];
    }
  }
}
