import type { ExplicitMethod } from '../tableau.js';

/**
 * The classic Runge–Kutta method, order 4, four evaluations a step. W. Kutta, Z. Math. Phys. 46 (1901). Not the 3/8 rule
 * of the same paper.
 */
export const rk4: ExplicitMethod = {
  name: 'rk4',
  order: 4,
  c: [0, 1 / 2, 1 / 2, 1],
  a: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  b: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
  fsal: false,
};
