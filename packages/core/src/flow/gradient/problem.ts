import type { ParameterTensors, VelocityField } from '../../field/field.js';
import type { Tensor, Tensor2D } from '../../tensor/index.js';
import type { Trace } from '../divergence.js';
import type { Base, SolverOptions } from '../flow.js';

/** A weighted sum of log-densities to differentiate: L = Σᵢ wᵢ log p(xᵢ), all tensors the caller's. */
export interface LikelihoodProblem {
  readonly field: VelocityField;
  readonly base: Base;
  readonly parameters: ParameterTensors;
  /** Points at the data end, model space, [batch, ...event]. */
  readonly x: Tensor;
  readonly condition?: Tensor2D;
  readonly trace: Trace;
  /** Directions of the trace, drawn once (`drawDirections`). */
  readonly directions: Tensor;
  /** wᵢ, [batch]. */
  readonly weights: Float64Array;
  /** Time of the base and time of the data: [0, 1] for a flow. */
  readonly interval: readonly [start: number, end: number];
  readonly solver: Pick<SolverOptions, 'method' | 'rtol' | 'atol' | 'steps' | 'maxSteps' | 'signal'>;
}

/** log p and the gradient of L. The tensors are the caller's to dispose of. */
export interface LikelihoodGradient {
  /** log p of each point, nats (mean over probes). */
  readonly logProb: Float64Array;
  /** ∂L/∂θ by name. */
  readonly parameters: { readonly [name: string]: Tensor };
  /** ∂L/∂x, of x's shape. */
  readonly x: Tensor;
  /** ∂L/∂start and ∂L/∂end of the interval. */
  readonly interval: readonly [number, number];
  /** Field evaluations forward and backward. */
  readonly evaluations: { readonly forward: number; readonly backward: number };
}
