import { settle } from '../settle.js';
import type { StepReport } from '../solution.js';
import type { Problem } from '../solve-options.js';
import { stageSlopes } from '../step.js';
import type { ExplicitMethod } from '../tableau.js';
import type { TakenStep } from '../transpose-step.js';

/**
 * How the way of a solve is kept, so that its accepted steps can be gone over from the last to the first, once. What it
 * still keeps when it is given up belongs to the ledger of its space.
 */
export interface Trail<V> {
  /** Takes an accepted step, in the order of the solve. */
  record(step: Pick<StepReport<V>, 'slopes' | 'y'> & { readonly next: number }): void;
  /** The steps, the last first; each is freed when the next is asked for. */
  backward(): AsyncGenerator<TakenStep<V>>;
}

/** What it takes to go a step of a solve once more. The states that `field` returns are the caller's. */
export interface Course<V> extends Pick<Problem<V>, 'space' | 'field' | 'y0' | 't0'> {
  readonly method: ExplicitMethod;
}

/** The slopes of all stages of the step from (t, y) to `next`, as the solve had them. */
export async function slopesOf<V>({ space, field, method }: Course<V>, t: number, next: number, y: V): Promise<V[]> {
  return await settle(stageSlopes(space, field, method, { t, h: next - t, next, y, first: await field(t, y) }));
}

/** Keeps every step whole: a state and all its slopes each. Nothing is computed twice. */
export function wholeTrail<V>({ space, y0, t0 }: Course<V>): Trail<V> {
  const steps: TakenStep<V>[] = [];
  let end = { t: t0, y: space.clone(y0) };
  return {
    record({ slopes, y, next }) {
      steps.push({ ...end, next, slopes: slopes.map((slope) => space.clone(slope)) });
      end = { t: next, y: space.clone(y) };
    },
    async *backward() {
      for (let step = steps.pop(); step; step = steps.pop()) {
        try {
          yield step;
        } finally {
          for (const state of [step.y, ...step.slopes]) space.release(state);
        }
      }
    },
  };
}

/**
 * Keeps the accepted states alone and evaluates a step's slopes again when it is gone over: as many evaluations again as
 * the accepted steps had. J. Zhuang et al. (2020), Adaptive checkpoint adjoint method, arXiv 2006.02493.
 */
export function acceptedTrail<V>(course: Course<V>): Trail<V> {
  const { space, y0, t0 } = course;
  const states = [{ t: t0, y: space.clone(y0) }];
  return {
    record: ({ y, next }) => void states.push({ t: next, y: space.clone(y) }),
    async *backward() {
      for (let next = states.pop()!; states.length > 0; next = states.pop()!) {
        space.release(next.y);
        const { t, y } = states[states.length - 1];
        const slopes = await slopesOf(course, t, next.t, y);
        try {
          yield { t, next: next.t, y, slopes };
        } finally {
          for (const slope of slopes) space.release(slope);
        }
      }
    },
  };
}
