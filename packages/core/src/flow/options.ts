import { AdvectError } from '@advect/base/errors';
import { abortSignal, boolean, integer, number, oneOf, optional, type Reader, type Readers, seed, value } from '@advect/base/options';
import { methods, type MethodName } from '../ode/index.js';
import { stepReaders } from '../ode/solve-options.js';
import type { BackendReport } from '../tensor/index.js';
import { eventsReader, type WatchOptions } from './events.js';
import type { ProgramOptions } from './programs/index.js';
import type { ConditionOptions, DecodeOptions, DivergenceOptions, SampleOptions, SolverErrorOptions, SolverOptions } from './flow.js';

/** Who is to compute. */
export const programReaders: Readers<ProgramOptions> = {
  executor: oneOf(['auto', 'wasm', 'onnx', 'eager'] as const, 'auto'),
  threads: optional(integer({ min: 1, max: 256 })),
};

const isTimes = (v: unknown): boolean =>
  (Array.isArray(v) || ArrayBuffer.isView(v)) && Array.from(v as unknown as ArrayLike<number>).every((t) => t >= 0 && t <= 1);

const flowTimes = value<ArrayLike<number>>(isTimes, 'a list of times from 0 to 1', []);

export const solverReaders: Readers<SolverOptions> = {
  ...programReaders,
  ...stepReaders,
  stepAt: flowTimes,
  jumpAt: flowTimes,
  method: oneOf(Object.keys(methods) as MethodName[], 'dopri5'),
  rtol: number({ default: 1e-5, min: 0 }),
  atol: number({ default: 1e-5, min: 1e-30 }),
  steps: optional(integer({ min: 1 })),
  control: oneOf(['per-sample', 'joint'] as const, 'per-sample'),
  maxSteps: integer({ default: 10_000, min: 1 }),
  chunk: optional(integer({ min: 1 })),
  signal: abortSignal,
};

export const watchReaders: Readers<WatchOptions> = { events: eventsReader };

/** An option that other verbs have and this one cannot: throws where it is given. */
export const refused =
  (reason: string, hint: string): Reader<undefined> =>
  (given, name) => {
    if (given !== undefined) throw new AdvectError('invalid-option', `${name} is not possible: ${reason}`, hint);
    return undefined;
  };

/** A density has no events. */
export const densityRefusals = {
  events: refused(
    'a log-density is that of the whole way from one end of time to the other',
    'Watch for events in sample, decode, encode or trajectory, then ask for the log-density of the whole way.',
  ),
};

/** Neither has its gradient, which goes back over the steps without looking out for jumps. */
export const gradientRefusals = {
  ...densityRefusals,
  jumpAt: refused(
    'a gradient evaluates the field at the end of one step and the start of the next at the same time, on one side of a jump',
    'Make a sequence of the fields before and after the jump: it is differentiated from seam to seam. Or leave jumpAt out.',
  ),
};

export const conditionReaders: Readers<ConditionOptions> = {
  label: value(
    (v) => v === undefined || typeof v === 'number' || Array.isArray(v) || v instanceof Int32Array || v instanceof Uint8Array,
    'a label, or one for each row',
  ),
  condition: value((v) => v === undefined || typeof v === 'object', 'rows of numbers'),
};

export const divergenceReaders: Readers<DivergenceOptions> = {
  divergence: oneOf(['auto', 'closed-form', 'exact', 'rademacher', 'gaussian', 'hutch++'] as const, 'auto'),
  probes: integer({ default: 8, min: 1 }),
};

export const solverErrorReaders: Readers<SolverErrorOptions> = { solverError: boolean(true) };

export const drawReaders: Readers<Pick<SampleOptions, 'seed' | 'start'>> = {
  seed: seed(),
  start: integer({ default: 0, min: 0 }),
};

export const decodeReaders: Readers<DecodeOptions> = { ...solverReaders, ...conditionReaders, ...watchReaders };

export const sampleReaders: Readers<SampleOptions> = {
  ...decodeReaders,
  ...drawReaders,
  temperature: number({ default: 1, min: 0 }),
};

/** Throws if a tolerance is finer than the backend's arithmetic can honour. */
export function checkTolerance({ rtol, steps }: SolverOptions, report: BackendReport): void {
  if (steps !== undefined || rtol! >= report.minimumTolerance) return;
  throw new AdvectError(
    'invalid-option',
    `rtol ${rtol} is finer than the ${report.backend} backend's arithmetic (about ${report.epsilon.toExponential(1)}) can honour`,
    `Use an rtol of at least ${report.minimumTolerance}.`,
  );
}

const PASSED_ON = [
  'method',
  'rtol',
  'atol',
  'steps',
  'control',
  'maxSteps',
  'firstStep',
  'controller',
  'minStep',
  'maxStep',
  'signal',
] as const;

type Passed = Pick<SolverOptions, (typeof PASSED_ON)[number] | 'stepAt' | 'jumpAt'>;

/** The part of a verb's options that `solve` takes, on the way from one time to another. */
export function solverSettings<O extends Passed>(options: O, from: number, to: number) {
  const onTheWay = (times: ArrayLike<number> = []) => Array.from(times).filter((t) => t >= Math.min(from, to) && t <= Math.max(from, to));
  return {
    ...(Object.fromEntries(PASSED_ON.map((name) => [name, options[name]])) as Pick<O, (typeof PASSED_ON)[number] & keyof O>),
    stepAt: onTheWay(options.stepAt),
    jumpAt: onTheWay(options.jumpAt),
  };
}
