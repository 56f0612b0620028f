import { AdvectError } from '@advect/base/errors';
import { abortSignal, boolean, integer, number, oneOf, optional, type Readers, seed, value } from '@advect/base/options';
import { methods, type MethodName } from '../ode/index.js';
import type { BackendReport } from '../tensor/index.js';
import type { ProgramOptions } from './programs/index.js';
import type { ConditionOptions, DivergenceOptions, SampleOptions, SolverErrorOptions, SolverOptions } from './flow.js';

/** Who is to compute. */
export const programReaders: Readers<ProgramOptions> = {
  executor: oneOf(['auto', 'wasm', 'onnx', 'eager'] as const, 'auto'),
  threads: optional(integer({ min: 1, max: 256 })),
};

export const solverReaders: Readers<SolverOptions> = {
  ...programReaders,
  method: oneOf(Object.keys(methods) as MethodName[], 'dopri5'),
  rtol: number({ default: 1e-5, min: 0 }),
  atol: number({ default: 1e-5, min: 1e-30 }),
  steps: optional(integer({ min: 1 })),
  control: oneOf(['per-sample', 'joint'] as const, 'per-sample'),
  maxSteps: integer({ default: 10_000, min: 1 }),
  batch: optional(integer({ min: 1 })),
  signal: abortSignal,
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

export const sampleReaders: Readers<SampleOptions> = {
  ...solverReaders,
  ...conditionReaders,
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
