import type { Times, VectorField, VectorSpace } from './problem.js';
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
 * Costs one field evaluation for each stage but the first; frees the stages' states, keeps the slopes.
 */
export function rungeKuttaStep<V>(
  space: VectorSpace<V>,
  field: VectorField<V>,
  method: ExplicitMethod,
  t: Times,
  h: Times,
  next: Times,
  y: V,
  first: V,
): Step<V> {
  const stages = stagesOf(method);
  const slopes = [first];
  for (let i = 1; i < stages; i++) {
    const stage = space.combine(y, slopes, method.a[i], h);
    slopes.push(field(method.c[i] === 1 ? copy(next) : addScaled(t, method.c[i], h), stage));
    space.release(stage);
  }
  return { slopes, y: space.combine(y, slopes, method.b.slice(0, stages), h) };
}
