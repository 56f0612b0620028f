/**
 * Factors the n × n matrix at `offset` in place into LU with partial pivoting; `pivots` gets, at `pivotOffset`, the row that
 * each column was exchanged with. A singular matrix leads to numbers that are not finite.
 */
export function factorise(matrix: Float64Array, offset: number, n: number, pivots: Int32Array, pivotOffset: number): void {
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) {
      if (Math.abs(matrix[offset + i * n + k]) > Math.abs(matrix[offset + best * n + k])) best = i;
    }
    pivots[pivotOffset + k] = best;
    if (best !== k) {
      for (let j = 0; j < n; j++) {
        const [a, b] = [offset + k * n + j, offset + best * n + j];
        [matrix[a], matrix[b]] = [matrix[b], matrix[a]];
      }
    }
    for (let i = k + 1; i < n; i++) {
      const factor = (matrix[offset + i * n + k] /= matrix[offset + k * n + k]);
      for (let j = k + 1; j < n; j++) matrix[offset + i * n + j] -= factor * matrix[offset + k * n + j];
    }
  }
}

/** Replaces the n numbers of `x` at `start` by the solution of the factorised system. */
export function solveFactorised(
  matrix: Float64Array,
  offset: number,
  n: number,
  pivots: Int32Array,
  pivotOffset: number,
  x: Float64Array,
  start: number,
): void {
  for (let k = 0; k < n; k++) {
    const other = pivots[pivotOffset + k];
    [x[start + k], x[start + other]] = [x[start + other], x[start + k]];
  }
  for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) x[start + i] -= matrix[offset + i * n + j] * x[start + j];
  for (let i = n - 1; i >= 0; i--) {
    for (let j = i + 1; j < n; j++) x[start + i] -= matrix[offset + i * n + j] * x[start + j];
    x[start + i] /= matrix[offset + i * n + i];
  }
}
