import { type NdArray, ndarray, sizeOf, takeRows } from '@advect/base/array';
import { AdvectError, throwIfAborted } from '@advect/base/errors';
import { abortSignal, integer, number, readOptions, seed } from '@advect/base/options';
import type { ExecutorReport } from '@advect/compiler';
import { breathe } from '../breathe.js';
import type { AverageField } from '../field/average.js';
import { key, split } from '../random/index.js';
import { ready, type Tensor1D, type Tensor2D, toHost } from '../tensor/index.js';
import { conditionRows } from './condition.js';
import type { ConditionOptions, Flow } from './flow.js';
import { conditionReaders, programReaders } from './options.js';
import { argumentsOf, byWeight, type ProgramOptions, rowsOf, type TracedFunction, weightInputs, withPrograms } from './programs/index.js';
import { toDataSpace } from './transforms/index.js';

/** Options of `sampleFewSteps`. */
export interface FewStepsOptions extends ProgramOptions, ConditionOptions {
  /** Evaluations of the field, from noise to data in equal durations. Default 1. */
  readonly steps?: number;
  /** Default 0. The same noise as `flow.sample` draws with this seed. */
  readonly seed?: number;
  /** Number of the first sample. Default 0. */
  readonly start?: number;
  /** Scale of the base noise. Default 1. */
  readonly temperature?: number;
  /** Samples made at a time. Default 1024. */
  readonly batch?: number;
  readonly signal?: AbortSignal;
}

/**
 * Samples a flow whose field knows its mean velocities (`averageField`, trained with `meanFlow`): each step goes to
 * x + d·u(x, t, d). One step may do; two or four repair what it misses. `flow.sample` with the same seed shows where the
 * flow's own equation leads from the same noise.
 *
 * @throws AdvectError `unsupported` for other fields
 */
export async function sampleFewSteps(
  flow: Flow,
  count: number,
  options?: FewStepsOptions,
): Promise<{ x: NdArray; executor?: ExecutorReport }> {
  const o = readOptions<FewStepsOptions>('sampleFewSteps', options, {
    ...programReaders,
    ...conditionReaders,
    steps: integer({ default: 1, min: 1, max: 10_000 }),
    seed: seed(),
    start: integer({ default: 0, min: 0 }),
    temperature: number({ default: 1, min: 0 }),
    batch: integer({ default: 1024, min: 1 }),
    signal: abortSignal,
  });
  const field = requireAverage(flow);
  const rows = integer({ min: 0 })(count, 'sampleFewSteps: count');
  const given = o.condition === undefined ? o : { ...o, condition: await toHost(o.condition, 'condition') };
  const condition = conditionRows(given, rows, field.conditionDim);
  await ready();
  const noise = flow.base.sample(split(key(o.seed!), 'noise'), rows, field.event, o.start!);
  const x = noise.data.map((v) => v * o.temperature!);
  const size = sizeOf(field.event);
  const executor = await withPrograms(field, flow.parameters, o, async (programs) => {
    for (let from = 0; from < rows; from += o.batch!) {
      const to = Math.min(rows, from + o.batch!);
      const part =
        condition &&
        takeRows(
          condition,
          Int32Array.from({ length: to - from }, (_, i) => from + i),
        );
      let at = x.slice(from * size, to * size);
      for (let step = 0; step < o.steps!; step++) {
        await breathe();
        throwIfAborted(o.signal, 'sampleFewSteps');
        const span = { t: Float32Array.of(step / o.steps!), duration: Float32Array.of(1 / o.steps!) };
        const traced = () => averageFunction(field, flow, part !== undefined);
        const { u } = await programs.run(`average ${part !== undefined}`, traced, argumentsOf({ x: at, condition: part, ...span }));
        at = at.map((v, i) => v + u[i] / o.steps!);
      }
      x.set(at, from * size);
    }
    return programs.report();
  });
  return { x: toDataSpace(flow.transforms, ndarray(x, noise.shape)), ...(executor && { executor }) };
}

/** (x, t, duration) → the mean velocity. */
const averageFunction = (field: AverageField, { parameters }: Flow, conditioned: boolean): TracedFunction => ({
  inputs: {
    x: rowsOf(...field.event),
    t: { shape: [1] },
    duration: { shape: [1] },
    ...(conditioned && { condition: rowsOf(field.conditionDim) }),
    ...weightInputs(parameters),
  },
  f: ({ x, t, duration, condition, ...rest }) => {
    const input = { x, t: t as Tensor1D, ...(condition && { condition: condition as Tensor2D }) };
    return { u: field.average(byWeight(rest), input, duration as Tensor1D) };
  },
});

function requireAverage({ field }: Flow): AverageField {
  if ('average' in field) return field as AverageField;
  throw new AdvectError(
    'unsupported',
    `the field of kind '${field.config.kind}' knows no mean velocities`,
    'Make the field with averageField and train it with meanFlow; or use flow.sample.',
  );
}
