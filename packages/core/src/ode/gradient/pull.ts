import type { Pending } from '../problem.js';

/** The derivatives of a field at (t, y), applied to a cotangent c of its value. New states. */
export interface Pulled<V, P = unknown> {
  /** Jᵀc, the cotangent of y. */
  readonly ofY: V;
  /** c·∂f/∂t; absent for fields without t. */
  readonly ofT?: number;
  /** Whatever else the field depends on, for `gather`. */
  readonly ofParameters?: P;
  /** f(t, y) itself, where it comes with the derivatives; saves the continuous adjoint an evaluation. */
  readonly slope?: V;
}

/** A field's vector–Jacobian product. Must not keep or change y and the cotangent, which are freed after it. */
export type FieldPullback<V, P = unknown> = (t: number, y: V, cotangent: V) => Pending<Pulled<V, P>>;

/** Takes what a pullback says about parameters, to be added `scale` times. */
export type Gather<P> = (ofParameters: P, scale: number) => void;
