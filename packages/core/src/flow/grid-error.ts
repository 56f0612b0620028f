/** What coarser grids say about the error of a solve with equal steps. */
export interface GridError {
  /** Of each row; NaN where there is nothing to compare with. */
  readonly errors: Float64Array;
  /** Whether the grids converge as the method's order says, so that the errors can be trusted. */
  readonly resolved: boolean;
}

/** Share of the rows that converge too slowly from which a grid is too coarse. */
const MOST_SLOW = 0.1;

/** Convergence slower than of this order is taken to be of it. */
const LEAST_ORDER = 0.5;

/** Differences of fewer roundings than this say nothing about convergence. */
const ROUNDINGS = 10;

/** Values computed with so many equal steps. */
export interface Grid {
  readonly steps: number;
  readonly values: Float64Array;
}

/**
 * The error of values computed with n equal steps of a method of order p, from those with m and k, about n/2 and n/4: Richardson's
 * estimate d₁/((n/m)^q − 1) three times over, with the order q ≤ p at which the differences d₁ of n to m and d₂ of m to k
 * steps fall, and with the d₁ that order p expects of d₂ where that is larger: where signs cancel, d₁ alone says too little.
 * Where a tenth of the rows or more converge at less than half of the order, the grid does not resolve the field.
 *
 * Reference: L. F. Richardson (1911); P. J. Roache (1998), Verification and validation in computational science, chapter 5,
 * for the factor of three (grid convergence index) and the observed order, also of grids that are not exact halves.
 *
 * @param rounding what the arithmetic leaves unknown of each
 */
export function gridError([fine, half, quarter]: readonly (Grid | undefined)[], order: number, rounding: Float64Array): GridError {
  if (!fine || !half || !quarter) return { errors: rounding.map(() => NaN), resolved: false };
  /** d₂/d₁ at order q; it grows with q. */
  const fall = (q: number): number => ((half.steps / quarter.steps) ** q - 1) / (1 - (half.steps / fine.steps) ** q);
  let slow = 0;
  const errors = fine.values.map((value, i) => {
    const [near, far] = [apart(value, half.values[i]), apart(half.values[i], quarter.values[i])];
    if (!(near <= ROUNDINGS * rounding[i]) && !(near <= far / fall(order / 2))) slow++;
    const observed = whereReached(fall, far / near, LEAST_ORDER, order);
    const factor = near === 0 ? 1 : Math.max(1, 3 / ((fine.steps / half.steps) ** observed - 1));
    return factor * Math.max(near, far / fall(order)) + rounding[i];
  });
  return { errors, resolved: slow < MOST_SLOW * errors.length || errors.length === 0 };
}

/** Zero for two values that are the same infinity. */
const apart = (a: number, b: number): number => (a === b ? 0 : Math.abs(a - b));

/** Where a rising function has a value, between two ends; that end where the value lies beyond. */
function whereReached(rising: (at: number) => number, value: number, low: number, high: number): number {
  if (rising(high) <= value) return high;
  for (let i = 0; i < 30; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) < value) low = middle;
    else high = middle;
  }
  return low;
}
