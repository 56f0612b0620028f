import { choice, numeric } from '@advect/node';

const adaptive: ReadonlySet<string> = new Set(['bosh3', 'dopri5', 'tsit5']);

/** Options that say how a flow is solved, with defaults for the task at hand. */
export const solverOptions = (tolerance: number) => ({
  method: choice(['euler', 'midpoint', 'heun', 'rk4', 'bosh3', 'dopri5', 'tsit5'], { description: 'ODE solver', default: 'dopri5' }),
  tolerance: numeric({
    description: 'error allowed in a step of an adaptive solver, absolute and relative',
    min: 1e-6,
    max: 1,
    default: tolerance,
  }),
  steps: numeric({
    description: 'this many equal steps instead of adaptive ones',
    defaultText: 'adaptive; 40 for euler, midpoint, heun and rk4',
    integer: true,
    min: 1,
    max: 10_000,
  }),
});

interface Given {
  readonly method: 'euler' | 'midpoint' | 'heun' | 'rk4' | 'bosh3' | 'dopri5' | 'tsit5';
  readonly tolerance: number;
  readonly steps: number | undefined;
}

/** The same as a flow takes them. */
export function solverSettings({ method, tolerance, steps }: Given) {
  const fixed = steps ?? (adaptive.has(method) ? undefined : 40);
  return fixed === undefined ? { method, rtol: tolerance, atol: tolerance } : { method, steps: fixed };
}

/** The same for a file's metadata: only what had an effect. */
export function solverRecord(given: Given) {
  const { method, steps } = solverSettings(given);
  return steps === undefined ? { solver: method, tol: given.tolerance } : { solver: method, steps };
}
