import { AdvectError } from '@advect/base/errors';
import { ledgerOf } from './ledger.js';
import type { MethodName } from './methods/index.js';
import type { Times, VectorField, VectorSpace } from './problem.js';
import { isPromise } from './settle.js';
import { methodReader } from './method-reader.js';
import { type Method, stepperOf } from './stepper.js';

/**
 * Carries y along a given grid of times, one step between neighbours, without error control: synchronous, so that it can
 * run inside a gradient tape and be differentiated step by step. Given the `grid` of a joint solve it repeats that
 * solve's steps. Increasing or decreasing times; a grid of one time returns a copy.
 *
 * `y` is never freed; the returned state is the caller's; what lies between is freed through the space, also when the
 * field throws. Costs one evaluation for each stage and step, six for dopri5 and tsit5.
 */
export function advance<V>(space: VectorSpace<V>, field: VectorField<V>, method: MethodName | Method, y: V, grid: ArrayLike<number>): V {
  const data = methodReader(method, 'advance: method');
  const ledger = ledgerOf(space);
  const owned = (t: Times, state: V): V => {
    const slope = field(t, state);
    if (isPromise(slope)) throw asynchronous();
    return ledger.adopt(slope, state);
  };
  const stepper = stepperOf(ledger.space, owned, data, { grid });
  try {
    let current = ledger.space.clone(y);
    let memory: readonly V[] = [];
    let first: V | undefined;
    for (let i = 0; i + 1 < grid.length; i++) {
      const [t, next] = [grid[i], grid[i + 1]];
      first ??= owned(t, current);
      const step = stepper({ step: i, t, h: next - t, next, y: current, first, memory });
      if (isPromise(step)) throw asynchronous();
      for (const state of [...new Set([first, ...step.slopes]), current, ...memory]) ledger.space.release(state);
      [current, memory, first] = [step.y, step.memory ?? [], step.end];
    }
    for (const state of [...memory, ...(first === undefined ? [] : [first])]) ledger.space.release(state);
    return ledger.handOver(current);
  } catch (error) {
    ledger.releaseAll();
    throw error;
  }
}

const asynchronous = (): AdvectError =>
  new AdvectError('invalid-value', 'advance: the field returned a promise', 'Use solve, which waits for it, with `times` for the grid.');
