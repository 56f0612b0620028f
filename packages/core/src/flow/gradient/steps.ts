import { explicitMethods, float32Space, type TakenStep, transposeStep } from '../../ode/index.js';
import { fieldPrograms, withPrograms } from '../programs/index.js';
import { cotangents, logDensities, penaltiesOf, type Path, solveForward } from './forward.js';
import { dot, gradientSum, scaled } from './gather.js';
import type { LikelihoodGradient, LikelihoodProblem } from './problem.js';

/**
 * The gradient of the likelihood as computed: backpropagation through the solver's own steps, each by the transpose of its
 * derivative (`transposeStep`). Exact for those steps; adaptive control is not differentiated.
 *
 * Memory: the states and slopes of the steps taken, which are plain arrays; there is no tape. Cost: the forward solve and
 * one pullback for each stage. The divergence's integrals are quadratures, so that their cotangent is the same at all times
 * and enters stage i of a step h with h·bᵢ.
 */
export function gradientThroughSteps(problem: LikelihoodProblem): Promise<LikelihoodGradient> {
  const { field, interval, parameters, solver, x } = problem;
  const method = explicitMethods[solver.method ?? 'dopri5'];
  return withPrograms(field, parameters, problem.computing ?? {}, async (programs) => {
    const at = fieldPrograms(programs, field, parameters, problem);
    const steps: TakenStep<Float32Array>[] = [];
    let position = x.data;
    const forward = await solveForward(problem, at, ({ t, h, accepted, slopes, y }) => {
      if (!accepted[0]) return;
      steps.push({ t: t[0], next: t[0] + h[0], y: position, slopes: slopes.map((slope: Path) => slope.x) });
      position = y.x;
    });

    const { ofZ, ofIntegrals } = cotangents(problem, forward.y.x);
    const gathered = gradientSum(parameters);
    const ends = { shift: 0, stretch: 0 };
    const duration = interval[0] - interval[1];
    const space = float32Space({ rows: x.shape[0] });
    let cotangent = ofZ;
    let backward = 0;
    for (const step of steps.reverse()) {
      const h = step.next - step.t;
      cotangent = await transposeStep(space, method, step, cotangent, async (t, state, ofVelocity, stage) => {
        backward++;
        const ofDivergence = scaled(ofIntegrals, h * method.b[stage]);
        const { u, divergence, ofX, ofT, ofParameters } = await at.pull(t, state, ofVelocity, ofDivergence);
        gathered.add(ofParameters, 1);
        // Times are end + s·duration and steps are shares of the duration, which also scales what the slopes do.
        ends.shift += ofT;
        ends.stretch += ((t - interval[1]) * ofT + dot(ofVelocity, u) + dot(ofDivergence, divergence)) / duration;
        return ofX;
      });
    }
    return {
      logProb: logDensities(problem, forward.y),
      penalties: penaltiesOf(problem, forward.y),
      parameters: gathered.total(),
      x: cotangent,
      interval: [ends.stretch, ends.shift - ends.stretch] as const,
      evaluations: { forward: forward.stats.evaluations, backward },
      executor: programs.report(),
    };
  });
}
