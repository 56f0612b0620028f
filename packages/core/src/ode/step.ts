import { stagesOf } from './method.js';
import type { Pending, Times, VectorField, VectorSpace } from './problem.js';
import { settle, whenSettled } from './settle.js';
import type { ExplicitMethod } from './tableau.js';
import { addScaled, copy } from './times.js';

/** A step that is to be tried. Everything in it belongs to the driver. */
export interface Attempt<V> {
  /** Number of attempts before this one: under fixed steps the number of the step. */
  readonly step: number;
  readonly t: Times;
  readonly h: Times;
  /** Where it ends; t + h up to rounding. */
  readonly next: Times;
  readonly y: V;
  /** The slope at (t, y). */
  readonly first: V;
  /** What the method remembers of the steps before; nothing at the start. */
  readonly memory: readonly V[];
}

/** What an attempt came to. */
export interface Step<V> {
  /** The slopes that the method's `b`, `error` and `interpolant` refer to, without the one at the end; may begin with `first` itself. */
  readonly slopes: readonly V[];
  readonly y: V;
  /** The slope at the end, where the method has taken it anyway. */
  readonly end?: V;
  /** What the method is to remember where the step is accepted: new states. */
  readonly memory?: readonly V[];
}

/** A computation that yields what it waits for, and is to be given the value (`settle`). */
export type Stepping<V, R> = Generator<Pending<V>, R, V>;

/** One way to go a step. Frees what it makes and does not return. */
export type Stepper<V> = (attempt: Attempt<V>) => Pending<Step<V>>;

/**
 * The slopes of all stages of a Runge–Kutta step from (t, y) over h = next − t. Stages at the end see `next` itself, not
 * t + h, which rounding may put beyond it. `first` is the slope at (t, y); it becomes `slopes[0]` and is not copied.
 * Costs one field evaluation for each stage but the first; frees the stages' states.
 */
export function* stageSlopes<V>(
  space: VectorSpace<V>,
  field: VectorField<V>,
  method: ExplicitMethod,
  { t, h, next, y, first }: Pick<Attempt<V>, 't' | 'h' | 'next' | 'y' | 'first'>,
): Stepping<V, V[]> {
  const stages = stagesOf(method);
  const slopes = [first];
  for (let i = 1; i < stages; i++) {
    const stage = space.combine(y, slopes, method.a[i], h);
    slopes.push(yield field(stageTime(method, i, t, h, next), stage));
    space.release(stage);
  }
  return slopes;
}

/** The steps of an explicit Runge–Kutta method. */
export const rungeKuttaStepper =
  <V>(space: VectorSpace<V>, field: VectorField<V>, method: ExplicitMethod): Stepper<V> =>
  (attempt) =>
    whenSettled(settle(stageSlopes(space, field, method, attempt)), (slopes) => ({
      slopes,
      y: space.combine(attempt.y, slopes, method.b.slice(0, slopes.length), attempt.h),
    }));

/** The time of stage i; one at the end of the step is `next` itself. */
export const stageTime = (method: Pick<ExplicitMethod, 'c'>, i: number, t: Times, h: Times, next: Times): Times =>
  method.c[i] === 1 ? copy(next) : addScaled(t, method.c[i], h);
