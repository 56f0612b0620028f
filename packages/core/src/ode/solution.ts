import type { Controller } from './controller.js';
import type { FieldGauge } from './gauge.js';
import type { EventOptions, LocatedEvent } from './events.js';
import type { Jacobian, Times, Tolerance, VectorField, VectorSpace } from './problem.js';
import type { MethodName } from './methods/index.js';
import type { Method } from './stepper.js';

/**
 * How a solve ended. `maxSteps`: the step limit; `stepTooSmall`: the step sank below the rounding of t; `nonFinite`: NaN or
 * infinity; `event`: a terminal event; `aborted`: the caller's signal; `stopped`: the caller's `onStep`.
 */
export type SolveResult = 'done' | 'event' | 'stopped' | 'aborted' | 'maxSteps' | 'stepTooSmall' | 'nonFinite';

export interface SolveStats {
  /** Field evaluations, all of them: rejected steps and the probe for the first step included. */
  readonly evaluations: number;
  /** Rows in all evaluations together: evaluations × rows, less where finished rows were left out. */
  readonly rowEvaluations: number;
  /** Attempted steps; under per-sample control attempts of the batch, in which every unfinished row takes part. */
  readonly steps: number;
  /** Accepted and rejected attempts; under per-sample control summed over the rows. */
  readonly accepted: number;
  readonly rejected: number;
}

/** What became of one row under per-sample control. */
export interface RowResult {
  readonly result: SolveResult;
  readonly t: number;
  readonly accepted: number;
  readonly rejected: number;
}

export interface Solution<V> {
  /** The state at `t`; the last finite one where the solve ended early. The caller frees it. */
  readonly y: V;
  /** The time reached: t1 when `done`. One for each row under per-sample control. */
  readonly t: Times;
  /** With a reversible method: the other half of the pair at `t`, for `retrace`. The caller frees it. */
  readonly companion?: V;
  /** Under per-sample control the worst of the rows' results. */
  readonly result: SolveResult;
  /** Per-sample control only: one entry for each row. */
  readonly rowResults?: readonly RowResult[];
  readonly stats: SolveStats;
  /** What the steps say about the field: its Lipschitz constant along the way, and whether it is stiff. */
  readonly gauge: FieldGauge;
  /** One sentence for people: what happened, with numbers, and what to do. */
  readonly diagnosis: string;
  /**
   * The states at the times of `saveAt` that were reached, in their order; the caller frees them. Under per-sample control
   * as far as the fastest row came, with NaN in the rows that ended before.
   */
  readonly saved: readonly V[];
  /** With `events`: those that happened, in the order in which the steps found them; each row's in the order of time. */
  readonly events?: readonly LocatedEvent<V>[];
  /**
   * The accepted times from t0 on, under joint control: give them to `advance` to repeat the steps. (One that a terminal
   * event cut short ends with dense output, which a step of its own repeats up to the tolerance.)
   */
  readonly grid?: Float64Array;
  /** With `dense`: y(t) anywhere between t0 and the time reached (NaN in rows that did not get to t); a new state. */
  readonly at?: (t: number) => V;
  /** With `dense`: frees what `at` keeps; call it when `at` is no longer needed. */
  readonly releaseDense?: () => void;
}

/** One attempted step, for `onStep`. The arrays have one entry for each clock: one, or one for each row. */
export interface StepReport<V> {
  /** Number of attempts before this one. */
  readonly step: number;
  /** With `compact`, once finished rows have been left out: the rows that this report is about. */
  readonly rows?: Int32Array;
  /** Start and (signed) length of the attempt, up to a terminal event; length 0 for rows that are finished. */
  readonly t: Float64Array;
  readonly h: Float64Array;
  /** Where the attempt leads: t + h up to rounding. */
  readonly next: Float64Array;
  /** Estimated error in units of the tolerance; NaN where the attempt was not finite. Fixed steps: absent. */
  readonly error?: Float64Array;
  /** That estimate itself, divided by h. Fixed steps: absent. Belongs to the solver. */
  readonly difference?: V;
  readonly accepted: Uint8Array;
  /** The slopes of the attempt's stages; belong to the solver, and those of a space with lifetimes must not be kept. */
  readonly slopes: readonly V[];
  /** The state after the attempt; belongs to the solver in the same way. */
  readonly y: V;
}

/** How the steps of a solve are chosen; verbs of a flow take these too. */
export interface StepOptions {
  /** Length of the first step, between minStep and maxStep; default: chosen from the field at the cost of one evaluation. */
  readonly firstStep?: number;
  /** How the error steers the step; parts that are not given keep their defaults. */
  readonly controller?: Partial<Controller>;
  /** The smallest step; the solve gives up (`stepTooSmall`) where it is rejected too. Default 0. Steps up to a stop may be smaller. */
  readonly minStep?: number;
  /** No step is longer; default: no limit. Fixed steps know no limits. */
  readonly maxStep?: number;
  /** Times that steps end on, in any order; added to the grid of fixed steps. */
  readonly stepAt?: ArrayLike<number>;
  /**
   * Times at which the field jumps, in any order: steps end on them and no slope is used across. At the end of a step the
   * field sees a time two to four roundings before the jump (in the arithmetic of the state: of float32 where that is in
   * float32), and as much after it at the start of the next. Costs one evaluation for each, and saves the many small steps
   * by which error control would find the jump.
   */
  readonly jumpAt?: ArrayLike<number>;
}

export interface SolveOptions<V> extends Partial<Tolerance>, StepOptions {
  readonly space: VectorSpace<V>;
  readonly field: VectorField<V>;
  /** Never changed and never freed. */
  readonly y0: V;
  readonly t0: number;
  /** May be smaller than t0, or equal. The last step lands on it exactly. */
  readonly t1: number;
  /** Default 'dopri5'. A tableau of your own is checked for consistency. */
  readonly method?: MethodName | Method;
  /** For 'rodas4': the field's Jacobian; without it differences are taken. */
  readonly jacobian?: Jacobian<V>;
  /** This many equal steps instead of error control; the tolerances are then not used. */
  readonly steps?: number;
  /** Fixed steps along these times instead, from t0 to t1, strictly in that direction. */
  readonly times?: ArrayLike<number>;
  /** `joint` (default): one clock and one error norm for the whole state. `per-sample`: each row has its own. */
  readonly control?: 'joint' | 'per-sample';
  /** Limit on attempts; default 10000. */
  readonly maxSteps?: number;
  /** Times to return the state at, between t0 and t1, in the order of the integration. */
  readonly saveAt?: ArrayLike<number>;
  /** Keep every step, so that the solution can be evaluated anywhere. Costs memory: all slopes of all steps. */
  readonly dense?: boolean;
  /** What to watch for. */
  readonly events?: readonly EventOptions<V>[];
  /**
   * Per-sample control: leaves finished rows out of the state whenever half of them have finished. The field must go by
   * `rows`, its third argument, for whatever a row has of its own. Default false.
   */
  readonly compact?: boolean;
  readonly signal?: AbortSignal;
  /** Called after every attempt. Return 'stop' to end the solve there, with the state so far and the result `stopped`. */
  readonly onStep?: (report: StepReport<V>) => unknown;
}
