import type { MethodData } from './method.js';

/** Coefficients of a Rosenbrock method in the variables uᵢ, which need no product with the Jacobian. */
interface RosenbrockCoefficients {
  /** γ, the same for all stages: one factorisation a step. */
  readonly gamma: number;
  /** Times of the stages and their states, y + Σⱼ aᵢⱼuⱼ. */
  readonly c: readonly number[];
  readonly a: readonly (readonly number[])[];
  /** What the stages owe to each other, cᵢⱼ. */
  readonly coupling: readonly (readonly number[])[];
  /** γᵢ, the weights of ∂f/∂t. */
  readonly ofTime: readonly number[];
}

/**
 * A Rosenbrock method: linearly implicit stages (I/(γh) − J) uᵢ = f(t + cᵢh, y + Σⱼ aᵢⱼuⱼ) + Σⱼ cᵢⱼuⱼ/h + γᵢh ∂f/∂t with the
 * Jacobian J at (t, y), of which it needs one a step and no iteration. Its slopes are f(t, y) and the uᵢ/h.
 */
export interface RosenbrockMethod extends MethodData, RosenbrockCoefficients {
  readonly kind: 'rosenbrock';
}

/**
 * A Rosenbrock method from its tables: `weights` of the uᵢ in the step and of the `estimate` of its error, and two rows d, e
 * of a `bulge`: dense output is y + θ Σ weightsᵢuᵢ + θ(1 − θ) Σ (dᵢ + θeᵢ)uᵢ.
 */
export function rosenbrock({
  weights,
  estimate,
  bulge: [d, e],
  ...rest
}: RosenbrockCoefficients & {
  readonly name: string;
  readonly order: number;
  readonly embeddedOrder: number;
  readonly weights: readonly number[];
  readonly estimate: readonly number[];
  readonly bulge: readonly [readonly number[], readonly number[]];
}): RosenbrockMethod {
  return {
    kind: 'rosenbrock',
    ...rest,
    b: [0, ...weights],
    error: [0, ...estimate],
    fsal: false,
    interpolant: [[0], ...weights.map((weight, i) => [weight + d[i], e[i] - d[i], -e[i]]), [0]],
  };
}
