import type { ArrayLike, NdArray } from '@advect/base/array';
import type { ExecutorReport } from '@advect/compiler';
import type { Parameters, VelocityField } from '../field/field.js';
import type { Manifold } from '../manifold/index.js';
import type { MethodName, StepOptions } from '../ode/index.js';
import type { Key } from '../random/index.js';
import type { Tensor } from '../tensor/index.js';
import type { FlowEvent, WatchOptions } from './events.js';
import type { ProgramOptions } from './programs/index.js';

/** The distribution at t = 0. Closed forms in float64 on the host. */
export interface Base {
  /** Name and settings that rebuild it when a model is loaded. */
  readonly config: BaseConfig;
  /** Row `i` depends on `(key, start + i)` only. [count, ...event] */
  sample(count: number, key: Key, event: readonly number[], start: number): NdArray;
  /** log p₀ of each row, nats. */
  logProb(x: NdArray): Float64Array;
  /** ∇ₓ log p₀, of x's shape. */
  score(x: NdArray): NdArray;
}

/** A base's kind and its settings, as JSON. */
export interface BaseConfig {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/**
 * An invertible (or, for dequantisation, randomised) map from data to the space the field lives in, with its
 * log-determinant. Host arithmetic; row i of the result depends on row i and `keys[i]` only.
 */
export interface Transform {
  /** Name and settings that rebuild it when a model is loaded. */
  readonly config: TransformConfig;
  /** Set where `forward` draws noise: a log-density of the data is then a lower bound in expectation, not exact. */
  readonly bounds?: true;
  /** Where shapes change: that of one sample before the transform, from that after it. */
  readonly dataEvent?: (event: readonly number[]) => readonly number[];
  /** y and, for each row, log |det ∂y/∂x| in nats. */
  forward(x: NdArray, keys: readonly Key[]): { y: NdArray; logDet: Float64Array };
  /** x back from y and, for each row, the same log |det ∂y/∂x|, taken at y itself. */
  inverse(y: NdArray): { x: NdArray; logDet: Float64Array };
  /** For a map of each entry by itself: log |∂yᵢ/∂xᵢ| of every entry of x, in nats; their sums over the rows are logDet. */
  entryLogDet?(x: NdArray): Float64Array;
  /** Set where the map only puts entries in another order. */
  readonly permutes?: true;
  /** The gradient of Σ ofY·y + Σᵢ ofLogDetᵢ·logDetᵢ with respect to x, for the y and logDet that `forward` gives. */
  pullback?(x: NdArray, keys: readonly Key[], ofY: Float32Array, ofLogDet: Float64Array): Float32Array;
}

/** A transform's kind and its settings, as JSON. */
export interface TransformConfig {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/**
 * How a flow's ODE is solved. Tolerances apply to adaptive methods; `steps` asks for that many equal steps instead. `stepAt`
 * and `jumpAt` are times from 0 to 1, in any order.
 */
export interface SolverOptions extends ProgramOptions, StepOptions {
  /**
   * Default 'dopri5'. 'rodas4', for stiff fields, takes up to 128 numbers an event; its Jacobian is the field's own where it has
   * a forward derivative and no density is asked for, else by differences.
   */
  readonly method?: MethodName;
  /** Relative tolerance, default 1e-5. */
  readonly rtol?: number;
  /** Absolute tolerance, default 1e-5. */
  readonly atol?: number;
  /** Equal steps instead of adaptive ones. Needed by Euler, midpoint, RK4, the 3/8 rule and Adams–Bashforth–Moulton. */
  readonly steps?: number;
  /** 'per-sample' (default): a point's result does not depend on its batch mates. 'joint': one step size for all. */
  readonly control?: 'per-sample' | 'joint';
  /** Attempted steps before the solve gives up, default 10,000. */
  readonly maxSteps?: number;
  /** Rows computed at a time, default 1024; bounds memory. */
  readonly chunk?: number;
  readonly signal?: AbortSignal;
}

/** Under which condition: a class label for all rows, one for each row, or raw condition rows. Neither: unconditional. */
export interface ConditionOptions {
  /** A whole number from 0 to classes − 1, or −1 for unknown. */
  readonly label?: number | readonly number[] | Int32Array | Uint8Array;
  /** A row of `conditionDim` finite numbers for each, [rows, conditionDim], or one for all of them, [conditionDim]. */
  readonly condition?: ArrayLike | Tensor;
}

/** How div u = tr ∂u/∂x is taken. */
export interface DivergenceOptions {
  /**
   * 'closed-form' by the field's own formula, where it has one; 'exact' by D directional derivatives; Hutchinson's estimate
   * with 'rademacher' or 'gaussian' probes; 'hutch++', of less variance where few directions carry most of the Jacobian. The
   * default, 'auto', is the first of these that the field has and that up to 64 dimensions allow.
   */
  readonly divergence?: 'auto' | 'closed-form' | 'exact' | 'rademacher' | 'gaussian' | 'hutch++';
  /**
   * Directional derivatives for each evaluation, default 8. Hutch++ spends half of them, rounded down, on its sketch. With
   * one random probe no standard error can be given.
   */
  readonly probes?: number;
}

/** Whether a log-density tells the solver's error. */
export interface SolverErrorOptions {
  /**
   * Whether the standard error covers the solver's error. Default true: from the error estimates of the steps, which is
   * free; with equal steps by solving again with half and a quarter as many, which costs three quarters as much again.
   */
  readonly solverError?: boolean;
}

/** Options of `sample`. */
export interface SampleOptions extends SolverOptions, ConditionOptions, WatchOptions {
  /** Default 0. The same seed gives the same bytes. */
  readonly seed?: number;
  /** Number of the first item: `sample(1, { seed, start: 5 })` is item 5 of a longer batch. Default 0. */
  readonly start?: number;
  /** Scale of the base noise; 1 samples the model, less is more typical. Default 1. */
  readonly temperature?: number;
}

/** Options of `decode`. */
export interface DecodeOptions extends SolverOptions, ConditionOptions, WatchOptions {}

/** Options of `encode`. */
export interface EncodeOptions extends DecodeOptions {
  /** Of the dequantisation noise, if the flow has any. Default 0. */
  readonly seed?: number;
}

/** Options of `logProb`. */
export interface LogProbOptions extends Omit<EncodeOptions, 'events'>, DivergenceOptions, SolverErrorOptions {
  /**
   * Draws of the transforms' noise for each row, K, whose densities are averaged: the importance-weighted bound of Burda et
   * al. (2016), tighter for larger K and K times the work. Default 1. Only for flows whose transforms draw noise.
   */
  readonly samples?: number;
}

/** Density is that of the model itself, so temperature does not apply. */
export interface SampleWithLogProbOptions extends Omit<SampleOptions, 'temperature' | 'events'>, DivergenceOptions, SolverErrorOptions {}

/** Options of `trajectory`. */
export interface TrajectoryOptions extends SampleOptions {
  /** Times in [0, 1], rising. Default: 11 from 0 to 1. */
  readonly times?: readonly number[];
}

/** What a verb did. */
export interface Report {
  /** The backend of TensorFlow.js, which is used where fields run eagerly. */
  readonly backend: string;
  /** Who computed the field, with how many threads, and why; none where there were no rows. */
  readonly executor?: ExecutorReport;
  readonly method: MethodName;
  /** Evaluations of the field, rejected steps and probes of the first step included; summed over chunks of the batch. */
  readonly evaluations: number;
  /** Rows in all evaluations together: rows that have arrived are left out as soon as half of a chunk's have. */
  readonly rowEvaluations: number;
  /** Steps taken and steps tried in vain, summed over the rows under per-sample control. */
  readonly accepted: number;
  readonly rejected: number;
  /** Largest estimate of the field's Lipschitz constant along the way (`FieldGauge`); NaN where none was made. */
  readonly lipschitz?: number;
  /** Whether stability rather than accuracy limited the steps: the field is stiff. */
  readonly stiff?: boolean;
  /** One sentence about the solve (of the chunk with the steepest field): how it went, and what to do about it. */
  readonly diagnosis?: string;
  /** Where events were watched for: those that happened, each row's in the order of time. */
  readonly events?: readonly FlowEvent[];
  /** Present when a log-density was asked for. */
  readonly divergence?: 'closed-form' | 'exact' | 'rademacher' | 'gaussian' | 'hutch++';
  readonly probes?: number;
  /** Draws of the transforms' noise for each row, where a bound was taken. */
  readonly samples?: number;
}

/** Result of `sample` and `decode`. */
export interface Samples {
  /** [count, ...event], in data space. */
  readonly x: NdArray;
  readonly report: Report;
}

/** Result of `logProb`. */
export interface LogDensity {
  /** log p of each row, nats, in data space (the transforms' log-determinants included). */
  readonly logProb: Float64Array;
  /**
   * Standard error of each: of the random probes, from their spread, and of the solver. Made so that twice it covers the true
   * error in 95 of 100 cases or more, which on flows of known density it does under error control, and with equal steps that
   * are not too few (`resolved`; docs/densities.md). NaN with a single random probe.
   */
  readonly standardError: Float64Array;
  /**
   * The solver's part of it: lower the tolerance, or take more steps, where it is the larger one. An estimate on the safe
   * side. NaN for one or two steps; absent without `solverError`.
   */
  readonly solverError?: Float64Array;
  /**
   * Set where equal steps are too few: solves with half and a quarter as many do not approach this one as the method's order
   * says, so that the solver's error may be larger than stated. Take more steps.
   */
  readonly resolved?: false;
  /**
   * Set where the flow's transforms draw noise (`dequantise`, `augment`): each value is then a lower bound of the log-density,
   * or log-probability, in expectation over the noise, never exact. With several `samples` the standard error covers their
   * spread, to first order; with one it says nothing of the noise.
   */
  readonly bound?: true;
  readonly report: Report;
}

/** Samples on their way from noise to data. */
export interface Trajectory {
  readonly times: readonly number[];
  /** [times, count, ...event], in data space; NaN after a row's terminal event. */
  readonly x: NdArray;
  readonly report: Report;
}

/**
 * A continuous normalizing flow: a velocity field that carries a base distribution (t = 0) to the data (t = 1), its
 * weights, and the transforms between data and the space the field lives in. Weights are host arrays, so a flow owns
 * no tensors and nothing needs disposing.
 *
 * Every verb may be called while others run, and rejects with `unknown-option`, `invalid-option`, `invalid-shape` or
 * `invalid-value` for input that does not fit, `solve-failed` where the solver did not arrive (numbers that are not
 * finite, `maxSteps`), and `aborted`. Cost: six evaluations of the field for each step of the default method, and for a
 * log-density as many directional derivatives with each as there are dimensions (exact) or probes (none in closed form).
 */
export interface Flow {
  readonly field: VelocityField;
  readonly base: Base;
  readonly transforms: readonly Transform[];
  /** What the samples lie on; none in flat space. Log-densities are by its own volume. */
  readonly manifold?: Manifold;
  /** The weights. Training replaces them; they can be copied, saved and set (`invalid-value` or `invalid-shape` for another field's). */
  parameters: Parameters;
  /** New samples, [count, ...event]. */
  sample(count: number, options?: SampleOptions): Promise<Samples>;
  /**
   * New samples with their log-densities: those of the points that the flow itself made, where a dequantising transform
   * afterwards rounds them down.
   */
  sampleWithLogProb(count: number, options?: SampleWithLogProbOptions): Promise<Samples & LogDensity>;
  /** Data to noise: x(1) → x(0). */
  encode(x: ArrayLike | Tensor, options?: EncodeOptions): Promise<{ z: NdArray; report: Report }>;
  /** Noise to data: x(0) → x(1). */
  decode(z: ArrayLike | Tensor, options?: DecodeOptions): Promise<Samples>;
  /** log p(x) of each row, nats. */
  logProb(x: ArrayLike | Tensor, options?: LogProbOptions): Promise<LogDensity>;
  /** New samples at chosen times. */
  trajectory(count: number, options?: TrajectoryOptions): Promise<Trajectory>;
}
