import { stagesOf } from './method.js';
import type { Pending, VectorSpace } from './problem.js';
import { stageTime } from './step.js';
import type { ExplicitMethod } from './tableau.js';

/** A step that was taken from y at time t to `next`; slopes of all its stages, or fewer if the others are to be ignored. */
export interface TakenStep<V> {
  readonly t: number;
  readonly next: number;
  readonly y: V;
  readonly slopes: readonly V[];
}

/**
 * What a field does to a cotangent c of its value at (t, y): returns Jᵀc, the cotangent of y. With it the caller can
 * gather the gradients with respect to t and to the field's own parameters, which are sums over the calls. The cotangent
 * is freed after the call.
 */
export type Pullback<V> = (t: number, y: V, cotangent: V, stage: number) => Pending<V>;

/**
 * The transpose of one Runge–Kutta step's derivative: from a cotangent λ′ of the state at its end to that of the state at
 * its start. With stages Yᵢ = y + h Σⱼ aᵢⱼkⱼ, kᵢ = f(tᵢ, Yᵢ), the cotangents in reverse order are
 * λ(kᵢ) = h(bᵢλ′ + Σⱼ aⱼᵢ λ(Yⱼ)), λ(Yᵢ) = Jᵢᵀλ(kᵢ), λ = λ′ + Σᵢ λ(Yᵢ): the exact gradient of the step as computed, with no
 * tape over it.
 *
 * λ′ is not freed, the result is the caller's. Costs one pullback for each stage, and no evaluation: the stages' states
 * come from the slopes. Reference: E. Hairer, C. Lubich, G. Wanner, Geometric Numerical Integration, VI.4.1 (adjoint of a
 * Runge–Kutta method); W. W. Hager (2000), Runge–Kutta methods in optimal control.
 */
export async function transposeStep<V>(
  space: VectorSpace<V>,
  method: ExplicitMethod,
  step: TakenStep<V>,
  cotangent: V,
  pull: Pullback<V>,
): Promise<V> {
  const { t, next, y, slopes } = step;
  const h = next - t;
  const stages = stagesOf(method);
  const ofStates: V[] = [];
  const release = (states: readonly V[]): void => states.forEach((state) => space.release(state));
  try {
    for (let i = stages - 1; i >= 0; i--) {
      // ofStates holds λ(Y) of the stages after i, the last first.
      const weights = [h * (method.b[i] ?? 0), ...ofStates.map((_, k) => h * (method.a[stages - 1 - k][i] ?? 0))];
      const ofSlope = space.blend([cotangent, ...ofStates], weights);
      const state = i === 0 ? y : space.combine(y, slopes.slice(0, i), method.a[i], h);
      try {
        ofStates.push(await pull(stageTime(method, i, t, h, next) as number, state, ofSlope, i));
      } finally {
        release(i === 0 ? [ofSlope] : [ofSlope, state]);
      }
    }
    return space.blend([cotangent, ...ofStates], [1, ...ofStates.map(() => 1)]);
  } finally {
    release(ofStates);
  }
}
