import { AdvectError } from '@advect/base/errors';
import { ledgerOf } from './ledger.js';
import type { MethodName } from './methods/index.js';
import type { Times, VectorField, VectorSpace } from './problem.js';
import { isPromise, settle } from './settle.js';
import { methodReader } from './solve-options.js';
import { rungeKuttaStep, type Step } from './step.js';
import type { ExplicitMethod } from './tableau.js';

/**
 * Carries y along a given grid of times, one step between neighbours, without error control: synchronous, so that it can
 * run inside a gradient tape and be differentiated step by step. Given the `grid` of a joint solve it repeats that
 * solve's steps. Increasing or decreasing times; a grid of one time returns a copy.
 *
 * `y` is never freed; the returned state is the caller's; what lies between is freed through the space, also when the
 * field throws. Costs one evaluation for each stage and step, six for dopri5 and tsit5.
 */
export function advance<V>(
  space: VectorSpace<V>,
  field: VectorField<V>,
  method: MethodName | ExplicitMethod,
  y: V,
  grid: ArrayLike<number>,
): V {
  const tableau = methodReader(method, 'advance: method');
  const ledger = ledgerOf(space);
  const owned = (t: Times, state: V): V => {
    const slope = field(t, state);
    if (isPromise(slope)) throw asynchronous();
    return ledger.adopt(slope, state);
  };
  try {
    let current = ledger.space.clone(y);
    for (let i = 0; i + 1 < grid.length; i++) {
      const [t, next] = [grid[i], grid[i + 1]];
      const step = settle(rungeKuttaStep(ledger.space, owned, tableau, t, next - t, next, current, owned(t, current))) as Step<V>;
      for (const state of [...step.slopes, current]) ledger.space.release(state);
      current = step.y;
    }
    return ledger.handOver(current);
  } catch (error) {
    ledger.releaseAll();
    throw error;
  }
}

const asynchronous = (): AdvectError =>
  new AdvectError('invalid-value', 'advance: the field returned a promise', 'Use solve, which waits for it, with `times` for the grid.');
