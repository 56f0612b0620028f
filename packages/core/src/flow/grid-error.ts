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

/**
 * The error of values computed with n equal steps of a method of order p, from those with n/2 and n/4: Richardson's
 * estimate d₁/(2^q − 1) three times over, with the order q ≤ p at which the differences d₁ to half and d₂ from half to a
 * quarter of the steps fall, and with d₂/2^p in place of d₁ where that is larger: where signs cancel, d₁ alone says too little.
 * Where a tenth of the rows or more converge at less than half of the order, the grid does not resolve the field.
 *
 * Reference: L. F. Richardson (1911); P. J. Roache (1998), Verification and validation in computational science, chapter 5,
 * for the observed order and the factor of three (grid convergence index).
 *
 * @param rounding what the arithmetic leaves unknown of each
 */
export function gridError([fine, half, quarter]: readonly (Float64Array | undefined)[], order: number, rounding: Float64Array): GridError {
  if (!fine || !half || !quarter) return { errors: rounding.map(() => NaN), resolved: false };
  let slow = 0;
  const errors = fine.map((value, i) => {
    const [near, far] = [Math.abs(value - half[i]), Math.abs(half[i] - quarter[i])];
    if (near > ROUNDINGS * rounding[i] && near > far / 2 ** (order / 2)) slow++;
    const observed = Math.min(order, Math.max(LEAST_ORDER, Math.log2(far / near)));
    const factor = near === 0 ? 1 : Math.max(1, 3 / (2 ** observed - 1));
    return factor * Math.max(near, far / 2 ** order) + rounding[i];
  });
  return { errors, resolved: slow < MOST_SLOW * fine.length || fine.length === 0 };
}
