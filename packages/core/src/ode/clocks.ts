import { growth, LEAST_ERROR, shrinkage } from './controller.js';
import type { Problem } from './solve-options.js';
import type { RowResult, SolveResult } from './solution.js';
import { leastStep } from './step-size.js';

/** A step that would leave less than a hundredth of itself before a stop is stretched to it. */
const STRETCH = 1.01;

/** Where an attempt starts, its signed length (0 for clocks that have ended) and where it leads: one entry for each of `Clocks.rows`. */
export interface Spans {
  readonly from: Float64Array;
  readonly h: Float64Array;
  readonly next: Float64Array;
}

/**
 * The times, steps and outcomes of a solve: one clock for the whole state under joint control, one for each row under
 * per-sample control. Clocks know nothing of states and nothing of each other.
 */
export interface Clocks {
  /** The clocks that attempts are laid out for, by number: all of them until `narrow`. */
  readonly rows: Int32Array;
  /** Times reached, of all clocks. */
  readonly t: Float64Array;
  /** Lengths of the next attempt by the controller, positive; of the current one with fixed steps. Of all clocks. */
  readonly wanted: Float64Array;
  /** Last error estimates in units of the tolerance, of all clocks. */
  readonly error: Float64Array;
  readonly results: (SolveResult | undefined)[];
  readonly accepted: Int32Array;
  readonly rejected: Int32Array;
  /** Sets `wanted` of all clocks; NaN ends a clock as not finite. */
  want(lengths: Float64Array): void;
  /** Lays out attempt number `step`; ends clocks whose step has become too small. */
  propose(step: number): Spans;
  /** Takes the errors of the attempt that was laid out last, moves the clocks that accept it, and returns which did. */
  judge(errors: Float64Array): Uint8Array;
  /** Ends the clock at a place of `rows` at an event within the step that it has just accepted. */
  cut(place: number, t: number): void;
  /** Ends every clock that still runs. */
  end(result: SolveResult): void;
  /** How many still run. */
  running(): number;
  /** Leaves out clocks that have ended; returns the places in `rows` that are kept. */
  narrow(): Int32Array;
  rowResults(): RowResult[];
}

export function createClocks<V>(problem: Problem<V>, count: number): Clocks {
  const { t0, t1, fixed, method, controller, minStep, maxStep } = problem;
  const stops = problem.stops.times;
  const interval = t1 - t0;
  const k = (method.embeddedOrder ?? 0) + 1;
  const t = new Float64Array(count).fill(t0);
  const upcoming = new Int32Array(count);
  const wanted = new Float64Array(count).fill(Math.max(minStep, Math.min(problem.firstStep ?? Math.abs(interval), maxStep)));
  const error = new Float64Array(count);
  const [previous, beforeThat] = [new Float64Array(count).fill(LEAST_ERROR), new Float64Array(count).fill(LEAST_ERROR)];
  const afterRejection = new Uint8Array(count);
  const accepted = new Int32Array(count);
  const rejected = new Int32Array(count);
  const results = new Array<SolveResult | undefined>(count).fill(interval === 0 ? 'done' : undefined);
  let rows = Int32Array.from(results, (_, i) => i);
  let laidOut: Spans = { from: t, h: new Float64Array(count), next: t };

  const target = (i: number, step: number): number | undefined => {
    if (fixed) return fixed[step + 1];
    const stop = stops[upcoming[i]];
    if (wanted[i] * STRETCH >= Math.abs(stop - t[i])) return stop;
    return wanted[i] < Math.max(minStep, leastStep(t[i], interval)) ? undefined : t[i] + Math.sign(interval) * wanted[i];
  };

  const adapt = (i: number, size: number, accepts: boolean): void => {
    if (accepts) {
      const grown = size * growth(controller, k, [error[i], previous[i], beforeThat[i]], afterRejection[i] === 1);
      // A step that a stop cut short says little about the next.
      const cut = size < 0.9 * wanted[i];
      wanted[i] = Math.max(minStep, Math.min(cut ? Math.max(grown, wanted[i]) : grown, maxStep));
      if (!cut) {
        beforeThat[i] = previous[i];
        previous[i] = Math.max(error[i], LEAST_ERROR);
      }
    } else {
      const shrunk = size * shrinkage(controller, k, error[i]);
      wanted[i] = size > minStep ? Math.max(shrunk, minStep) : shrunk;
    }
    afterRejection[i] = Number(!accepts);
  };

  return {
    get rows() {
      return rows;
    },
    t,
    wanted,
    error,
    results,
    accepted,
    rejected,
    want(lengths) {
      lengths.forEach((length, i) => {
        if (Number.isNaN(length)) results[i] = 'nonFinite';
        wanted[i] = Math.min(Math.max(length, minStep), maxStep);
      });
    },
    propose(step) {
      const [from, next] = [new Float64Array(rows.length), new Float64Array(rows.length)];
      rows.forEach((i, place) => {
        const to = results[i] ? t[i] : target(i, step);
        if (to === undefined) results[i] = Number.isFinite(error[i]) ? 'stepTooSmall' : 'nonFinite';
        from[place] = t[i];
        next[place] = to ?? t[i];
      });
      laidOut = { from, h: next.map((to, place) => to - from[place]), next };
      if (fixed) rows.forEach((i, place) => (wanted[i] = results[i] ? wanted[i] : Math.abs(laidOut.h[place])));
      return laidOut;
    },
    judge(errors) {
      const accepts = new Uint8Array(rows.length);
      rows.forEach((i, place) => {
        if (results[i]) return;
        error[i] = errors[place];
        accepts[place] = Number(fixed ? Number.isFinite(error[i]) : error[i] <= 1);
        if (!fixed) adapt(i, Math.abs(laidOut.h[place]), accepts[place] === 1);
        else if (!accepts[place]) results[i] = 'nonFinite';
        if (accepts[place]) {
          accepted[i]++;
          t[i] = laidOut.next[place];
          if (t[i] === stops[upcoming[i]]) upcoming[i]++;
        } else rejected[i]++;
        if (t[i] === t1) results[i] = 'done';
      });
      return accepts;
    },
    cut(place, time) {
      t[rows[place]] = time;
      results[rows[place]] = 'event';
    },
    end(result) {
      for (let i = 0; i < count; i++) results[i] ??= result;
    },
    running: () => results.reduce((sum, result) => sum + Number(result === undefined), 0),
    narrow() {
      const kept = Int32Array.from(rows.keys()).filter((place) => results[rows[place]] === undefined);
      rows = kept.map((place) => rows[place]);
      return kept;
    },
    rowResults: () => results.map((result, i) => ({ result: result!, t: t[i], accepted: accepted[i], rejected: rejected[i] })),
  };
}
