import type { Problem } from './solve-options.js';
import type { RowResult, SolveResult } from './solution.js';
import { growth, leastStep, shrinkage } from './step-size.js';

/** A last step that would leave less than a hundredth of itself is stretched to the end. */
const STRETCH = 1.01;

/**
 * The times, steps and outcomes of a solve: one clock for the whole state under joint control, one for each row under
 * per-sample control. Clocks know nothing of states and nothing of each other.
 */
export interface Clocks {
  /** Times reached. */
  readonly t: Float64Array;
  /** The current attempt: where it starts, its signed length (0 for clocks that have ended) and where it leads. */
  readonly from: Float64Array;
  readonly h: Float64Array;
  readonly next: Float64Array;
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
  propose(step: number): void;
  /** Takes the attempt's errors, moves the clocks that accept it, and returns which did. */
  judge(errors: Float64Array): Uint8Array;
  /** Ends every clock that still runs. */
  end(result: SolveResult): void;
  running(): boolean;
  rowResults(): RowResult[];
}

export function createClocks<V>(problem: Problem<V>, count: number): Clocks {
  const { t0, t1, fixed, method } = problem;
  const interval = t1 - t0;
  const k = (method.embeddedOrder ?? 0) + 1;
  const t = new Float64Array(count).fill(t0);
  const from = new Float64Array(count).fill(t0);
  const next = new Float64Array(count).fill(t0);
  const h = new Float64Array(count);
  const wanted = new Float64Array(count).fill(problem.firstStep ?? Math.abs(interval));
  const error = new Float64Array(count);
  const previous = new Float64Array(count);
  const afterRejection = new Uint8Array(count);
  const accepted = new Int32Array(count);
  const rejected = new Int32Array(count);
  const results = new Array<SolveResult | undefined>(count).fill(interval === 0 ? 'done' : undefined);

  const target = (i: number, step: number): number | undefined => {
    if (fixed) return fixed[step + 1];
    if (wanted[i] * STRETCH >= Math.abs(t1 - t[i])) return t1;
    return wanted[i] < leastStep(t[i], interval) ? undefined : t[i] + Math.sign(interval) * wanted[i];
  };

  const adapt = (i: number, accepts: boolean): void => {
    const size = Math.abs(h[i]);
    if (accepts) {
      wanted[i] = size * growth(error[i], previous[i], k, afterRejection[i] === 1);
      previous[i] = error[i];
    } else wanted[i] = size * shrinkage(error[i], k);
    afterRejection[i] = Number(!accepts);
  };

  return {
    t,
    from,
    h,
    next,
    wanted,
    error,
    results,
    accepted,
    rejected,
    want(lengths) {
      wanted.set(lengths);
      lengths.forEach((length, i) => {
        if (Number.isNaN(length)) results[i] = 'nonFinite';
      });
    },
    propose(step) {
      for (let i = 0; i < count; i++) {
        const to = results[i] ? t[i] : target(i, step);
        if (to === undefined) results[i] = Number.isFinite(error[i]) ? 'stepTooSmall' : 'nonFinite';
        from[i] = t[i];
        next[i] = to ?? t[i];
        h[i] = next[i] - t[i];
        if (fixed && !results[i]) wanted[i] = Math.abs(h[i]);
      }
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
          t[i] = next[i];
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
