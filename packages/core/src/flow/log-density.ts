import { type NdArray, sizeOf } from '@advect/base/array';
import { type Trace, traceColumns } from './divergence.js';
import type { ConditionOptions, Flow, LogDensity, Report, SolverErrorOptions, SolverOptions } from './flow.js';
import type { Arrival, Passage } from './integrate.js';
import { methods } from '../ode/index.js';
import { solverError } from './solver-error.js';
import { studentWidth } from './student.js';
import { travel } from './travel.js';

/** Rows that set out from one end of time to learn their log-density on the way. */
export interface Departure {
  /** Model space, [rows, ...event]. */
  readonly x: NdArray;
  readonly from: 0 | 1;
  readonly divergence: NonNullable<Passage['divergence']>;
  /** Log-determinant of the transforms for each row, given where the rows arrive. */
  readonly logDet: (arrived: NdArray) => Float64Array;
}

type Options = SolverOptions & ConditionOptions & SolverErrorOptions;

/** Moves rows from one end of time to the other, with their log-densities and how sure these are. */
export async function travelWithDensity(flow: Flow, departure: Departure, o: Options): Promise<{ arrived: NdArray; density: LogDensity }> {
  const { arrival, report, density, rounding } = await passage(flow, departure, o);
  const { trace } = departure.divergence;
  const solver = o.solverError ? await solverErrors(flow, departure, o, { arrival, density, rounding }) : undefined;
  const probes = probeErrors(arrival.integrals, trace);
  return {
    arrived: arrival.x,
    density: {
      logProb: density,
      standardError: probes.map((error, i) => Math.hypot(error, solver?.errors[i] ?? 0)),
      ...(solver && { solverError: solver.errors }),
      report: {
        ...report,
        ...described(trace),
        evaluations: report.evaluations + (solver?.again?.evaluations ?? 0),
        rowEvaluations: report.rowEvaluations + (solver?.again?.rowEvaluations ?? 0),
      },
    },
  };
}

interface Passed {
  readonly arrival: Arrival;
  readonly density: Float64Array;
  /** What float32 leaves unknown of each: a unit in the last place of its parts, and of each number of the point. */
  readonly rounding: Float64Array;
}

async function passage(flow: Flow, { x, from, divergence, logDet }: Departure, o: Options): Promise<Passed & { report: Report }> {
  const { arrival, report } = await travel(flow, x, from, 1 - from, o, { divergence });
  const ofTransforms = logDet(arrival.x);
  const ofIntegrals = columnMeans(arrival.integrals, divergence.trace);
  const density = flow.base
    .logProb(from === 0 ? x : arrival.x)
    .map((value, i) => value + ofTransforms[i] + (from === 0 ? -ofIntegrals[i] : ofIntegrals[i]));
  const rounding = density.map((value, i) => 2 ** -23 * (Math.abs(value) + Math.abs(ofIntegrals[i]) + sizeOf(flow.field.event)));
  return { arrival, report, density, rounding };
}

/**
 * The solver's error of each log-density: from the error estimates of its steps, or with equal steps, which have none, the
 * difference to half as many (NaN for a single one). With the report of that second solve, where there was one.
 */
async function solverErrors(flow: Flow, departure: Departure, o: Options, fine: Passed): Promise<{ errors: Float64Array; again?: Report }> {
  const { x, from, divergence } = departure;
  if (o.steps !== undefined) {
    if (o.steps < 2) return { errors: fine.density.map(() => NaN) };
    const { density, report } = await passage(flow, departure, { ...o, steps: Math.ceil(o.steps / 2) });
    const factor = Math.max(1, 3 / (2 ** methods[o.method!].order - 1));
    const errors = density.map((value, i) => factor * Math.abs(value - fine.density[i]) + fine.rounding[i]);
    return { errors, again: report };
  }
  const dim = sizeOf(flow.field.event);
  const scores = flow.base.score(from === 0 ? x : fine.arrival.x).data;
  const integrals = columnMeans(fine.arrival.integrals, divergence.trace);
  const errors = fine.density.map((_, i) => {
    const score = Math.sqrt(scores.subarray(i * dim, (i + 1) * dim).reduce((sum, v) => sum + v * v, 0));
    return fine.rounding[i] + solverError(fine.arrival.defects, i, dim, score, from === 0 ? 0 : integrals[i]);
  });
  return { errors };
}

function columnMeans(integrals: Float64Array, trace: Trace): Float64Array {
  const columns = traceColumns(trace);
  return Float64Array.from({ length: integrals.length / columns }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += integrals[i * columns + c];
    return sum / columns;
  });
}

/**
 * Standard error of the mean over a row's columns, widened where there are few of them. 0 where the trace has no probes, NaN
 * where it has one column.
 */
function probeErrors(integrals: Float64Array, trace: Trace): Float64Array {
  const columns = traceColumns(trace);
  return columnMeans(integrals, trace).map((mean, i) => {
    if (!('probes' in trace)) return 0;
    let squares = 0;
    for (let c = 0; c < columns; c++) squares += (integrals[i * columns + c] - mean) ** 2;
    return studentWidth(columns - 1) * Math.sqrt(squares / (columns - 1) / columns);
  });
}

const described = (trace: Trace): Pick<Report, 'divergence' | 'probes'> =>
  'probes' in trace ? { divergence: trace.kind, probes: trace.probes } : { divergence: trace.kind };
