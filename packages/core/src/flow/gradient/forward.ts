import { float64Space, solve, type Solution, type Times } from '../../ode/index.js';
import { type Scope, type Tensor, tensorSpace } from '../../tensor/index.js';
import { traceColumns, velocityAndDivergence } from '../divergence.js';
import { assertDone, timeTensor } from '../integrate.js';
import { productSpace } from '../product-space.js';
import type { LikelihoodProblem } from './problem.js';

export type Path = { x: Tensor; integrals: Float64Array };

/** From data to base with the divergence alongside, one step size for the whole batch. The scope owns what comes out. */
export async function solveForward(problem: LikelihoodProblem, scope: Scope): Promise<Solution<Path>> {
  const { field, parameters, condition, trace, directions, interval, solver, x } = problem;
  const rows = x.shape[0];
  const solution = await solve<Path>({
    space: productSpace<Path>({ x: tensorSpace(scope), integrals: float64Space({ rows }) }),
    field: (t: Times, at) => {
      const slope = scope.run(() => velocityAndDivergence(field, parameters, { x: at.x, t: timeTensor(t), condition }, directions, trace));
      const integrals = Float64Array.from(slope.divergence.dataSync());
      scope.release(slope.divergence);
      return { x: slope.u, integrals };
    },
    y0: { x, integrals: new Float64Array(rows * traceColumns(trace)) },
    t0: interval[1],
    t1: interval[0],
    control: 'joint',
    ...solver,
  });
  assertDone(solution);
  return solution;
}

/** log p₀(z) + mean over columns of the divergence integrals, each row. */
export function logDensities(problem: LikelihoodProblem, logBase: Float64Array, integrals: ArrayLike<number>): Float64Array {
  const columns = traceColumns(problem.trace);
  return logBase.map((value, i) => {
    for (let c = 0; c < columns; c++) value += integrals[i * columns + c] / columns;
    return value;
  });
}
