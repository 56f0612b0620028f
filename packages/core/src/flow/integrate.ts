import { type NdArray, ndarray, sizeOf, takeRows } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { ParameterTensors, VelocityField } from '../field/field.js';
import { float64Space, solve, type Solution, type Times, type VectorField } from '../ode/index.js';
import type { Key } from '../random/index.js';
import { type Tensor, type Tensor1D, type Tensor2D, download, tensorSpace, tf, upload, withScope } from '../tensor/index.js';
import { drawDirections, type Trace, traceColumns, traceDirections, velocityAndDivergence } from './divergence.js';
import type { Flow, SolverOptions } from './flow.js';
import { productSpace } from './product-space.js';

/** Numbers held by the directions of one chunk; bounds memory whatever the dimension. */
const MOST_DIRECTION_NUMBERS = 2 ** 22;

/** A tensor of times as a field takes it: [1] when shared, else [batch]. */
export const timeTensor = (t: Times): Tensor1D => tf.tensor1d(typeof t === 'number' ? [t] : Float32Array.from(t));

export interface Passage {
  /** Model space, [rows, ...event]. */
  readonly x: NdArray;
  readonly condition?: NdArray;
  readonly from: number;
  readonly to: number;
  /** Ask for ∫ div u dt along the way, with one key for the probes of each row. */
  readonly divergence?: { readonly trace: Trace; readonly keys: readonly Key[] };
  /** Times at which to keep the positions. */
  readonly saveAt?: readonly number[];
}

export interface Arrival {
  readonly x: NdArray;
  /** ∫ div u dt, [rows, columns] of the trace, float64. */
  readonly integrals: Float64Array;
  /** One array for each time of `saveAt`. */
  readonly saved: readonly NdArray[];
  readonly stats: { evaluations: number; accepted: number; rejected: number };
}

/** Carries rows along the flow from one time to another, in chunks that bound memory. */
export async function integrate(flow: Flow, passage: Passage, options: SolverOptions): Promise<Arrival> {
  const rows = passage.x.shape[0];
  const event = flow.field.event;
  const columns = passage.divergence ? traceColumns(passage.divergence.trace) : 0;
  const perRow = passage.divergence ? traceDirections(passage.divergence.trace, event) * sizeOf(event) : 1;
  const chunk = Math.max(1, Math.min(options.batch!, Math.floor(MOST_DIRECTION_NUMBERS / perRow)));

  const x = new Float32Array(passage.x.data.length);
  const integrals = new Float64Array(rows * columns);
  const saved = (passage.saveAt ?? []).map(() => new Float32Array(passage.x.data.length));
  const stats = { evaluations: 0, accepted: 0, rejected: 0 };

  await withScope(async (scope) => {
    const parameters = scope.run(() => Object.fromEntries(Object.entries(flow.parameters).map(([name, array]) => [name, upload(array)])));
    for (let start = 0; start < rows; start += chunk) {
      const end = Math.min(rows, start + chunk);
      const part = await integrateChunk(flow.field, parameters, rowsOf(passage, start, end), options);
      x.set(part.x.data, start * sizeOf(event));
      integrals.set(part.integrals, start * columns);
      saved.forEach((frame, i) => frame.set(part.saved[i].data, start * sizeOf(event)));
      for (const name of ['evaluations', 'accepted', 'rejected'] as const) stats[name] += part.stats[name];
    }
  });
  return { x: ndarray(x, passage.x.shape), integrals, saved: saved.map((data) => ndarray(data, passage.x.shape)), stats };
}

function rowsOf(passage: Passage, start: number, end: number): Passage {
  const rows = Int32Array.from({ length: end - start }, (_, i) => start + i);
  const { condition, divergence } = passage;
  return {
    ...passage,
    x: takeRows(passage.x, rows),
    condition: condition && takeRows(condition, rows),
    divergence: divergence && { ...divergence, keys: divergence.keys.slice(start, end) },
  };
}

type FlowState = { x: Tensor; integrals: Float64Array };

function integrateChunk(field: VelocityField, parameters: ParameterTensors, passage: Passage, options: SolverOptions): Promise<Arrival> {
  return withScope(async (scope) => {
    const { divergence, from, to } = passage;
    const rows = passage.x.shape[0];
    const columns = divergence ? traceColumns(divergence.trace) : 0;
    const x0 = scope.run(() => upload(passage.x));
    const condition = passage.condition && (scope.run(() => upload(passage.condition!)) as Tensor2D);
    const directions = divergence && scope.run(() => drawDirections(divergence.trace, divergence.keys, field.event));

    const velocity = (t: Times, x: Tensor): Tensor => scope.run(() => field.velocity(parameters, { x, t: timeTensor(t), condition }));
    const shared = { t0: from, t1: to, saveAt: passage.saveAt, ...solverSettings(options) };
    if (!divergence) {
      const solution = await solve({ space: tensorSpace(scope), field: velocity, y0: x0, ...shared });
      assertDone(solution);
      return {
        x: await download(solution.y),
        integrals: new Float64Array(0),
        saved: await Promise.all(solution.saved.map(download)),
        stats: solution.stats,
      };
    }
    const space = productSpace<FlowState>({ x: tensorSpace(scope), integrals: float64Space({ rows }) });
    const flowField: VectorField<FlowState> = (t, { x }) => {
      const step = scope.run(() =>
        velocityAndDivergence(field, parameters, { x, t: timeTensor(t), condition }, directions!, divergence.trace),
      );
      const integrals = Float64Array.from(step.divergence.dataSync());
      scope.release(step.divergence);
      return { x: step.u, integrals };
    };
    const solution = await solve({ space, field: flowField, y0: { x: x0, integrals: new Float64Array(rows * columns) }, ...shared });
    assertDone(solution);
    return {
      x: await download(solution.y.x),
      integrals: solution.y.integrals,
      saved: await Promise.all(solution.saved.map(({ x }) => download(x))),
      stats: solution.stats,
    };
  });
}

/** The part of a verb's options that `solve` takes. */
const solverSettings = ({ method, rtol, atol, steps, control, maxSteps, signal }: SolverOptions) => ({
  method,
  rtol,
  atol,
  steps,
  control,
  maxSteps,
  signal,
});

/** Throws the sentence of a solve that did not arrive, with the solution as its cause. */
export function assertDone(solution: Pick<Solution<unknown>, 'result' | 'diagnosis' | 'stats'>): void {
  if (solution.result === 'done') return;
  if (solution.result === 'aborted')
    throw new AdvectError('aborted', solution.diagnosis, 'It was told to stop; run it again for the whole result.');
  const hint = { maxSteps: 'Raise maxSteps, loosen rtol and atol, or ask for a fixed number of steps.' }[solution.result as string];
  throw new AdvectError(
    'solve-failed',
    solution.diagnosis,
    hint ?? 'Check the weights and the data for extreme values, loosen the tolerances, or train with a smaller learning rate.',
    { result: solution.result, stats: solution.stats },
  );
}
