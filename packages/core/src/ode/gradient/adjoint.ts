import type { Pending, VectorSpace } from '../problem.js';
import { productSpace } from '../product-space.js';
import { whenSettled } from '../settle.js';
import type { Solution, SolveOptions } from '../solution.js';
import { solve } from '../solve.js';
import type { ExplicitMethod } from '../tableau.js';
import type { FieldPullback, Gather } from './pull.js';

/** A state and its adjoint a = ∂L/∂y; the state is left out where the forward solution is at hand. */
type AdjointState<V> = { y: V; adjoint: V };

export interface AdjointProblem<V, P> extends Pick<
  SolveOptions<V>,
  'rtol' | 'atol' | 'steps' | 'times' | 'maxSteps' | 'firstStep' | 'signal'
> {
  readonly space: VectorSpace<V>;
  readonly method: ExplicitMethod;
  /** With the slope in what it returns, unless `path` is given. */
  readonly pull: FieldPullback<V, P>;
  readonly gather?: Gather<P>;
  /** Time, state and cotangent of the end that the forward solve came to; and the time that it began at. */
  readonly t1: number;
  readonly y1: V;
  readonly ofY1: V;
  readonly t0: number;
  /** The forward solution: a new state. Without it the state is integrated backward beside its adjoint. */
  readonly path?: (t: number) => V;
}

/** How the adjoint arrived at t0, and what became of it there. */
export type AdjointSolution<V> = Pick<Solution<V>, 'y' | 'result' | 'diagnosis' | 'stats'>;

/**
 * The continuous adjoint: da/dt = −Jᵀa from t1 back to t0. What belongs to parameters is a pure quadrature: it is summed with
 * the method's own weights over the accepted steps and does not steer the step size (seminorm).
 *
 * Without `path` in constant memory; the state is integrated back, so that its error there adds to the adjoint's. With it
 * (interpolated) the state is as near as dense output is.
 * References: L. S. Pontryagin et al. (1962); Chen et al. (2018), Neural ordinary differential equations, appendix B; P. Kidger,
 * R. T. Q. Chen, T. Lyons (2021), "Hey, that's not an ODE".
 */
export async function adjointSolve<V, P>(problem: AdjointProblem<V, P>): Promise<AdjointSolution<V>> {
  const { space, pull, gather, path, method, t0, t1, y1, ofY1, ...control } = problem;
  /** ∂L/∂parameters per unit of time at each slope, which the solver carries along without looking at it. */
  const ofParameters = new WeakMap<object, P>();
  const remember = <S>(slope: S, part: P | undefined): S => {
    if (part !== undefined) ofParameters.set(slope as object, part);
    return slope;
  };
  const minus = (state: V): V => {
    const negative = space.blend([state], [-1]);
    space.release(state);
    return negative;
  };
  const gatherStep = (h: number, slopes: readonly unknown[]): void =>
    slopes.forEach((slope, i) => {
      const part = ofParameters.get(slope as object);
      if (part !== undefined && method.b[i] !== 0) gather?.(part, -h * method.b[i]);
    });
  const shared = { ...control, method, t0: t1, t1: t0 };

  if (path) {
    const field = (t: number, adjoint: V): Pending<V> => {
      const y = path(t);
      return whenSettled(pull(t, y, adjoint), ({ ofY, ofParameters: part, slope }) => {
        space.release(y);
        if (slope !== undefined) space.release(slope);
        return remember(minus(ofY), part);
      });
    };
    return await solve<V>({
      ...shared,
      space,
      field: (t, adjoint) => field(t as number, adjoint),
      y0: ofY1,
      onStep: ({ h, accepted, slopes }) => void (accepted[0] && gatherStep(h[0], slopes)),
    });
  }
  const pair = productSpace<AdjointState<V>>({ y: space, adjoint: space });
  const { y, result, diagnosis, stats } = await solve<AdjointState<V>>({
    ...shared,
    space: pair,
    field: (t, state) =>
      whenSettled(pull(t as number, state.y, state.adjoint), ({ ofY, ofParameters: part, slope }) =>
        remember({ y: slope!, adjoint: minus(ofY) }, part),
      ),
    y0: { y: y1, adjoint: ofY1 },
    onStep: ({ h, accepted, slopes }) => void (accepted[0] && gatherStep(h[0], slopes)),
  });
  space.release(y.y);
  return { y: y.adjoint, result, diagnosis, stats };
}
