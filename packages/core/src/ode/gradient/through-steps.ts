import type { Pending, VectorSpace } from '../problem.js';
import { type Pair, type ReversibleMethod, stepBack } from '../reversible.js';
import { settle, whenSettled } from '../settle.js';
import type { ExplicitMethod } from '../tableau.js';
import { type TakenStep, transposeStep } from '../transpose-step.js';
import type { FieldPullback, Gather } from './pull.js';
import type { Course, Trail } from './trail.js';

/** What a pass backward through the steps of a solve needs of the field. */
export interface Derivatives<V, P> {
  readonly pull: FieldPullback<V, P>;
  readonly gather?: Gather<P>;
}

/** Cotangents of where a solve began and of its two times. */
export interface PulledSolve<V> {
  readonly y0: V;
  readonly t0: number;
  readonly t1: number;
}

/**
 * From the cotangent of the state at t1 to those of y0, t0 and t1, step by step: the exact gradient of the solve as computed.
 * Its grid is taken as t0 + s(t1 − t0) with shares s that do not depend on anything: error control is not differentiated.
 */
export async function throughSteps<V, P>(
  space: VectorSpace<V>,
  method: ExplicitMethod,
  trail: Trail<V>,
  [t0, t1]: readonly [number, number],
  ofEnd: V,
  derivatives: Derivatives<V, P>,
): Promise<PulledSolve<V>> {
  const times = timesOf(t0, t1);
  let cotangent = space.clone(ofEnd);
  for await (const step of trail.backward()) {
    const before = await transposeStep(space, method, step, cotangent, pullerOf(space, step, derivatives, times));
    space.release(cotangent);
    cotangent = before;
  }
  return { y0: cotangent, ...times.total() };
}

/**
 * The same through the steps of a reversible solve, whose states are found again on the way back from its end: nothing but
 * the grid is kept. With P = Ψₕ(t, z), Q = Ψ₋ₕ(t′, y′) and cotangents (v, w) of (y′, z′): v ← v − (∂Q/∂y′)ᵀw, then λv is that of y
 * and w + (1 − λ)v + (∂P/∂z)ᵀv that of z. `end` is not freed. Returns the state that it came
 * back to as `start`.
 */
export async function throughReversible<V, P>(
  { space, field }: Pick<Course<V>, 'space' | 'field'>,
  method: ReversibleMethod,
  end: Pair<V>,
  grid: ArrayLike<number>,
  ofEnd: V,
  derivatives: Derivatives<V, P>,
): Promise<PulledSolve<V> & { readonly start: V }> {
  const { base, lambda } = method;
  const times = timesOf(grid[0], grid[grid.length - 1]);
  const transposed = (step: TakenStep<V>, cotangent: V) =>
    transposeStep(space, base, step, cotangent, pullerOf(space, step, derivatives, times));
  let pair: Pair<V> = { y: space.clone(end.y), z: space.clone(end.z) };
  let [ofY, ofZ] = [space.clone(ofEnd), space.blend([ofEnd], [0])];
  for (let i = grid.length - 2; i >= 0; i--) {
    const [t, next] = [grid[i], grid[i + 1]];
    const before = await settle(stepBack(space, field, method, t, next, pair));
    const minus = space.blend([ofZ], [-1]);
    const back = await transposed({ t: next, next: t, y: pair.y, slopes: before.ofY }, minus);
    const v = space.blend([ofY, back, minus], [1, 1, -1]);
    const there = await transposed({ t, next, y: before.z, slopes: before.ofZ }, v);
    const w = space.blend([ofZ, there, v], [1, 1, -lambda]);
    for (const state of [pair.y, pair.z, ...before.ofY, ...before.ofZ, minus, back, there, ofY, ofZ]) space.release(state);
    [pair, ofY, ofZ] = [{ y: before.y, z: before.z }, space.blend([v], [lambda]), w];
    space.release(v);
  }
  const y0 = space.blend([ofY, ofZ], [1, 1]);
  for (const state of [pair.z, ofY, ofZ]) space.release(state);
  return { y0, ...times.total(), start: pair.y };
}

/** One step's pullback for `transposeStep`, which gathers on the way. */
const pullerOf =
  <V, P>(space: VectorSpace<V>, { slopes }: TakenStep<V>, { pull, gather }: Derivatives<V, P>, times: ReturnType<typeof timesOf>) =>
  (t: number, y: V, cotangent: V, stage: number): Pending<V> =>
    whenSettled(pull(t, y, cotangent), ({ ofY, ofT = 0, ofParameters, slope }) => {
      if (ofParameters !== undefined) gather?.(ofParameters, 1);
      if (slope !== undefined) space.release(slope);
      return whenSettled(space.dot ? space.dot(cotangent, slopes[stage]) : NaN, (along) => {
        times.add(t, ofT, along);
        return ofY;
      });
    });

/** Sums of the cotangents of both times: stages move with their share of the interval, and steps are shares of it. */
function timesOf(t0: number, t1: number) {
  let [shift, stretch] = [0, 0];
  return {
    /** A stage at t: the cotangent of its time, and that of its slope times the slope. */
    add(t: number, ofT: number, along: number): void {
      shift += ofT;
      stretch += ((t - t0) * ofT + along) / (t1 - t0);
    },
    total: () => ({ t0: shift - stretch, t1: stretch }),
  };
}
