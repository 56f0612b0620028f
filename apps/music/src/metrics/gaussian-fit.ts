/** A density fitted to rows of numbers. */
export interface FittedDensity {
  /** log p of a row, nats. */
  logDensity(row: Float32Array): number;
}

/**
 * The normal distribution with the mean and the covariance of the rows. Float64; cost n·d²/2 for n rows of d numbers, and d³/6
 * for the Cholesky factor. A ridge of 1e-6 of the mean variance keeps it regular.
 */
export function fitGaussian(rows: readonly Float32Array[]): FittedDensity {
  const [n, d] = [rows.length, rows[0].length];
  const mean = meanOf(rows);
  const factor = new Float64Array(d * d);
  const centred = new Float64Array(d);
  for (const row of rows) {
    for (let i = 0; i < d; i++) centred[i] = row[i] - mean[i];
    for (let i = 0; i < d; i++) for (let j = 0, c = centred[i], at = i * d; j <= i; j++) factor[at + j] += c * centred[j];
  }
  let trace = 0;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) factor[i * d + j] /= n;
    trace += factor[i * d + i];
  }
  for (let i = 0; i < d; i++) factor[i * d + i] += (1e-6 * trace) / d;
  cholesky(factor, d);
  let logScale = (-d / 2) * Math.log(2 * Math.PI);
  for (let i = 0; i < d; i++) logScale -= Math.log(factor[i * d + i]);
  return {
    logDensity(row) {
      const z = new Float64Array(d);
      let square = 0;
      for (let i = 0; i < d; i++) {
        let value = row[i] - mean[i];
        for (let j = 0; j < i; j++) value -= factor[i * d + j] * z[j];
        z[i] = value / factor[i * d + i];
        square += z[i] ** 2;
      }
      return logScale - square / 2;
    },
  };
}

/** The lower factor L of a positive definite matrix, L·Lᵀ, in the place of its lower half. */
function cholesky(a: Float64Array, d: number): void {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * d + j];
      for (let k = 0; k < j; k++) sum -= a[i * d + k] * a[j * d + k];
      a[i * d + j] = i === j ? Math.sqrt(sum) : sum / a[j * d + j];
    }
  }
}

/**
 * A mixture of normals with diagonal covariances, by expectation and maximisation from the given rows as first means; variances
 * stay above `floor`. Cost n·d·k for each round.
 *
 * Reference: Dempster, Laird & Rubin (1977), "Maximum likelihood from incomplete data via the EM algorithm".
 */
export function fitMixture(rows: readonly Float32Array[], starts: readonly number[], rounds = 20, floor = 1e-3): FittedDensity {
  const [k, d] = [starts.length, rows[0].length];
  const spread = varianceOf(rows, meanOf(rows), floor);
  let parts = starts.map((row) => partOf(1 / k, Float64Array.from(rows[row]), spread.slice()));
  for (let round = 0; round < rounds; round++) {
    const weights = new Float64Array(k);
    const [sums, squares] = [0, 1].map(() => Array.from({ length: k }, () => new Float64Array(d)));
    for (const row of rows) {
      const logs = parts.map((part) => logPart(part, row));
      const total = logSumExp(logs);
      logs.forEach((log, c) => {
        const share = Math.exp(log - total);
        if (share < 1e-9) return;
        weights[c] += share;
        const [sum, square] = [sums[c], squares[c]];
        for (let i = 0; i < d; i++) {
          sum[i] += share * row[i];
          square[i] += share * row[i] * row[i];
        }
      });
    }
    parts = parts.map((part, c) => {
      if (weights[c] < 1e-6) return part;
      const mean = sums[c].map((s) => s / weights[c]);
      return partOf(
        weights[c] / rows.length,
        mean,
        squares[c].map((s, i) => Math.max(floor, s / weights[c] - mean[i] ** 2)),
      );
    });
  }
  return { logDensity: (row) => logSumExp(parts.map((part) => logPart(part, row))) };
}

interface Part {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** log of the weight over the normal's scale. */
  readonly logScale: number;
}

function partOf(weight: number, mean: Float64Array, variance: Float64Array): Part {
  let logScale = Math.log(weight) - (mean.length / 2) * Math.log(2 * Math.PI);
  for (const v of variance) logScale -= Math.log(v) / 2;
  return { mean, variance, logScale };
}

function logPart({ mean, variance, logScale }: Part, row: Float32Array): number {
  let square = 0;
  for (let i = 0; i < row.length; i++) square += (row[i] - mean[i]) ** 2 / variance[i];
  return logScale - square / 2;
}

function logSumExp(logs: readonly number[]): number {
  const top = Math.max(...logs);
  return top + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - top), 0));
}

function meanOf(rows: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(rows[0].length);
  for (const row of rows) for (let i = 0; i < row.length; i++) mean[i] += row[i] / rows.length;
  return mean;
}

function varianceOf(rows: readonly Float32Array[], mean: Float64Array, floor: number): Float64Array {
  const variance = new Float64Array(mean.length);
  for (const row of rows) for (let i = 0; i < row.length; i++) variance[i] += (row[i] - mean[i]) ** 2 / rows.length;
  return variance.map((v) => Math.max(floor, v));
}
