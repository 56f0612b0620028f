import { float32Space, float64Space, productSpace, solve, type Solution, type VectorSpace } from '../../ode/index.js';
import { traceColumns } from '../divergence.js';
import { assertDone, flowField } from '../integrate.js';
import { solverSettings } from '../options.js';
import type { FieldPrograms } from '../programs/index.js';
import type { LikelihoodProblem } from './problem.js';

/** Positions, and the integrals so far: of the divergence, one column of the trace after the other, then of the penalties. */
export type Path = { x: Float32Array; integrals: Float64Array };

/** The way from data to base with the divergence alongside, as a problem for a solver: one step size for the whole batch. */
export function wayToBase(problem: LikelihoodProblem, at: FieldPrograms) {
  const { interval, solver, x } = problem;
  const rows = x.shape[0];
  return {
    space: productSpace<Path>({ x: float32Space({ rows }), integrals: integralsSpace(problem) }),
    field: flowField(at),
    y0: { x: x.data, integrals: new Float64Array(rows * columnsOf(problem).all) },
    t0: interval[1],
    t1: interval[0],
    ...solverSettings(solver, interval[1], interval[0]),
  };
}

/** From data to base. */
export async function solveForward(problem: LikelihoodProblem, at: FieldPrograms): Promise<Solution<Path>> {
  const solution = await solve<Path>(wayToBase(problem, at));
  assertDone(solution);
  return solution;
}

/** Columns of the integrals: of the trace, and of the penalties too. */
function columnsOf({ divergence: { trace, penalties = [] } }: LikelihoodProblem): { ofTrace: number; all: number } {
  const ofTrace = traceColumns(trace);
  return { ofTrace, all: ofTrace + penalties.length };
}

/** Penalties do not steer the step size. */
function integralsSpace(problem: LikelihoodProblem): VectorSpace<Float64Array> {
  const space = float64Space({ rows: problem.x.shape[0] });
  const { ofTrace, all } = columnsOf(problem);
  const measured = (v: Float64Array): Float64Array => (ofTrace === all ? v : v.filter((_, i) => i % all < ofTrace));
  return { ...space, norm: (v, a, b, tolerance, joint) => space.norm(measured(v), measured(a), measured(b), tolerance, joint) };
}

/** log p₀(z) + mean over columns of the divergence integrals, each row. */
export function logDensities(problem: LikelihoodProblem, { x: z, integrals }: Path): Float64Array {
  const { ofTrace, all } = columnsOf(problem);
  return problem.base.logProb({ shape: problem.x.shape, data: z }).map((value, i) => {
    for (let c = 0; c < ofTrace; c++) value += integrals[i * all + c] / ofTrace;
    return value;
  });
}

/** The penalties' integrals from base to data, [batch, penalties]. */
export function penaltiesOf(problem: LikelihoodProblem, { integrals }: Path): Float64Array {
  const { ofTrace, all } = columnsOf(problem);
  return integrals.filter((_, i) => i % all >= ofTrace).map((v) => -v);
}

/**
 * ∂L/∂z = wᵢ ∇log p₀(zᵢ), and ∂L/∂integrals = wᵢ / columns of the trace, wᵢ · weight for a penalty, whose integral from data
 * to base is minus its size: where every backward pass begins.
 */
export function cotangentOf(problem: LikelihoodProblem, { x: z }: Path): Path {
  const { base, divergence, weights, x } = problem;
  const { ofTrace, all } = columnsOf(problem);
  const each = Array.from({ length: all }, (_, c) => (c < ofTrace ? 1 / ofTrace : divergence.penalties![c - ofTrace].weight));
  const width = z.length / weights.length;
  return {
    x: base.score({ shape: x.shape, data: z }).data.map((v, i) => v * weights[Math.floor(i / width)]),
    integrals: Float64Array.from({ length: weights.length * all }, (_, i) => weights[Math.floor(i / all)] * each[i % all]),
  };
}
