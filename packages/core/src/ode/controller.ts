import { number, readOptions, type Reader } from '@advect/base/options';

/**
 * A proportional–integral–derivative controller of the step size (G. Söderlind 2003, Digital filters in adaptive
 * time-stepping, ACM TOMS 29, 1–26). With the errors e of the last three accepted steps in units of the tolerance and
 * k = embedded order + 1,
 *
 *     h ← h · safety · e₀^(−β₁/k) · e₁^(−β₂/k) · e₂^(−β₃/k),  β₁ = P + I + D, β₂ = −(P + 2D), β₃ = D.
 *
 * I alone is the classical controller; more P makes the steps smoother, which pays where they are limited by stability.
 */
export interface Controller {
  /** P, default 0.2. */
  readonly proportional: number;
  /** I, default 0.65. */
  readonly integral: number;
  /** D, default 0. */
  readonly derivative: number;
  /** Aim below the tolerance by this factor; default 0.9. */
  readonly safety: number;
  /** Most by which one step shrinks (default 0.2) or grows (default 10). */
  readonly minFactor: number;
  readonly maxFactor: number;
}

/** A previous error smaller than this, or of no step at all, counts as this. */
export const LEAST_ERROR = 1e-4;

/** The default is the controller of the code DOPRI5 with β = 0.04 (E. Hairer, G. Wanner, Solving ODEs II, eq. IV.2.43). */
export const controllerReader: Reader<Controller> = (given, name) =>
  readOptions<Controller>(name, given as object | undefined, {
    proportional: number({ default: 0.2, min: 0, max: 2 }),
    integral: number({ default: 0.65, min: 0.01, max: 2 }),
    derivative: number({ default: 0, min: 0, max: 2 }),
    safety: number({ default: 0.9, min: 0.1, max: 1 }),
    minFactor: number({ default: 0.2, min: 1e-3, max: 0.9 }),
    maxFactor: number({ default: 10, min: 1.1, max: 1e3 }),
  });

/**
 * By what to multiply an accepted step. `error` ≤ 1 is its own, `previous` and `beforeThat` are those of the accepted steps
 * before. Right after a rejection the step does not grow.
 */
export function growth(
  { proportional, integral, derivative, safety, minFactor, maxFactor }: Controller,
  k: number,
  [error, previous, beforeThat]: readonly [number, number, number],
  afterRejection: boolean,
): number {
  const older = previous ** ((proportional + 2 * derivative) / k) * beforeThat ** (-derivative / k);
  const wanted = safety * error ** (-(proportional + integral + derivative) / k) * older;
  return Math.min(afterRejection ? 1 : maxFactor, Math.max(minFactor, wanted));
}

/** By what to multiply a rejected step, always below 1. An error that is not a number shrinks the step the most. */
export const shrinkage = ({ safety, minFactor }: Controller, k: number, error: number): number =>
  Number.isFinite(error) ? Math.max(minFactor, safety * error ** (-1 / k)) : minFactor;
