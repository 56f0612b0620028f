import type { ExplicitMethod } from '../tableau.js';

/**
 * The method of order 2 in two evaluations with the smallest bound on its error, Euler embedded: order 2(1).
 * A. Ralston, "Runge–Kutta methods with minimum error bounds", Math. Comp. 16 (1962) 431–437.
 */
export const ralston: ExplicitMethod = {
  name: 'ralston',
  order: 2,
  embeddedOrder: 1,
  c: [0, 2 / 3],
  a: [[], [2 / 3]],
  b: [1 / 4, 3 / 4],
  error: [-3 / 4, 3 / 4],
  fsal: false,
};
