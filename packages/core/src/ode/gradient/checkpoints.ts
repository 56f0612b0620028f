import { rungeKuttaStepper } from '../step.js';
import type { TakenStep } from '../transpose-step.js';
import { type Course, slopesOf, type Trail } from './trail.js';

/** A state kept on the way: that at the start of step `index`. */
interface Checkpoint<V> {
  readonly index: number;
  readonly y: V;
}

/** How many states are kept on the way of n steps, at most. */
export const mostCheckpoints = (steps: number): number => 2 * Math.ceil(Math.log2(steps + 2));

/**
 * Keeps O(log n) states of n steps, without knowing n before: evenly spread ones, of which every other is dropped when they
 * become too many. Going back, the stretch after each is halved again and again (recursive bisection), with at most one
 * state for each halving. About ½ log₂(n / kept) further forward sweeps, beside the evaluations of each step's slopes.
 *
 * References: A. Griewank (1992), Achieving logarithmic growth of temporal and spatial complexity in reverse automatic
 * differentiation; P. Stumm, A. Walther (2010), New algorithms for optimal online checkpointing.
 */
export function checkpointedTrail<V>(course: Course<V>): Trail<V> {
  const { space, y0, t0 } = course;
  const step = rungeKuttaStepper(space, course.field, course.method);
  const grid = [t0];
  let kept: Checkpoint<V>[] = [{ index: 0, y: space.clone(y0) }];
  let stride = 1;

  /** The state after the steps from `from` up to `to`; `y` stays. */
  async function go(y: V, from: number, to: number): Promise<V> {
    let current = y;
    for (let i = from; i < to; i++) {
      const [t, next] = [grid[i], grid[i + 1]];
      const first = await course.field(t, current);
      const { slopes, y: end } = await step({ step: i, t, h: next - t, next, y: current, first, memory: [] });
      for (const state of slopes) space.release(state);
      if (current !== y) space.release(current);
      current = end;
    }
    return current;
  }

  /** The steps from the state at `from` up to `to`, backward; `y` stays. */
  async function* over(y: V, from: number, to: number): AsyncGenerator<TakenStep<V>> {
    if (to - from > 1) {
      const middle = (from + to) >> 1;
      const later = await go(y, from, middle);
      try {
        yield* over(later, middle, to);
      } finally {
        space.release(later);
      }
      yield* over(y, from, middle);
    } else {
      const slopes = await slopesOf(course, grid[from], grid[to], y);
      try {
        yield { t: grid[from], next: grid[to], y, slopes };
      } finally {
        for (const slope of slopes) space.release(slope);
      }
    }
  }

  return {
    record({ y, next }) {
      grid.push(next);
      const index = grid.length - 1;
      if (index % stride === 0) kept.push({ index, y: space.clone(y) });
      if (kept.length <= mostCheckpoints(index)) return;
      stride *= 2;
      for (const other of kept) if (other.index % stride !== 0) space.release(other.y);
      kept = kept.filter((checkpoint) => checkpoint.index % stride === 0);
    },
    async *backward() {
      let to = grid.length - 1;
      for (let last = kept.pop(); last; last = kept.pop()) {
        try {
          if (last.index < to) yield* over(last.y, last.index, to);
        } finally {
          space.release(last.y);
        }
        to = last.index;
      }
    },
  };
}
