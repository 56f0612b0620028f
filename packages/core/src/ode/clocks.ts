import { growth, LEAST_ERROR, shrinkage } from './controller.js';
import type { Problem } from './solve-options.js';
import type { RowResult, SolveResult } from './solution.js';
import { leastStep } from './step-size.js';

/** A step that would leave less than a hundredth of itself before a stop is stretched to it. */
const STRETCH = 1.01;

/** Where an attempt starts, its signed length (0 for clocks that have ended) and where it leads: one entry for each clock. */
export interface Attempt {
  readonly from: Float64Array;
  readonly h: Float64Array;
  readonly next: Float64Array;
}

/**
 * The times, steps and outcomes of a solve: one clock for the whole state under joint control, one for each row under
 * per-sample control. Clocks know nothing of states and nothing of each other.
 */
export interface Clocks {
  /** Times reached. */
  readonly t: Float64Array;
  /** Lengths of the next attempt by the controller, positive; of the current one with fixed steps. */
  readonly wanted: Float64Array;
  /** Last error estimates in units of the tolerance. */
  readonly error: Float64Array;
  readonly results: (SolveResult | undefined)[];
  readonly accepted: Int32Array;
  readonly rejected: Int32Array;
  /** Sets `wanted`; NaN ends a clock as not finite. */
  want(lengths: Float64Array): void;
  /** Lays out attempt number `step`; ends clocks whose step has become too small. */
  propose(step: number): Attempt;
  /** Takes the errors of the attempt that was laid out last, moves the clocks that accept it, and returns which did. */
  judge(errors: Float64Array): Uint8Array;
  /** Ends every clock that still runs. */
  end(result: SolveResult): void;
  running(): boolean;
  rowResults(): RowResult[];
}

export function createClocks<V>(problem: Problem<V>, count: number): Clocks {
  const { t0, t1, fixed, method, controller, minStep, maxStep } = problem;
  const stops = problem.stops.times;
  const interval = t1 - t0;
  const k = (method.embeddedOrder ?? 0) + 1;
  const t = new Float64Array(count).fill(t0);
  const upcoming = new Int32Array(count);
  const wanted = new Float64Array(count).fill(Math.min(problem.firstStep ?? Math.abs(interval), maxStep));
  const error = new Float64Array(count);
  const [previous, beforeThat] = [new Float64Array(count).fill(LEAST_ERROR), new Float64Array(count).fill(LEAST_ERROR)];
  const afterRejection = new Uint8Array(count);
  const accepted = new Int32Array(count);
  const rejected = new Int32Array(count);
  const results = new Array<SolveResult | undefined>(count).fill(interval === 0 ? 'done' : undefined);
  let attempt: Attempt = { from: t, h: new Float64Array(count), next: t };

  const target = (i: number, step: number): number | undefined => {
    if (fixed) return fixed[step + 1];
    const stop = stops[upcoming[i]];
    if (wanted[i] * STRETCH >= Math.abs(stop - t[i])) return stop;
    return wanted[i] < Math.max(minStep, leastStep(t[i], interval)) ? undefined : t[i] + Math.sign(interval) * wanted[i];
  };

  const adapt = (i: number, accepts: boolean): void => {
    const size = Math.abs(attempt.h[i]);
    if (accepts) {
      const grown = size * growth(controller, k, [error[i], previous[i], beforeThat[i]], afterRejection[i] === 1);
      // A step that a stop cut short says little about the next.
      const cut = size < 0.9 * wanted[i];
      wanted[i] = Math.min(cut ? Math.max(grown, wanted[i]) : grown, maxStep);
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
      const next = t.map((time, i) => {
        const to = results[i] ? time : target(i, step);
        if (to === undefined) results[i] = Number.isFinite(error[i]) ? 'stepTooSmall' : 'nonFinite';
        return to ?? time;
      });
      attempt = { from: t.slice(), h: next.map((to, i) => to - t[i]), next };
      if (fixed) attempt.h.forEach((h, i) => (wanted[i] = results[i] ? wanted[i] : Math.abs(h)));
      return attempt;
    },
    judge(errors) {
      const accepts = new Uint8Array(count);
      for (let i = 0; i < count; i++) {
        if (results[i]) continue;
        const size = errors[i];
        error[i] = size;
        accepts[i] = Number(fixed ? Number.isFinite(size) : size <= 1);
        if (!fixed) adapt(i, accepts[i] === 1);
        else if (!accepts[i]) results[i] = 'nonFinite';
        if (accepts[i]) {
          accepted[i]++;
          t[i] = attempt.next[i];
          if (t[i] === stops[upcoming[i]]) upcoming[i]++;
        } else rejected[i]++;
        if (t[i] === t1) results[i] = 'done';
      }
      return accepts;
    },
    end(result) {
      for (let i = 0; i < count; i++) results[i] ??= result;
    },
    running: () => results.some((result) => result === undefined),
    rowResults: () => results.map((result, i) => ({ result: result!, t: t[i], accepted: accepted[i], rejected: rejected[i] })),
  };
}
