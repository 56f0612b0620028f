import type { ExplicitMethod } from '../tableau.js';

/**
 * The explicit trapezoidal rule with Euler embedded, order 2(1), two evaluations a step. K. Heun, Z. Math. Phys. 45 (1900).
 */
export const heun: ExplicitMethod = {
  name: 'heun',
  order: 2,
  embeddedOrder: 1,
  c: [0, 1],
  a: [[], [1]],
  b: [1 / 2, 1 / 2],
  error: [-1 / 2, 1 / 2],
  fsal: false,
};
