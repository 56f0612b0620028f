import { type NdArray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { type Trace, traceColumns } from './divergence.js';
import { traceReport } from './divergence-choice.js';
import type { ConditionOptions, Flow, LogDensity, Report, SolverErrorOptions, SolverOptions } from './flow.js';
import { type Grid, gridError } from './grid-error.js';
import { type Arrival, COUNTS, type Passage } from './integrate.js';
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
  const coarse = solver?.resolved === false;
  return {
    arrived: arrival.x,
    density: {
      logProb: density,
      standardError: probes.map((error, i) => Math.hypot(error, solver?.errors[i] ?? 0)),
      ...(solver && { solverError: solver.errors }),
      ...(coarse && { resolved: false }),
      report: {
        ...totalled([report, ...(solver?.again ?? [])]),
        ...traceReport(trace),
        ...(coarse && report.diagnosis && { diagnosis: `${report.diagnosis} ${TOO_COARSE}` }),
      },
    },
  };
}

const TOO_COARSE =
  'The steps are too few for their error to be told from those with half and a quarter as many: take more, or leave out steps.';

/** The first of several reports, with the counts of all. */
export const totalled = (reports: readonly Report[]): Report => {
  const total = (name: (typeof COUNTS)[number]) => reports.reduce((sum, report) => sum + report[name], 0);
  return { ...reports[0], ...Object.fromEntries(COUNTS.map((name) => [name, total(name)])) };
};

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

/** The errors of the solver, with the reports of the further solves that it took to tell them. */
interface SolverErrors {
  readonly errors: Float64Array;
  readonly resolved?: boolean;
  readonly again?: readonly Report[];
}

/** From the error estimates of the steps, or with equal steps, which have none, from coarser grids. */
async function solverErrors(flow: Flow, departure: Departure, o: Options, fine: Passed): Promise<SolverErrors> {
  const { x, from, divergence } = departure;
  if (o.steps !== undefined) {
    const counts = new Set([Math.ceil(o.steps / 2), Math.ceil(o.steps / 4)].filter((count) => count < o.steps!));
    const grids: Grid[] = [{ steps: o.steps, values: fine.density }];
    const again: Report[] = [];
    for (const steps of counts) {
      const found = await passage(flow, departure, { ...o, steps }).catch(unlessLost);
      if (!found) break;
      grids.push({ steps, values: found.density });
      again.push(found.report);
    }
    return { ...gridError(grids, methods[o.method!].order, fine.rounding), again };
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

/** A grid may be too coarse to arrive at all. */
function unlessLost(error: unknown): undefined {
  if (!(error instanceof AdvectError && error.code === 'solve-failed')) throw error;
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
