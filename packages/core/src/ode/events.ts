import { AdvectError } from '@advect/base/errors';
import { interpolate } from './interpolate.js';
import { merge } from './merge.js';
import type { AcceptedStep } from './output.js';
import type { Pending, Times, VectorSpace } from './problem.js';
import { findRoot } from './root.js';
import type { Problem } from './solve-options.js';
import { placesOf, shown } from './times.js';

/** Something that happens when a function of time and state crosses zero. */
export interface EventOptions<V> {
  /**
   * A number, one for each row under per-sample control, that crosses zero when the event happens. Gets what the field
   * gets; with `rows` where y does not hold all rows in their order. Called at the end of every accepted step, and some six
   * to ten times to locate an event.
   */
  readonly when: (t: Times, y: V, rows?: Int32Array) => Pending<number | Float64Array>;
  /** Whether crossings upwards, downwards (in the direction of the integration) or both count. Default 'any'. */
  readonly direction?: 'any' | 'rising' | 'falling';
  /** Ends the row (under joint control the solve) there, with the result `event`. Default false. */
  readonly terminal?: boolean;
}

/** One crossing. */
export interface LocatedEvent<V> {
  /** Which of `events`. */
  readonly event: number;
  /** Which row; 0 under joint control. */
  readonly row: number;
  /** Just beyond the crossing, by at most 1e-12 of the step's length or four roundings of t. */
  readonly t: number;
  /** The state there by dense output: one row under per-sample control, the whole state under joint control. The caller's to free. */
  readonly y: V;
}

/** A crossing within a step, before it is known whether an earlier one ends the row. */
interface Crossing {
  readonly event: number;
  readonly place: number;
  readonly theta: number;
  readonly t: number;
  /** Index of the state in `states`, and its row there. */
  readonly state: number;
  readonly index: number;
}

/** What the events of a step change of it. */
export interface Passed<V> {
  /** Where the step leads: `next`, or the terminal event's time. */
  readonly reach: Float64Array;
  /** The state there; what was given is freed if it is another. */
  readonly end: V;
  /** The places in the step of rows that end, with the time. */
  readonly ended: ReadonlyMap<number, number>;
}

/**
 * Watches for events. An event happens in a step if its function is on the one side of zero, and not on it, at the step's
 * start and on the other side or on zero at its end: a solve that sets out from an event does not find it again, and of
 * two crossings within one step neither is seen.
 */
export function createDetector<V>(problem: Problem<V>, space: VectorSpace<V>) {
  const { events, joint, method } = problem;
  const count = joint ? 1 : space.rows(problem.y0);
  const values = events.map(() => new Float64Array(count));
  const located: LocatedEvent<V>[] = [];

  /** One number for each entry of `counts`; where that is 0 (a row of a rejected step) it may be NaN. */
  const evaluate = async (event: number, t: Times, y: V, rows: Int32Array | undefined, counts: Uint8Array): Promise<Float64Array> => {
    const given = await events[event].when(t, y, rows);
    const list = typeof given === 'number' ? Float64Array.of(given) : given;
    const fits = list?.length === counts.length;
    if (fits && !list.some((number, i) => counts[i] && Number.isNaN(number))) return list;
    throw new AdvectError(
      'invalid-value',
      `events[${event}]: when gave ${fits ? 'NaN' : `${list?.length ?? 'no'} numbers for ${counts.length} rows`} at t = ${String(t)}`,
      'Return a number, or under per-sample control a Float64Array of one for each row, wherever the solution goes.',
    );
  };

  const happens = (event: number, before: number, after: number): boolean => {
    const { direction = 'any' } = events[event];
    return (before < 0 && after >= 0 && direction !== 'falling') || (before > 0 && after <= 0 && direction !== 'rising');
  };

  /** Rows of a step that some event is sought in, as a step of their own. */
  const narrowed = (step: AcceptedStep<V>, slopes: readonly V[], places: Int32Array) => {
    if (joint) return { own: space, y: step.y, slopes, release: () => {} };
    const of = space.withRows(step.rows.length);
    const states = [step.y, ...slopes].map((state) => of.take(state, places));
    const own = space.withRows(places.length);
    return { own, y: states[0], slopes: states.slice(1), release: () => states.forEach((state) => own.release(state)) };
  };

  const locate = async (event: number, step: AcceptedStep<V>, slopes: readonly V[], end: V, places: Int32Array, after: Float64Array) => {
    const pick = (list: Float64Array) => Float64Array.from(places, (place) => list[place]);
    const [from, h, rows] = [pick(step.from), pick(step.h), places.map((place) => step.rows[place])];
    const part = narrowed(step, slopes, places);
    const searches = Array.from(places, (place, i) => {
      const tolerance = Math.max(1e-12, (2 ** -50 * Math.abs(from[i])) / Math.abs(h[i]));
      const start: [number, number] = [0, values[event][step.rows[place]]];
      return findRoot(start, [(step.next[place] - from[i]) / h[i], after[place]], tolerance);
    });
    const at = (theta: Float64Array) => {
      const t = theta.map((share, i) => from[i] + share * h[i]);
      const state = interpolate(part.own, method, { y: part.y, slopes: part.slopes, h: shown(h, joint) }, shown(theta, joint));
      return { t, state };
    };
    let found = searches.map((search) => search.next());
    while (!found.every(({ done }) => done)) {
      const { t, state } = at(Float64Array.from(found, ({ value }) => value));
      const now = await evaluate(event, shown(t, joint), state, joint ? undefined : rows, new Uint8Array(places.length));
      part.own.release(state);
      found = found.map((last, i) => (last.done ? last : searches[i].next(now[i])));
    }
    const theta = Float64Array.from(found, ({ value }) => value);
    const there = at(theta);
    const atEnd = Uint8Array.from(theta, (share) => Number(share === 1));
    const ends = joint ? space.clone(end) : space.withRows(step.rows.length).take(end, places);
    const state = merge(part.own, atEnd, there.state, ends);
    part.release();
    return { theta, t: there.t.map((time, i) => (atEnd[i] ? step.next[places[i]] : time)), state };
  };

  return {
    located,
    /** Takes the functions' values where the solve sets out. */
    async start(t: Times, y: V): Promise<void> {
      const all = new Uint8Array(count).fill(1);
      for (let event = 0; event < events.length; event++) values[event].set(await evaluate(event, t, y, undefined, all));
    },
    /** Finds the events of an accepted step, whose state at the end is `end`; slopes are asked for where there are any. */
    async pass(
      step: AcceptedStep<V>,
      end: V,
      t: Times,
      rows: Int32Array | undefined,
      slopes: () => Promise<readonly V[]>,
    ): Promise<Passed<V>> {
      const crossings: Crossing[] = [];
      const states: { state: V; rows: number }[] = [];
      for (let event = 0; event < events.length; event++) {
        const after = await evaluate(event, t, end, rows, step.accepted);
        const places = placesOf(step.accepted).filter((place) => happens(event, values[event][step.rows[place]], after[place]));
        if (places.length > 0) {
          const found = await locate(event, step, await slopes(), end, places, after);
          places.forEach((place, index) => {
            crossings.push({ event, place, theta: found.theta[index], t: found.t[index], state: states.length, index });
          });
          states.push({ state: found.state, rows: places.length });
        }
        step.accepted.forEach((accepted, place) => {
          if (accepted) values[event][step.rows[place]] = after[place];
        });
      }
      const reach = step.next.slice();
      const ended = new Map<number, number>();
      for (const { event, place, t: time, state, index } of crossings.sort((a, b) => a.place - b.place || a.theta - b.theta)) {
        if (ended.has(place)) continue;
        const from = states[state];
        const y = joint ? space.clone(from.state) : space.withRows(from.rows).take(from.state, Int32Array.of(index));
        located.push({ event, row: step.rows[place], t: time, y });
        if (!events[event].terminal) continue;
        ended.set(place, time);
        reach[place] = time;
        const cut = joint ? space.clone(y) : space.withRows(step.rows.length).put(end, Int32Array.of(place), y);
        space.release(end);
        end = cut;
      }
      for (const { state } of states) space.release(state);
      return { reach, end, ended };
    },
  };
}
