/** Small dense float64 matrices for closed forms. */
export type Matrix = readonly (readonly number[])[];

export const multiplyMatrices = (a: Matrix, b: Matrix): number[][] =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, v, k) => sum + v * b[k][j], 0)));

/** exp A by scaling and squaring of the Taylor series. */
export function exponential(a: Matrix): number[][] {
  const identity = a.map((row, i) => row.map((_, j) => Number(i === j)));
  const small = a.map((row) => row.map((v) => v / 2 ** 10));
  let term: number[][] = identity;
  let sum: number[][] = identity;
  for (let k = 1; k < 16; k++) {
    term = multiplyMatrices(term, small).map((row) => row.map((v) => v / k));
    sum = sum.map((row, i) => row.map((v, j) => v + term[i][j]));
  }
  for (let k = 0; k < 10; k++) sum = multiplyMatrices(sum, sum);
  return sum;
}

/** log |det A| by elimination with row exchanges. */
export function logDeterminant(a: Matrix): number {
  const m = a.map((row) => [...row]);
  let total = 0;
  for (let i = 0; i < m.length; i++) {
    const pivot = m.findIndex((row, r) => r >= i && Math.abs(row[i]) === Math.max(...m.slice(i).map((other) => Math.abs(other[i]))));
    [m[i], m[pivot]] = [m[pivot], m[i]];
    total += Math.log(Math.abs(m[i][i]));
    for (let r = i + 1; r < m.length; r++) {
      const factor = m[r][i] / m[i][i];
      for (let c = i; c < m.length; c++) m[r][c] -= factor * m[i][c];
    }
  }
  return total;
}

/** x with A x = b. */
export function solveLinear(a: Matrix, b: readonly number[]): number[] {
  const m = a.map((row, i) => [...row, b[i]]);
  const n = m.length;
  for (let i = 0; i < n; i++) {
    const pivot = m.findIndex((row, r) => r >= i && Math.abs(row[i]) === Math.max(...m.slice(i).map((other) => Math.abs(other[i]))));
    [m[i], m[pivot]] = [m[pivot], m[i]];
    for (let r = i + 1; r < n; r++) {
      const factor = m[r][i] / m[i][i];
      for (let c = i; c <= n; c++) m[r][c] -= factor * m[i][c];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) x[i] = (m[i][n] - x.reduce((sum, v, j) => sum + (j > i ? m[i][j] * v : 0), 0)) / m[i][i];
  return x;
}

/** log N(x; mean, covariance). */
export function gaussianLogDensity(x: readonly number[], mean: readonly number[], covariance: Matrix): number {
  const d = x.map((v, i) => v - mean[i]);
  const whitened = solveLinear(covariance, d);
  const squares = d.reduce((sum, v, i) => sum + v * whitened[i], 0);
  return -0.5 * (squares + x.length * Math.log(2 * Math.PI) + logDeterminant(covariance));
}
