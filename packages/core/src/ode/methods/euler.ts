import type { ExplicitMethod } from '../tableau.js';

/** Explicit Euler, order 1, one evaluation a step. L. Euler, Institutionum calculi integralis I (1768). */
export const euler: ExplicitMethod = { name: 'euler', order: 1, c: [0], a: [[]], b: [1], fsal: false };
