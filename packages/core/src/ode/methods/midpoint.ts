import type { ExplicitMethod } from '../tableau.js';

/** The explicit midpoint rule, order 2, two evaluations a step. C. Runge, Math. Ann. 46 (1895). */
export const midpoint: ExplicitMethod = { name: 'midpoint', order: 2, c: [0, 1 / 2], a: [[], [1 / 2]], b: [0, 1], fsal: false };
