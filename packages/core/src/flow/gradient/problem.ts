import type { NdArray } from '@advect/base/array';
import type { ExecutorReport } from '@advect/compiler';
import type { Parameters, VelocityField } from '../../field/field.js';
import type { ExplicitMethodName, StepOptions } from '../../ode/index.js';
import type { Key } from '../../random/index.js';
import type { Trace } from '../divergence.js';
import type { Penalty } from '../penalty.js';
import type { Base, SolverOptions } from '../flow.js';
import type { ProgramOptions } from '../programs/index.js';

/** A weighted sum of log-densities to differentiate: L = Σᵢ wᵢ (log p(xᵢ) − Σ weight·penalty of its path). */
export interface LikelihoodProblem {
  readonly field: VelocityField;
  readonly base: Base;
  readonly parameters: Parameters;
  /** Points at the data end, model space, [batch, ...event]. */
  readonly x: NdArray;
  readonly condition?: NdArray;
  /** Ask for the gradient with respect to the condition too. */
  readonly ofCondition?: boolean;
  /** How the divergence is taken, with one key for the probes of each row, and penalties of the path. */
  readonly divergence: { readonly trace: Trace; readonly keys: readonly Key[]; readonly penalties?: readonly Penalty[] };
  /** wᵢ, [batch]. */
  readonly weights: Float64Array;
  /** Time of the base and time of the data: [0, 1] for a flow. */
  readonly interval: readonly [start: number, end: number];
  readonly solver: Pick<SolverOptions, Exclude<keyof StepOptions, 'jumpAt'> | 'rtol' | 'atol' | 'steps' | 'maxSteps' | 'signal'> & {
    readonly method?: ExplicitMethodName;
  };
  readonly computing?: ProgramOptions;
}

/** log p and the gradient of L. */
export interface LikelihoodGradient {
  /** log p of each point, nats (mean over probes). */
  readonly logProb: Float64Array;
  /** Each penalty of each point's path, [batch, penalties], without its weight. */
  readonly penalties: Float64Array;
  /** ∂L/∂θ by name. */
  readonly parameters: { readonly [name: string]: Float32Array };
  /** ∂L/∂x, of x's shape. */
  readonly x: Float32Array;
  /** ∂L/∂condition, [batch, conditionDim], if it was asked for. */
  readonly condition?: Float32Array;
  /** ∂L/∂start and ∂L/∂end of the interval. */
  readonly interval: readonly [number, number];
  /** Field evaluations forward, those on the way back, and pullbacks. */
  readonly evaluations: { readonly forward: number; readonly again: number; readonly backward: number };
  /** Who computed it; none where the interval is empty. */
  readonly executor?: ExecutorReport;
}
