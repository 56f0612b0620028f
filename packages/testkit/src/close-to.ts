/** How far a number may be from the expected one: `atol + rtol·|expected|`. */
export interface Allowance {
  readonly atol?: number;
  readonly rtol?: number;
}

/**
 * The worst disagreement between two arrays as a sentence, or undefined if all entries are close enough (without an allowance: the same),
 * so that a test reads `t.is(mismatch(actual, expected, { atol: 1e-6 }), undefined)`. NaN agrees with NaN only. Compares files and sounds
 * of millions of numbers in milliseconds, where `deepEqual` takes seconds.
 */
export function mismatch(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { atol = 0, rtol = 0 }: Allowance = {},
): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} numbers where ${expected.length} are expected`;
  let worst = { excess: 0, text: undefined as string | undefined };
  for (let i = 0; i < expected.length; i++) {
    if (Object.is(actual[i], expected[i]) || actual[i] === expected[i]) continue;
    const error = Math.abs(actual[i] - expected[i]);
    const allowed = atol + rtol * Math.abs(expected[i]);
    if (error <= allowed) continue;
    const excess = Number.isFinite(error) ? error / allowed : Infinity;
    if (excess >= worst.excess) worst = { excess, text: `[${i}] is ${actual[i]}, not ${expected[i]}: off by ${error}, allowed ${allowed}` };
  }
  return worst.text;
}

/** Largest |actual − expected|; NaN if any entry is. */
export function maxError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]);
    if (Number.isNaN(error)) return NaN;
    worst = Math.max(worst, error);
  }
  return worst;
}

/** Root-mean-square of (actual − expected) / (atol + rtol·|expected|), SciPy's measure of a solver's global error. */
export function normalisedRms(actual: ArrayLike<number>, expected: ArrayLike<number>, { atol = 0, rtol = 0 }: Allowance): number {
  let sum = 0;
  for (let i = 0; i < expected.length; i++) sum += ((actual[i] - expected[i]) / (atol + rtol * Math.abs(expected[i]))) ** 2;
  return Math.sqrt(sum / expected.length);
}
