import { AdvectError } from '@advect/base/errors';
import { interpolate } from './interpolate.js';
import type { Ledger } from './ledger.js';
import { merge } from './merge.js';
import type { VectorSpace } from './problem.js';
import type { Problem } from './solve-options.js';
import { placesOf, shown } from './times.js';

/** One attempt of which at least one clock's part was accepted. The arrays have one entry for each clock that took part. */
export interface AcceptedStep<V> {
  /** The numbers of those clocks. */
  readonly rows: Int32Array;
  readonly from: Float64Array;
  readonly next: Float64Array;
  /** The length of the whole step, which a terminal event may have cut short. */
  readonly h: Float64Array;
  readonly accepted: Uint8Array;
  /** The state at the start. */
  readonly y: V;
  /** All slopes; the one at the end may be missing where no dense output is needed. */
  readonly slopes: readonly V[];
}

/**
 * Lays the masked rows of a step's state into a state of all `count` rows, NaN where there is none yet. Frees both but for
 * what it returns.
 */
function deposit<V>(problem: Problem<V>, space: VectorSpace<V>, step: AcceptedStep<V>, mask: Uint8Array, old: V | undefined, fresh: V): V {
  if (problem.joint || step.rows.length === space.rows(problem.y0)) return merge(space, mask, old, fresh);
  const places = placesOf(mask);
  const base = old ?? space.blend([problem.y0], [NaN]);
  const part = space.withRows(step.rows.length).take(fresh, places);
  const laid = space.put(
    base,
    places.map((place) => step.rows[place]),
    part,
  );
  for (const state of [base, fresh, part]) space.release(state);
  return laid;
}

/** The state of a step's masked rows at one time within it, laid into one of all rows. */
function depositWithin<V>(
  problem: Problem<V>,
  space: VectorSpace<V>,
  step: AcceptedStep<V>,
  mask: Uint8Array,
  old: V | undefined,
  time: number,
): V {
  const own = problem.joint ? space : space.withRows(step.rows.length);
  const theta = step.h.map((h, place) => (mask[place] ? (time - step.from[place]) / h : 0));
  const inside = { y: step.y, slopes: step.slopes, h: shown(step.h, problem.joint) };
  return deposit(problem, space, step, mask, old, interpolate(own, problem.method, inside, shown(theta, problem.joint)));
}

/** The states at the times of `saveAt`, filled in as each clock passes them. */
export function createSaver<V>(problem: Problem<V>, space: VectorSpace<V>, clocks: number) {
  const { saveAt, t0, t1 } = problem;
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
    needsSlopes: ({ rows, next, accepted }: Omit<AcceptedStep<V>, 'slopes'>): boolean =>
      rows.some((clock, place) => accepted[place] && passes(clock, next[place]) && saveAt[pending[clock]] !== next[place]),
    /** Saves what an accepted step passes; `end` is the state at its end. */
    record(step: AcceptedStep<V>, end: V): void {
      const { rows, next, accepted } = step;
      for (;;) {
        const index = rows.reduce(
          (least, clock, place) => (accepted[place] && passes(clock, next[place]) ? Math.min(least, pending[clock]) : least),
          Infinity,
        );
        if (index === Infinity) return;
        const time = saveAt[index];
        const takes = (atEnd: boolean) =>
          Uint8Array.from(rows, (clock, place) =>
            Number(accepted[place] && pending[clock] === index && passes(clock, next[place]) && (next[place] === time) === atEnd),
          );
        const [within, atEnd] = [takes(false), takes(true)];
        let state: V | undefined = saved[index];
        if (within.some(Boolean)) state = depositWithin(problem, space, step, within, state, time);
        if (atEnd.some(Boolean)) state = deposit(problem, space, step, atEnd, state, space.clone(end));
        saved[index] = state;
        rows.forEach((clock, place) => (pending[clock] += within[place] || atEnd[place]));
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
      const copies = {
        rows: step.rows,
        from: step.from.slice(),
        next: step.next.slice(),
        h: step.h.slice(),
        accepted: step.accepted.slice(),
      };
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
  const { space, t0, t1, y0 } = problem;
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
      const mask = step.accepted.map((accepted, place) =>
        Number(accepted && direction * (t - step.from[place]) > 0 && direction * (step.next[place] - t) >= 0),
      );
      if (mask.some(Boolean)) state = depositWithin(problem, space, step, mask, state, t);
    }
    return state ?? space.blend([y0], [NaN]);
  };
  const releaseDense = (): void => {
    released = true;
    for (const { y, slopes } of records.splice(0)) for (const state of [y, ...slopes]) space.release(state);
  };
  return { at, releaseDense };
}
