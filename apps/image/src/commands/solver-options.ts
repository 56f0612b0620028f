import { AdvectError } from '@advect/base/errors';
import type { JsonObject } from '@advect/core/io';
import { choice, numeric } from '@advect/node';
import {
  byError,
  isAdaptive,
  type Method,
  methods,
  type SolverChoice,
  solverDefaults,
  solverSettings,
  usualSteps,
} from '../model/solver.js';

/** What a command's help says of the solver that nobody asks for. */
interface Usual {
  readonly solver: string;
  readonly steps: string;
  readonly tol: string;
}

const solverOptionsOf = (usual: Usual) => ({
  solver: choice(methods, { description: 'ODE solver', aliases: ['method'], defaultText: usual.solver }),
  steps: numeric({
    description: `this many equal solver steps instead of adaptive ones`,
    defaultText: `${usual.steps}; ${usualSteps} for euler, midpoint, heun and rk4`,
    integer: true,
    min: 1,
    max: 10_000,
  }),
  tol: numeric({
    description: 'error allowed in a step of an adaptive solver, absolute and relative',
    aliases: ['tolerance'],
    defaultText: usual.tol,
    min: 1e-6,
    max: 1,
  }),
  executor: choice(['auto', 'wasm', 'onnx', 'eager'], {
    description: 'who computes the field; the same pictures up to rounding',
    aliases: ['backend'],
    default: 'auto',
  }),
});

/** Options that say how a flow is solved; those that are not given are the model's. */
export const solverOptions = solverOptionsOf({
  solver: `the model's, else ${byError.method}`,
  steps: "the model's, else adaptive",
  tol: `the model's, else ${byError.tolerance}`,
});

/** The same of a command that solves in its own way, whatever the model draws with. */
export const ownSolverOptions = ({ method, tolerance }: SolverChoice) =>
  solverOptionsOf({ solver: method, steps: 'adaptive', tol: String(tolerance) });

/** The same of what was solved before. */
export const codeSolverOptions = solverOptionsOf({ solver: "the code's", steps: "the code's", tol: "the code's" });

interface Given {
  readonly solver: Method | undefined;
  readonly steps: number | undefined;
  readonly tol: number | undefined;
  readonly executor: 'auto' | 'wasm' | 'onnx' | 'eager';
}

/**
 * How a flow is solved: the options first, then the model's defaults, then the app's. Throws `invalid-option` for a
 * tolerance and steps together, and for a tolerance of a solver that knows only equal steps: one of the two would change nothing.
 *
 * @param given the options that stand on the command line itself
 */
export function chooseSolver(o: Given, defaults: JsonObject, given: readonly string[] = []): SolverChoice {
  const model = solverDefaults(defaults);
  if (given.includes('steps') && given.includes('tol')) {
    throw new AdvectError('invalid-option', '--tol says nothing of equal steps, and --steps asks for them', 'Leave one of the two out.');
  }
  const byTolerance = given.includes('tol') || (o.tol !== undefined && !given.includes('steps'));
  const method = o.solver ?? (byTolerance && !isAdaptive(model.method) ? 'dopri5' : model.method);
  if (given.includes('tol') && !isAdaptive(method)) {
    throw new AdvectError(
      'invalid-option',
      `${method} takes equal steps, of which --tol says nothing`,
      'Give --steps, or --solver dopri5.',
    );
  }
  const asModel = method === model.method || !isAdaptive(method);
  const steps = byTolerance && isAdaptive(method) ? undefined : (o.steps ?? (asModel ? model.steps : undefined));
  return { method, tolerance: o.tol ?? model.tolerance, ...(steps !== undefined && { steps }) };
}

/** The solver for a file's settings: only what had an effect. */
export function solverRecord(choice: SolverChoice): { readonly solver: string; readonly steps?: number; readonly tol?: number } {
  const { steps } = solverSettings(choice);
  return steps === undefined ? { solver: choice.method, tol: choice.tolerance } : { solver: choice.method, steps };
}

/** A number that is the option's, else the model's default, else another. */
export function orDefault(given: number | undefined, defaults: JsonObject, name: string, otherwise: number): number {
  const usual = defaults[name];
  return given ?? (typeof usual === 'number' ? usual : otherwise);
}
