import { type NdArray, ndarray, sizeOf, takeRows } from '@advect/base/array';
import { AdvectError, throwIfAborted } from '@advect/base/errors';
import { abortSignal, integer, type Readers } from '@advect/base/options';
import type { ExecutorReport } from '@advect/compiler';
import { breathe } from '../breathe.js';
import type { AverageField } from '../field/average.js';
import type { Tensor1D, Tensor2D } from '../tensor/index.js';
import type { ConditionOptions, Flow } from './flow.js';
import { conditionReaders, programReaders } from './options.js';
import { argumentsOf, byWeight, type ProgramOptions, rowsOf, type TracedFunction, weightInputs, withPrograms } from './programs/index.js';

/** What all verbs of few steps are told. */
export interface FewStepsSettings extends ProgramOptions, ConditionOptions {
  /** Evaluations of the field, of equal durations. Default 1. */
  readonly steps?: number;
  /** Rows computed at a time. Default 1024. */
  readonly chunk?: number;
  readonly signal?: AbortSignal;
}

export const fewStepsReaders: Readers<FewStepsSettings> = {
  ...programReaders,
  ...conditionReaders,
  steps: integer({ default: 1, min: 1, max: 10_000 }),
  chunk: integer({ default: 1024, min: 1 }),
  signal: abortSignal,
};

/** A way from one end of time to the other. */
export interface March {
  /** Model space, [rows, ...event]. */
  readonly x: NdArray;
  readonly condition?: NdArray;
  readonly from: 0 | 1;
  /** Whether to add up the mean divergence, which the field must then know. */
  readonly density: boolean;
}

/** What a verb of few steps did. */
export interface FewStepsReport {
  /** Who computed the field, with how many threads, and why; none where there were no rows. */
  readonly executor?: ExecutorReport;
  /** Evaluations of the field, summed over chunks of the rows. */
  readonly evaluations: number;
}

/** Where the rows arrive, and ∫ div u dt on the way, in the direction of travel. */
export interface Marched {
  readonly x: NdArray;
  readonly integrals: Float64Array;
  readonly report: FewStepsReport;
}

/** Goes from x to x + d·u(x, t, d), so many times, and adds up d·D(x, t, d). */
export async function march(flow: Flow, way: March, o: FewStepsSettings): Promise<Marched> {
  const field = flow.field as AverageField;
  const { density } = way;
  const [rows, size, steps] = [way.x.shape[0], sizeOf(field.event), o.steps!];
  const x = way.x.data.slice();
  const integrals = new Float64Array(rows);
  const h = (way.from === 0 ? 1 : -1) / steps;
  const executor = await withPrograms(field, flow.parameters, o, async (programs) => {
    for (let from = 0; from < rows; from += o.chunk!) {
      const to = Math.min(rows, from + o.chunk!);
      const condition =
        way.condition &&
        takeRows(
          way.condition,
          Int32Array.from({ length: to - from }, (_, i) => from + i),
        );
      const conditioned = condition !== undefined;
      let at = x.slice(from * size, to * size);
      for (let step = 0; step < steps; step++) {
        await breathe();
        throwIfAborted(o.signal, 'few steps');
        const args = argumentsOf({ x: at, condition, t: Float32Array.of(way.from + step * h), duration: Float32Array.of(h) });
        const traced = (): TracedFunction => spanFunction(field, flow, conditioned, density);
        const { u, divergence } = await programs.run(`span ${conditioned} ${density}`, traced, args);
        at = at.map((v, i) => v + h * u[i]);
        if (density) divergence.forEach((v, i) => (integrals[from + i] += h * v));
      }
      x.set(at, from * size);
    }
    return programs.report();
  });
  const evaluations = steps * Math.ceil(rows / o.chunk!);
  return { x: ndarray(x, way.x.shape), integrals, report: { ...(executor && { executor }), evaluations } };
}

/** (x, t, duration) → the mean velocity, and the mean divergence where it is wanted. */
const spanFunction = (field: AverageField, { parameters }: Flow, conditioned: boolean, density: boolean): TracedFunction => ({
  inputs: {
    x: rowsOf(...field.event),
    t: { shape: [1] },
    duration: { shape: [1] },
    ...(conditioned && { condition: rowsOf(field.conditionDim) }),
    ...weightInputs(parameters),
  },
  f: ({ x, t, duration, condition, ...rest }) => {
    const input = { x, t: t as Tensor1D, ...(condition && { condition: condition as Tensor2D }) };
    const weights = byWeight(rest);
    return {
      u: field.average(weights, input, duration as Tensor1D),
      ...(density && { divergence: field.meanDivergence!(weights, input, duration as Tensor1D) }),
    };
  },
});

/** Throws unless the field knows its mean velocities, and its mean divergence where that is wanted. */
export function requireAverage({ field }: Flow, density: boolean): void {
  if ('average' in field && (!density || 'meanDivergence' in field)) return;
  throw new AdvectError(
    'unsupported',
    `the field of kind '${field.config.kind}' knows no mean ${'average' in field ? 'divergence' : 'velocities'}`,
    'average' in field
      ? 'Make it with averageField({ field, divergence }) and train it with meanDivergence; or use flow.logProb.'
      : 'Make it with averageField and train it with meanFlow; or use flow.sample.',
  );
}
