import type { ExplicitMethod } from '../tableau.js';

/** The 3/8 rule, order 4, four evaluations a step. W. Kutta, Z. Math. Phys. 46 (1901). */
export const rk38: ExplicitMethod = {
  name: 'rk38',
  order: 4,
  c: [0, 1 / 3, 2 / 3, 1],
  a: [[], [1 / 3], [-1 / 3, 1], [1, -1, 1]],
  b: [1 / 8, 3 / 8, 3 / 8, 1 / 8],
  fsal: false,
};
