import type { ExplicitMethod } from '../tableau.js';

/**
 * Order 3(2), three evaluations a step, cubic Hermite dense output. P. Bogacki and L. F. Shampine, "A 3(2) pair of
 * Runge–Kutta formulas", Appl. Math. Lett. 2 (1989) 321–325.
 */
export const bosh3: ExplicitMethod = {
  name: 'bosh3',
  order: 3,
  embeddedOrder: 2,
  c: [0, 1 / 2, 3 / 4, 1],
  a: [[], [1 / 2], [0, 3 / 4], [2 / 9, 1 / 3, 4 / 9]],
  b: [2 / 9, 1 / 3, 4 / 9, 0],
  error: [-5 / 72, 1 / 12, 1 / 9, -1 / 8],
  fsal: true,
};
