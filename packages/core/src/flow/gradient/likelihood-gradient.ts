import { float32Space, type GradientMode, solveWithGradient } from '../../ode/index.js';
import { whenSettled } from '../../ode/settle.js';
import { assertDone } from '../integrate.js';
import { fieldPrograms, withPrograms } from '../programs/index.js';
import { cotangentOf, logDensities, type Path, penaltiesOf, wayToBase } from './forward.js';
import { gradientSum } from './gather.js';
import type { LikelihoodGradient, LikelihoodProblem } from './problem.js';

/** What a pullback says about weights and condition. */
interface Part {
  readonly ofParameters: { readonly [name: string]: Float32Array };
  readonly ofCondition?: Float32Array;
}

/**
 * The gradient of the likelihood, in any of the ways in which a solve can be differentiated (`solveWithGradient`). The
 * cotangent of the divergence's integrals, which are quadratures, is the same at all times. The continuous adjoints' steps
 * go by the positions and their adjoint alone.
 *
 * References: Chen et al. (2018), Neural ordinary differential equations, appendix B; W. Grathwohl et al. (2019), FFJORD.
 */
export function likelihoodGradient(problem: LikelihoodProblem, gradient: GradientMode = 'steps'): Promise<LikelihoodGradient> {
  const { field, parameters, x } = problem;
  return withPrograms(field, parameters, problem.computing ?? {}, async (programs) => {
    const at = fieldPrograms(programs, field, parameters, problem);
    const way = wayToBase(problem, at);
    const positions = float32Space({ rows: x.shape[0] });
    const still = new Float64Array(way.y0.integrals.length);
    const gathered = gradientSum(parameters);
    const ofCondition = gradientSum(problem.ofCondition ? { condition: problem.condition! } : {});
    const found = await solveWithGradient<Path, Part>({
      ...way,
      gradient,
      pull: (t, path, cotangent) =>
        whenSettled(at.pull(t, path.x, cotangent.x, Float32Array.from(cotangent.integrals)), ({ u, divergence, ofX, ofT, ...part }) => ({
          ofY: { x: ofX, integrals: still },
          ofT,
          ofParameters: part,
          slope: { x: u, integrals: divergence },
        })),
      gather(part, scale) {
        gathered.add(part.ofParameters, scale);
        if (part.ofCondition) ofCondition.add({ condition: part.ofCondition }, scale);
      },
      ofEnd: (end) => cotangentOf(problem, end),
      adjointNorm: (v, a, b, tolerance, joint) => positions.norm(v.x, a.x, b.x, tolerance, joint),
    });
    const { solution, failure, evaluations } = found;
    if (failure) assertDone(failure);
    const { y0, t0, t1 } = found.gradient!;
    return {
      logProb: logDensities(problem, solution.y),
      penalties: penaltiesOf(problem, solution.y),
      parameters: gathered.total(),
      x: y0.x,
      ...ofCondition.total(),
      interval: [t1, t0] as const,
      evaluations: { forward: solution.stats.evaluations, again: evaluations.again, backward: evaluations.pullbacks },
      executor: programs.report(),
    };
  });
}
