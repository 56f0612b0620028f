import { AdvectError } from '@advect/base/errors';
import type { MethodData } from './method.js';
import { rk4 } from './methods/rk4.js';
import type { VectorField, VectorSpace } from './problem.js';
import { settle } from './settle.js';
import { type Attempt, stageSlopes, type Step, type Stepper, type Stepping } from './step.js';

/** An Adams–Bashforth–Moulton method: a predictor and a corrector from the slopes of the steps before. */
export interface AdamsMethod extends MethodData {
  readonly kind: 'adams';
}

/** Beyond this the first steps, by RK4, would be the weaker ones. */
const MOST = 5;

/**
 * The Adams–Bashforth–Moulton method of an order from 1 to 5, for fixed steps: a polynomial through the last slopes
 * predicts, one through the predicted end corrects, and the end is evaluated again (PECE). Two evaluations a step whatever
 * the order; the first order − 1 steps are RK4's. Steps need not be equal, but a change of length costs accuracy.
 * E. Hairer, S. P. Nørsett, G. Wanner, Solving ODEs I, III.1.
 */
export function adams(order: number): AdamsMethod {
  if (!Number.isInteger(order) || order < 1 || order > MOST) {
    throw new AdvectError('invalid-option', `adams: order is ${order}`, `Give a whole number from 1 to ${MOST}.`);
  }
  return { kind: 'adams', name: `abm${order}`, order, b: [0, 1], fsal: false };
}

/** The steps of an Adams–Bashforth–Moulton method along a grid of times. It remembers the slopes of order − 1 steps, the last first. */
export function adamsStepper<V>(space: VectorSpace<V>, field: VectorField<V>, { order }: AdamsMethod, grid: ArrayLike<number>): Stepper<V> {
  function* go(attempt: Attempt<V>): Stepping<V, Step<V>> {
    const { step, h, next, y, first, memory } = attempt;
    const past = [first, ...memory];
    const remembered = past.slice(0, order - 1).map((slope) => space.clone(slope));
    const finish = (average: V) => ({
      slopes: [first, average],
      y: space.combine(y, [average], [1], h),
      memory: remembered,
    });
    if (past.length < order) {
      const [, ...stages] = yield* stageSlopes(space, field, rk4, attempt);
      const average = space.blend([first, ...stages], rk4.b);
      for (const stage of stages) space.release(stage);
      return finish(average);
    }
    const times = Array.from({ length: order + 1 }, (_, i) => grid[step + 1 - i]);
    const predicted = space.combine(y, past, adamsWeights(times.slice(1), times[1], times[0]), h);
    const end = yield field(next, predicted);
    space.release(predicted);
    const average = space.blend([end, ...past.slice(0, order - 1)], adamsWeights(times.slice(0, order), times[1], times[0]));
    space.release(end);
    return finish(average);
  }
  return (attempt) => settle(go(attempt));
}

/** The mean over [from, to] of each Lagrange polynomial of the nodes: the weights of slopes that are given there. */
export function adamsWeights(nodes: readonly number[], from: number, to: number): number[] {
  const scaled = nodes.map((node) => (node - from) / (to - from));
  return scaled.map((node, j) => {
    // Coefficients of 1, s, s², … of Π (s − sₖ) / (sⱼ − sₖ), k ≠ j.
    const polynomial = scaled
      .filter((_, k) => k !== j)
      .reduce<number[]>((p, other) => [...p, 0].map((_, i) => ((p[i - 1] ?? 0) - other * (p[i] ?? 0)) / (node - other)), [1]);
    return polynomial.reduce((sum, coefficient, i) => sum + coefficient / (i + 1), 0);
  });
}
