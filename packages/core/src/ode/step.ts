import type { Pending, Times, VectorField, VectorSpace } from './problem.js';
import { stagesOf, type ExplicitMethod } from './tableau.js';
import { addScaled, copy } from './times.js';

/** The slopes of one step, without the one at its end, and the state that they lead to. */
export interface Step<V> {
  readonly slopes: readonly V[];
  readonly y: V;
}

/**
 * One Runge–Kutta step from (t, y) over h = next − t. Stages at the end see `next` itself, not t + h, which rounding may
 * put beyond it. `first` is the slope at (t, y); it becomes `slopes[0]` and is not copied.
 * Costs one field evaluation for each stage but the first; frees the stages' states, keeps the slopes. Yields what the
 * field returns and is to be given the slope itself (`settle`).
 */
export function* rungeKuttaStep<V>(
  space: VectorSpace<V>,
  field: VectorField<V>,
  method: ExplicitMethod,
  t: Times,
  h: Times,
  next: Times,
  y: V,
  first: V,
): Generator<Pending<V>, Step<V>, V> {
  const stages = stagesOf(method);
  const slopes = [first];
  for (let i = 1; i < stages; i++) {
    const stage = space.combine(y, slopes, method.a[i], h);
    slopes.push(yield field(stageTime(method, i, t, h, next), stage));
    space.release(stage);
  }
  return { slopes, y: space.combine(y, slopes, method.b.slice(0, stages), h) };
}

/** The time of stage i; one at the end of the step is `next` itself. */
export const stageTime = (method: ExplicitMethod, i: number, t: Times, h: Times, next: Times): Times =>
  method.c[i] === 1 ? copy(next) : addScaled(t, method.c[i], h);
