import { type NdArray, ndarray, sizeOf, takeRows } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { ExecutorReport } from '@advect/compiler';
import {
  type EventOptions,
  float32Space,
  float64Space,
  type LocatedEvent,
  methods,
  productSpace,
  solve,
  type Solution,
  type StepReport,
  type VectorField,
} from '../ode/index.js';
import { whenSettled } from '../ode/settle.js';
import type { Key } from '../random/index.js';
import { type Trace, traceColumns, traceDirections } from './divergence.js';
import { type FlowEvent, type FlowEventOptions, seen, watching } from './events.js';
import type { Flow, SolverOptions } from './flow.js';
import { type Leg, legsOf } from './legs.js';
import { solverSettings } from './options.js';
import { addDefects, type Defects, joinDefects, noDefects } from './solver-error.js';
import { fieldPrograms, type FieldPrograms, withPrograms } from './programs/index.js';

/** Rows solved at a time by default. */
const ROWS_AT_A_TIME = 1024;

/** Numbers held by the directions of one chunk; bounds memory whatever the dimension. */
const MOST_DIRECTION_NUMBERS = 2 ** 22;

/** What is counted, chunk by chunk, leg by leg and draw by draw. */
export const COUNTS = ['evaluations', 'rowEvaluations', 'accepted', 'rejected'] as const;

const NOTHING: Arrival['stats'] = { evaluations: 0, rowEvaluations: 0, accepted: 0, rejected: 0 };

/** What a solve says about itself and about the field. */
export type Course = Pick<Solution<unknown>, 'gauge' | 'diagnosis'>;

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
  /** What to watch for, without the divergence and under per-sample control. */
  readonly events?: readonly FlowEventOptions[];
}

export interface Arrival {
  readonly x: NdArray;
  /** ∫ div u dt, [rows, columns] of the trace, float64. */
  readonly integrals: Float64Array;
  /** What the error estimates of the steps add up to; zero without the divergence or with equal steps. */
  readonly defects: Defects;
  /** One array for each time of `saveAt`, NaN in rows that ended before. */
  readonly saved: readonly NdArray[];
  readonly events: readonly FlowEvent[];
  readonly stats: { [name in (typeof COUNTS)[number]]: number };
  /** Of the solve with the largest Lipschitz estimate; none where there were no rows. */
  readonly course?: Course;
  /** Who computed the field; none where there were no rows. */
  readonly executor?: ExecutorReport;
}

/** Carries rows along the flow from one time to another, leg by leg where its field has pieces. */
export async function integrate(flow: Flow, passage: Passage, options: SolverOptions): Promise<Arrival> {
  const legs = legsOf(flow.field, flow.parameters, passage.from, passage.to);
  let x = passage.x;
  const arrivals: Arrival[] = [];
  for (const leg of legs) {
    const saveAt = passage.saveAt?.filter((t) => leg === legs.find((other) => isWithin(t, other)));
    arrivals.push(await integrateLeg(leg, { ...passage, x, from: leg.from, to: leg.to, saveAt }, options));
    x = arrivals.at(-1)!.x;
  }
  if (arrivals.length === 1) return arrivals[0];
  let [integrals, defects] = [arrivals[0].integrals, arrivals[0].defects];
  for (const next of arrivals.slice(1)) {
    defects = joinDefects({ integrals, defects }, next, sizeOf(flow.field.event));
    integrals = integrals.map((v, i) => v + next.integrals[i]);
  }
  return {
    x,
    integrals,
    defects,
    saved: arrivals.flatMap(({ saved }) => saved),
    events: arrivals.flatMap(({ events }) => events),
    stats: arrivals.reduce((sums, { stats }) => added(sums, stats), NOTHING),
    course: arrivals.map(({ course }) => course).reduce(steeper),
    ...(arrivals[0].executor && { executor: arrivals[0].executor }),
  };
}

const added = (a: Arrival['stats'], b: Arrival['stats']): Arrival['stats'] =>
  Object.fromEntries(COUNTS.map((name) => [name, a[name] + b[name]])) as Arrival['stats'];

/** The one of two solves whose field is steeper. */
const steeper = (a: Course | undefined, b: Course | undefined): Course | undefined =>
  a && b ? (b.gauge.lipschitz > a.gauge.lipschitz ? b : a) : (a ?? b);

const isWithin = (t: number, { from, to }: Leg): boolean => t >= Math.min(from, to) && t <= Math.max(from, to);

/** Under one field, in chunks that bound memory. */
async function integrateLeg({ field, parameters }: Leg, passage: Passage, options: SolverOptions): Promise<Arrival> {
  const rows = passage.x.shape[0];
  const { event } = field;
  const size = sizeOf(event);
  const columns = passage.divergence ? traceColumns(passage.divergence.trace) : 0;
  const perRow = passage.divergence ? traceDirections(passage.divergence.trace, event) * size : 0;
  const chunk = Math.max(1, Math.min(options.chunk ?? ROWS_AT_A_TIME, Math.floor(MOST_DIRECTION_NUMBERS / Math.max(1, perRow))));

  const x = new Float32Array(passage.x.data.length);
  const integrals = new Float64Array(rows * columns);
  const saved = (passage.saveAt ?? []).map(() => new Float32Array(passage.x.data.length).fill(NaN));
  const events: FlowEvent[] = [];
  const defects = noDefects(rows);
  const embeddedOrder = methods[options.method ?? 'dopri5'].embeddedOrder ?? 0;
  let stats = NOTHING;
  let course: Course | undefined;

  const executor = await withPrograms(field, parameters, options, async (programs) => {
    for (let start = 0; start < rows; start += chunk) {
      const end = Math.min(rows, start + chunk);
      const part = rowsOf(passage, start, end);
      const there = await integrateChunk(fieldPrograms(programs, field, parameters, part), part, options, {
        onStep: (step) => addDefects(defects, step, embeddedOrder, start, end - start),
        events: watching(passage.events ?? [], event, start),
      });
      x.set(there.x, start * size);
      integrals.set(there.integrals, start * columns);
      there.saved.forEach((points, i) => saved[i].set(points, start * size));
      for (const one of seen(there.events, event, start)) events.push(one);
      stats = added(stats, there.stats);
      course = steeper(course, there.course);
    }
    return programs.report();
  });
  return {
    x: ndarray(x, passage.x.shape),
    integrals,
    defects,
    saved: saved.map((data) => ndarray(data, passage.x.shape)),
    events,
    stats,
    course,
    ...(executor && { executor }),
  };
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

type FlowState = { x: Float32Array; integrals: Float64Array };

/** Where the rows of a chunk arrive. */
interface Landing extends FlowState {
  readonly saved: readonly Float32Array[];
  readonly events: readonly LocatedEvent<Float32Array>[];
  readonly stats: Arrival['stats'];
  readonly course: Course;
}

/** What is looked at on the way: steps with the divergence alongside, events without. */
interface Watch {
  readonly onStep: (step: StepReport<FlowState>) => void;
  readonly events: readonly EventOptions<Float32Array>[];
}

async function integrateChunk(
  at: FieldPrograms,
  { x, divergence, from, to, saveAt }: Passage,
  options: SolverOptions,
  { onStep, events }: Watch,
): Promise<Landing> {
  const rows = x.shape[0];
  const compact = options.control === 'per-sample';
  const shared = { t0: from, t1: to, saveAt, compact, ...solverSettings(options, from, to) };
  if (!divergence) {
    const { velocity: field, jacobian } = at;
    const solution = await solve({ space: float32Space({ rows }), field, jacobian, y0: x.data, events, ...shared });
    assertDone(solution);
    const { y, saved, stats } = solution;
    return { x: y, integrals: new Float64Array(0), saved, events: solution.events ?? [], stats, course: solution };
  }
  const space = productSpace<FlowState>({ x: float32Space({ rows }), integrals: float64Space({ rows }) });
  const y0 = { x: x.data, integrals: new Float64Array(rows * traceColumns(divergence.trace)) };
  const solution = await solve({ space, field: flowField(at), y0, onStep, ...shared });
  assertDone(solution);
  return { ...solution.y, saved: solution.saved.map((state) => state.x), events: [], stats: solution.stats, course: solution };
}

/** Positions move with the field, the integrals grow by its divergence. */
export const flowField =
  (at: FieldPrograms): VectorField<FlowState> =>
  (t, { x }, rows) =>
    whenSettled(at.velocityAndDivergence(t, x, rows), ({ u, divergence }) => ({ x: u, integrals: divergence }));

/** Throws the sentence of a solve that neither arrived nor met a terminal event, with the solution as its cause. */
export function assertDone(solution: Pick<Solution<unknown>, 'diagnosis' | 'stats'> & { readonly result: string }): void {
  if (solution.result === 'done' || solution.result === 'event') return;
  if (solution.result === 'aborted')
    throw new AdvectError('aborted', solution.diagnosis, 'It was told to stop; run it again for the whole result.');
  const hint = { maxSteps: 'Raise maxSteps, loosen rtol and atol, or ask for a fixed number of steps.' }[solution.result];
  throw new AdvectError(
    'solve-failed',
    solution.diagnosis,
    hint ?? 'Check the weights and the data for extreme values, loosen the tolerances, or train with a smaller learning rate.',
    { result: solution.result, stats: solution.stats },
  );
}
