import type { View } from '../../plan/plan.js';

/** A loop nest: lengths from the outermost axis to the innermost, and each view's strides over them, in floats. */
export interface Nest {
  readonly lengths: readonly number[];
  /** One list of strides for each view. */
  readonly strides: readonly (readonly number[])[];
}

/** The views' nest over some of the axes of their common shape, in that order; axes that run on are merged, those of length 1 dropped. */
export function nestOf(
  shape: readonly number[],
  views: readonly Pick<View, 'strides'>[],
  axes: readonly number[] = [...shape.keys()],
): Nest {
  const lengths: number[] = [];
  const strides: number[][] = views.map(() => []);
  for (const axis of axes) {
    if (shape[axis] === 1) continue;
    const steps = views.map((view) => view.strides[axis]);
    const last = lengths.length - 1;
    if (last >= 0 && steps.every((step, i) => strides[i][last] === step * shape[axis])) {
      lengths[last] *= shape[axis];
      for (const [i, step] of steps.entries()) strides[i][last] = step;
    } else {
      lengths.push(shape[axis]);
      for (const [i, step] of steps.entries()) strides[i].push(step);
    }
  }
  return { lengths, strides };
}

/**
 * The axes with the one last over which vectors run best: most views contiguous or constant, then the longest, then the
 * last. The order of the others stays.
 */
export function vectorAxisLast(shape: readonly number[], views: readonly Pick<View, 'strides'>[], axes: readonly number[]): number[] {
  const long = axes.filter((axis) => shape[axis] >= 4);
  const jumps = (axis: number): number => views.filter(({ strides }) => Math.abs(strides[axis]) > 1 || strides[axis] < 0).length;
  let best = axes.at(-1);
  for (const axis of long.toReversed()) if (best === undefined || shape[best] < 4 || jumps(axis) < jumps(best)) best = axis;
  return best === undefined ? [] : [...axes.filter((axis) => axis !== best), best];
}
