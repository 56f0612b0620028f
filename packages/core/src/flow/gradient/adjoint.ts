import { explicitMethods, float32Space, solve, whenSettled } from '../../ode/index.js';
import { assertDone } from '../integrate.js';
import { productSpace } from '../../ode/product-space.js';
import { fieldPrograms, type Flux, withPrograms } from '../programs/index.js';
import { cotangents, logDensities, penaltiesOf, solveForward } from './forward.js';
import { dot, gradientSum, scaled } from './gather.js';
import type { LikelihoodGradient, LikelihoodProblem } from './problem.js';

/** Position and adjoint a = ∂L/∂x. */
type AdjointState = { x: Float32Array; adjoint: Float32Array };

/** The slope of a state, with the weights' gradients at that point, which the solver carries along without looking at them. */
interface AdjointSlope extends AdjointState {
  readonly divergence: Float64Array;
  readonly ofParameters: { readonly [name: string]: Float32Array };
}

/**
 * The gradient of the likelihood by the continuous adjoint: a second ODE from base back to data, in constant memory.
 *
 * With f = (u, div u) and a constant cotangent of the divergence, da/dt = −∂ₓ(a·u + c div u) and
 * dg/dt = −∂_θ(a·u + c div u). The latter is a pure quadrature: it is summed with the method's own weights over the
 * accepted steps, is not formed at the stages in between, and does not steer the step size (seminorm). At the ends
 * ∂L/∂start = a·u + c div u and ∂L/∂end = −(a·u + c div u). Agrees with backpropagation through the steps up to the tolerance.
 *
 * Reference: Chen et al. (2018), Neural ordinary differential equations, appendix B; Kidger, Chen, Lyons (2021).
 */
export function gradientByAdjoint(problem: LikelihoodProblem): Promise<LikelihoodGradient> {
  const { field, interval, parameters, solver, x } = problem;
  const method = explicitMethods[solver.method ?? 'dopri5'];
  return withPrograms(field, parameters, problem.computing ?? {}, async (programs) => {
    const at = fieldPrograms(programs, field, parameters, problem);
    /** What the field is at either end, from the first slope of the solve that sets out there. */
    const ends: { start?: Flux; end?: Flux } = {};
    const forward = await solveForward(problem, at, ({ slopes: [{ x: u, integrals: divergence }] }) => {
      ends.end ??= { u, divergence };
    });
    const { ofZ, ofIntegrals } = cotangents(problem, forward.y.x);
    /** a·u + c div u, summed over the batch. */
    const pairing = (adjoint: Float32Array, { u, divergence }: Flux): number => dot(adjoint, u) + dot(ofIntegrals, divergence);
    const y0: AdjointState = { x: forward.y.x, adjoint: ofZ };
    const gathered = gradientSum(parameters);
    const rows = x.shape[0];
    const backward = await solve<AdjointState>({
      space: productSpace<AdjointState>({ x: float32Space({ rows }), adjoint: float32Space({ rows }) }),
      field: (t, state) =>
        whenSettled(at.pull(t as number, state.x, state.adjoint, ofIntegrals), ({ u, divergence, ofX, ofParameters }): AdjointSlope => ({
          x: u,
          adjoint: scaled(ofX, -1),
          divergence,
          ofParameters,
        })),
      y0,
      t0: interval[0],
      t1: interval[1],
      control: 'joint',
      onStep({ h, accepted, slopes }) {
        const { x: u, divergence } = slopes[0] as AdjointSlope;
        ends.start ??= { u, divergence };
        if (!accepted[0]) return;
        slopes.forEach((slope, i) => {
          if (method.b[i] !== 0) gathered.add((slope as AdjointSlope).ofParameters, -h[0] * method.b[i]);
        });
      },
      ...solver,
    });
    assertDone(backward);
    // An interval of length 0 takes no step.
    const start = ends.start ?? (await at.velocityAndDivergence(interval[0], forward.y.x));
    const end = ends.end ?? (await at.velocityAndDivergence(interval[1], x.data));
    return {
      logProb: logDensities(problem, forward.y),
      penalties: penaltiesOf(problem, forward.y),
      parameters: gathered.total(),
      x: backward.y.adjoint,
      interval: [pairing(ofZ, start), -pairing(backward.y.adjoint, end)] as const,
      evaluations: { forward: forward.stats.evaluations, backward: backward.stats.evaluations },
      executor: programs.report(),
    };
  });
}
