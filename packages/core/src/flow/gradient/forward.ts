import { float32Space, float64Space, solve, type Solution, type StepReport } from '../../ode/index.js';
import { traceColumns } from '../divergence.js';
import { assertDone, flowField } from '../integrate.js';
import { productSpace } from '../product-space.js';
import type { FieldPrograms } from '../programs/index.js';
import type { LikelihoodProblem } from './problem.js';

/** Positions, and the integrals of the divergence so far. */
export type Path = { x: Float32Array; integrals: Float64Array };

/** From data to base with the divergence alongside, one step size for the whole batch. */
export async function solveForward(
  problem: LikelihoodProblem,
  at: FieldPrograms,
  onStep?: (step: StepReport<Path>) => void,
): Promise<Solution<Path>> {
  const { divergence, interval, solver, x } = problem;
  const rows = x.shape[0];
  const solution = await solve<Path>({
    space: productSpace<Path>({ x: float32Space({ rows }), integrals: float64Space({ rows }) }),
    field: flowField(at),
    y0: { x: x.data, integrals: new Float64Array(rows * traceColumns(divergence.trace)) },
    t0: interval[1],
    t1: interval[0],
    control: 'joint',
    onStep,
    ...solver,
  });
  assertDone(solution);
  return solution;
}

/** log p₀(z) + mean over columns of the divergence integrals, each row. */
export function logDensities({ base, divergence, x }: LikelihoodProblem, { x: z, integrals }: Path): Float64Array {
  const columns = traceColumns(divergence.trace);
  return base.logProb({ shape: x.shape, data: z }).map((value, i) => {
    for (let c = 0; c < columns; c++) value += integrals[i * columns + c] / columns;
    return value;
  });
}

/** ∂L/∂z = wᵢ ∇log p₀(zᵢ), and ∂L/∂integrals = wᵢ / columns: where every backward pass begins. */
export function cotangents(
  { base, divergence, weights, x }: LikelihoodProblem,
  z: Float32Array,
): { ofZ: Float32Array; ofIntegrals: Float32Array } {
  const columns = traceColumns(divergence.trace);
  const width = z.length / weights.length;
  return {
    ofZ: base.score({ shape: x.shape, data: z }).data.map((v, i) => v * weights[Math.floor(i / width)]),
    ofIntegrals: Float32Array.from({ length: weights.length * columns }, (_, i) => weights[Math.floor(i / columns)] / columns),
  };
}
