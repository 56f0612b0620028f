import type { JsonObject } from '@advect/core/io';

/** Solvers that the app offers. */
export const methods = ['euler', 'midpoint', 'heun', 'rk4', 'bosh3', 'dopri5', 'tsit5'] as const;
export type Method = (typeof methods)[number];

const adaptive: ReadonlySet<Method> = new Set(['bosh3', 'dopri5', 'tsit5']);

/** Whether a solver chooses its steps by itself unless it is told how many. */
export const isAdaptive = (method: Method): boolean => adaptive.has(method);

/** Steps of the others where none are given. */
export const usualSteps = 40;

export interface SolverChoice {
  readonly method: Method;
  /** Error allowed in a step of an adaptive solver, absolute and relative. */
  readonly tolerance: number;
  /** This many equal steps instead of adaptive ones. */
  readonly steps?: number;
}

/**
 * How codes are made unless somebody says otherwise, whatever suits the samples of a model: 256 levels of a U-Net come back at
 * 10⁻⁶, where float32 leaves some hundredths of a level, and not at 10⁻⁵ (see the README).
 */
export const exactly = { method: 'dopri5', tolerance: 1e-6 } as const satisfies SolverChoice;

/**
 * How densities are found, and ways from one given picture to another, unless somebody says otherwise: a model's own few steps
 * suit the pictures that it draws, and say nothing of the divergence along them or of the way back.
 */
export const byError = { method: 'dopri5', tolerance: 1e-3 } as const satisfies SolverChoice;

/** The solver that a model's defaults name; dopri5 to 0.001 where they say nothing. */
export function solverDefaults({ method, solver = method, steps, tolerance, tol = tolerance }: JsonObject): SolverChoice {
  return {
    method: methods.find((name) => name === solver) ?? byError.method,
    tolerance: typeof tol === 'number' ? tol : byError.tolerance,
    ...(typeof steps === 'number' && { steps }),
  };
}

/** A choice where it leaves the steps to the error, else `byError`. */
export const errorChooses = (choice: SolverChoice | undefined): SolverChoice =>
  choice && choice.steps === undefined && isAdaptive(choice.method) ? choice : byError;

/** The same as a flow takes them. */
export function solverSettings({ method, tolerance, steps }: SolverChoice) {
  const fixed = steps ?? (isAdaptive(method) ? undefined : usualSteps);
  return fixed === undefined ? { method, rtol: tolerance, atol: tolerance } : { method, steps: fixed };
}
