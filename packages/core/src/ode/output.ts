import { AdvectError } from '@advect/base/errors';
import { interpolate } from './interpolate.js';
import type { Ledger } from './ledger.js';
import { merge } from './merge.js';
import type { VectorSpace } from './problem.js';
import type { Problem } from './solve-options.js';
import { shown } from './times.js';

/** One attempt of which at least one clock's part was accepted. The arrays have one entry for each clock. */
export interface AcceptedStep<V> {
  readonly from: Float64Array;
  readonly next: Float64Array;
  readonly h: Float64Array;
  readonly accepted: Uint8Array;
  /** The state at the start. */
  readonly y: V;
  /** All slopes; the one at the end may be missing where no dense output is needed. */
  readonly slopes: readonly V[];
}

/** The states at the times of `saveAt`, filled in as each clock passes them. */
export function createSaver<V>(problem: Problem<V>, space: VectorSpace<V>, clocks: number) {
  const { saveAt, joint, method, t0, t1 } = problem;
  const direction = t1 < t0 ? -1 : 1;
  const saved: V[] = [];
  const pending = new Int32Array(clocks);

  /** Whether a clock reaches its next saved time by going to `next`. */
  const passes = (clock: number, next: number): boolean =>
    pending[clock] < saveAt.length && direction * (saveAt[pending[clock]] - next) <= 0;

  return {
    saved,
    start(y0: V): void {
      for (; saved.length < saveAt.length && saveAt[saved.length] === t0;) saved.push(space.clone(y0));
      pending.fill(saved.length);
    },
    /** True if saving needs dense output, that is if a time lies strictly within the step of some clock. */
    needsSlopes: ({ next, accepted }: Omit<AcceptedStep<V>, 'slopes'>): boolean =>
      next.some((time, clock) => accepted[clock] && passes(clock, time) && saveAt[pending[clock]] !== time),
    /** Saves what an accepted step passes; `end` is the state at its end. */
    record(step: AcceptedStep<V>, end: V): void {
      for (;;) {
        const index = step.next.reduce(
          (least, time, clock) => (step.accepted[clock] && passes(clock, time) ? Math.min(least, pending[clock]) : least),
          Infinity,
        );
        if (index === Infinity) return;
        const time = saveAt[index];
        const takes = (atEnd: boolean) =>
          step.accepted.map((accepted, clock) =>
            Number(accepted && pending[clock] === index && passes(clock, step.next[clock]) && (step.next[clock] === time) === atEnd),
          );
        const [within, atEnd] = [takes(false), takes(true)];
        let state: V | undefined = saved[index];
        if (within.some(Boolean)) {
          const theta = step.h.map((h, clock) => (within[clock] ? (time - step.from[clock]) / h : 0));
          const inside = { y: step.y, slopes: step.slopes, h: shown(step.h, joint) };
          state = merge(space, within, state, interpolate(space, method, inside, shown(theta, joint)));
        }
        if (atEnd.some(Boolean)) state = merge(space, atEnd, state, space.clone(end));
        saved[index] = state;
        for (let clock = 0; clock < clocks; clock++) if (within[clock] || atEnd[clock]) pending[clock]++;
      }
    },
  };
}

/** Every accepted step, kept so that the solution can be evaluated between t0 and the time reached. */
export function createRecorder<V>(problem: Problem<V>, ledger: Ledger<V>) {
  const { space } = ledger;
  const records: AcceptedStep<V>[] = [];
  return {
    record(step: AcceptedStep<V>): void {
      const copies = { from: step.from.slice(), next: step.next.slice(), h: step.h.slice(), accepted: step.accepted.slice() };
      records.push({ ...copies, y: space.clone(step.y), slopes: step.slopes.map((slope) => space.clone(slope)) });
    },
    /** Hands the kept states over to the solution that is returned; `y` is its end. */
    finish(): { at: (t: number) => V; releaseDense: () => void } {
      for (const { y, slopes } of records) for (const state of [y, ...slopes]) ledger.handOver(state);
      return denseOutput(problem, records);
    },
  };
}

function denseOutput<V>(problem: Problem<V>, records: AcceptedStep<V>[]): { at: (t: number) => V; releaseDense: () => void } {
  const { space, method, joint, t0, t1, y0 } = problem;
  const direction = t1 < t0 ? -1 : 1;
  let released = false;
  const at = (t: number): V => {
    if (released || !(direction * (t - t0) >= 0 && direction * (t1 - t) >= 0)) {
      throw new AdvectError(
        'invalid-value',
        released ? 'the dense output of this solution was released' : `t is ${t}, which is not between ${t0} and ${t1}`,
        released ? 'Evaluate it before releasing it.' : 'Ask for a time that the solve went through.',
      );
    }
    if (t === t0) return space.clone(y0);
    let state: V | undefined;
    for (const step of records) {
      const mask = step.accepted.map((accepted, clock) =>
        Number(accepted && direction * (t - step.from[clock]) > 0 && direction * (step.next[clock] - t) >= 0),
      );
      if (!mask.some(Boolean)) continue;
      const theta = step.h.map((h, clock) => (mask[clock] ? (t - step.from[clock]) / h : 0));
      const inside = { y: step.y, slopes: step.slopes, h: shown(step.h, joint) };
      state = merge(space, mask, state, interpolate(space, method, inside, shown(theta, joint)));
    }
    return state ?? space.blend([y0], [NaN]);
  };
  const releaseDense = (): void => {
    released = true;
    for (const { y, slopes } of records.splice(0)) for (const state of [y, ...slopes]) space.release(state);
  };
  return { at, releaseDense };
}
