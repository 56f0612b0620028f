import { AdvectError } from '@advect/base/errors';
import {
  abortSignal,
  boolean,
  callback,
  integer,
  number,
  oneOf,
  optional,
  type Reader,
  readOptions,
  type Readers,
  value,
} from '@advect/base/options';
import { type Controller, controllerReader } from './controller.js';
import type { EventOptions } from './events.js';
import { methodReader } from './method-reader.js';
import { methodNames, methods } from './methods/index.js';
import type { Jacobian, VectorField, VectorSpace } from './problem.js';
import type { SolveOptions, StepOptions, StepReport } from './solution.js';
import type { Method } from './stepper.js';
import { type Stops, stopsOf } from './stops.js';

/** The options of a solve, checked, with defaults filled in. */
export interface Problem<V> {
  readonly space: VectorSpace<V>;
  readonly field: VectorField<V>;
  readonly y0: V;
  readonly t0: number;
  readonly t1: number;
  readonly method: Method;
  readonly jacobian?: Jacobian<V>;
  readonly tolerance: { readonly atol: number; readonly rtol: number };
  /** The times of fixed steps, both ends included; absent under error control. */
  readonly fixed?: Float64Array;
  readonly joint: boolean;
  readonly maxSteps: number;
  readonly firstStep?: number;
  readonly controller: Controller;
  readonly minStep: number;
  readonly maxStep: number;
  readonly stops: Stops;
  readonly saveAt: Float64Array;
  readonly dense: boolean;
  readonly events: readonly EventOptions<V>[];
  readonly compact: boolean;
  readonly signal?: AbortSignal;
  readonly onStep?: (report: StepReport<V>) => unknown;
}

const anyFunction = (v: unknown) => typeof v === 'function';
const numbers = (v: unknown) =>
  (Array.isArray(v) || ArrayBuffer.isView(v)) && Array.from(v as unknown as ArrayLike<number>).every(Number.isFinite);

/** How one event is read. */
export const eventReaders = {
  when: value<never>(anyFunction, 'a function (t, y) => a number that crosses zero'),
  direction: oneOf(['any', 'rising', 'falling'], 'any'),
  terminal: boolean(false),
};

const eventsReader: Reader<readonly EventOptions<never>[]> = (given = [], name) => {
  const list = value<readonly EventOptions<never>[]>(Array.isArray, 'a list of events')(given, name);
  return list.map((event, i) => readOptions<EventOptions<never>>(`${name}[${i}]`, event, eventReaders));
};

/** How `StepOptions` are read. */
export const stepReaders: Readers<StepOptions> = {
  firstStep: optional(number({ min: Number.MIN_VALUE })),
  controller: controllerReader,
  minStep: number({ default: 0, min: 0 }),
  maxStep: optional(number({ min: Number.MIN_VALUE })),
  stepAt: value(numbers, 'an array of times', []),
  jumpAt: value(numbers, 'an array of times', []),
};

/** Checks the options of `solve`; throws AdvectError for anything that cannot be meant. */
export function readProblem<V>(given: SolveOptions<V>): Problem<V> {
  const options = readOptions<{ [K in keyof SolveOptions<V>]-?: unknown }>('solve', given, {
    space: value((v) => typeof v === 'object' && v !== null && 'combine' in v, 'a vector space'),
    field: value(anyFunction, 'a function (t, y) => dy/dt'),
    y0: value((v) => v !== undefined && v !== null, 'a state'),
    t0: number(),
    t1: number(),
    method: methodReader,
    jacobian: optional(value(anyFunction, 'a function (t, y) => ∂f/∂y')),
    atol: number({ default: 1e-6, min: 0 }),
    rtol: number({ default: 1e-6, min: 0 }),
    steps: optional(integer({ min: 1 })),
    times: optional(value(numbers, 'an array of times')),
    control: oneOf(['joint', 'per-sample'], 'joint'),
    maxSteps: integer({ default: 10000, min: 1 }),
    ...stepReaders,
    saveAt: value(numbers, 'an array of times', []),
    dense: boolean(false),
    events: eventsReader,
    compact: boolean(false),
    signal: abortSignal,
    onStep: optional(callback()),
  });
  const { t0, t1, method, atol, rtol } = options as { t0: number; t1: number; method: Method; atol: number; rtol: number };
  const { steps, times, maxSteps } = options as { steps?: number; times?: ArrayLike<number>; maxSteps: number };
  const { minStep, maxStep = Infinity } = options as { minStep: number; maxStep?: number };
  const stops = readStops(options as Forced, t0, t1, given.space.coordinates?.epsilon);
  const grid = fixedTimes(t0, t1, steps, times, maxSteps);
  const fixed = grid && withStops(grid, stops);
  if (!fixed && !method.error) {
    throw new AdvectError(
      'invalid-option',
      `solve: method '${method.name}' has no error estimate, so it cannot choose its own steps`,
      `Give steps, or a method that has one: ${methodNames.filter((name) => 'error' in methods[name]).join(', ')}.`,
    );
  }
  if (!fixed && atol === 0 && rtol === 0) {
    throw new AdvectError('invalid-option', 'solve: atol and rtol are both 0', 'Allow some error, for example atol 1e-6 and rtol 1e-6.');
  }
  if (minStep > maxStep) {
    throw new AdvectError('invalid-option', `solve: minStep ${minStep} is above maxStep ${maxStep}`, 'Give a minStep below maxStep.');
  }
  if (options.compact && options.control !== 'per-sample') {
    throw new AdvectError('invalid-option', 'solve: compact is for per-sample control', "Add control: 'per-sample', or leave compact out.");
  }
  return {
    ...(options as unknown as Problem<V>),
    tolerance: { atol, rtol },
    maxStep,
    stops,
    fixed,
    joint: options.control === 'joint',
    saveAt: orderedTimes('saveAt', options.saveAt as ArrayLike<number>, t0, t1, false),
  };
}

type Forced = { readonly stepAt: ArrayLike<number>; readonly jumpAt: ArrayLike<number> };

function readStops({ stepAt, jumpAt }: Forced, t0: number, t1: number, epsilon?: number): Stops {
  const ascending = (times: ArrayLike<number>) => Float64Array.from(times).sort((a, b) => (t1 < t0 ? b - a : a - b));
  return stopsOf(
    t0,
    t1,
    orderedTimes('stepAt', ascending(stepAt), t0, t1, false),
    orderedTimes('jumpAt', ascending(jumpAt), t0, t1, false),
    epsilon,
  );
}

/** The grid of fixed steps with the stops in their places. */
function withStops(grid: Float64Array, { times }: Stops): Float64Array {
  const direction = Math.sign(grid[grid.length - 1] - grid[0]);
  const reached = times.filter((time) => direction * (grid[grid.length - 1] - time) >= 0);
  return Float64Array.from(new Set([...grid, ...reached])).sort((a, b) => direction * (a - b));
}

function fixedTimes(
  t0: number,
  t1: number,
  steps: number | undefined,
  times: ArrayLike<number> | undefined,
  maxSteps: number,
): Float64Array | undefined {
  if (steps !== undefined && times !== undefined) {
    throw new AdvectError('invalid-option', 'solve: both steps and times are given', 'Give one of them.');
  }
  if (steps !== undefined) {
    // The solve ends at maxSteps: times after that are not needed, however many there are.
    return Float64Array.from({ length: Math.min(steps, maxSteps + 1) + 1 }, (_, i) => (i === steps ? t1 : t0 + ((t1 - t0) * i) / steps));
  }
  if (times === undefined) return undefined;
  const grid = orderedTimes('times', times, t0, t1, true);
  if (grid[0] !== t0 || grid[grid.length - 1] !== t1) {
    throw new AdvectError(
      'invalid-option',
      `solve: times run from ${grid[0]} to ${grid[grid.length - 1]}, but t0 is ${t0} and t1 is ${t1}`,
      'Begin times with t0 and end them with t1.',
    );
  }
  return grid;
}

function orderedTimes(name: string, times: ArrayLike<number>, t0: number, t1: number, strictly: boolean): Float64Array {
  const direction = t1 < t0 ? -1 : 1;
  for (let i = 0; i < times.length; i++) {
    const outside = direction * (times[i] - t0) < 0 || direction * (t1 - times[i]) < 0;
    const step = i > 0 ? direction * (times[i] - times[i - 1]) : 1;
    if (outside || step < 0 || (strictly && step === 0)) {
      throw new AdvectError(
        'invalid-option',
        `solve: ${name}[${i}] is ${times[i]}, which is ${outside ? `outside [${t0}, ${t1}]` : `not after ${times[i - 1]}`}`,
        `Order ${name} from t0 = ${t0} to t1 = ${t1}.`,
      );
    }
  }
  return Float64Array.from(times);
}
