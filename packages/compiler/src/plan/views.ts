import type { NodeOf } from '../graph/index.js';
import type { View } from './plan.js';

type Movement = NodeOf<'reshape' | 'transpose' | 'slice' | 'broadcast'>;

export const sizeOfShape = (shape: readonly number[]): number => shape.reduce((product, length) => product * length, 1);

/** Row-major strides. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/** A whole buffer, row-major. */
export const wholeView = (buffer: number, shape: readonly number[]): View => ({ buffer, offset: 0, shape, strides: rowMajor(shape) });

/** Whether the entries lie row-major without gaps (axes of length 1 do not matter). */
export const isRowMajor = ({ shape, strides }: View): boolean =>
  rowMajor(shape).every((stride, axis) => shape[axis] === 1 || stride === strides[axis]);

/** The same entries in another shape, or undefined where strides cannot say it. */
export function reshapeView(view: View, shape: readonly number[]): View | undefined {
  if (sizeOfShape(shape) === 0) return { ...view, shape, strides: rowMajor(shape) };
  const from = view.shape.flatMap((length, axis) => (length === 1 ? [] : [[length, view.strides[axis]] as const]));
  const strides = new Array<number>(shape.length).fill(0);
  let next = 0;
  for (let axis = 0; axis < shape.length;) {
    if (shape[axis] === 1) {
      axis++;
      continue;
    }
    // A run of old axes that covers a run of new ones.
    let [old, fresh] = [from[next][0], shape[axis]];
    let [lastOld, lastFresh] = [next, axis];
    while (old !== fresh) {
      if (old < fresh) {
        lastOld++;
        if (from[lastOld - 1][1] !== from[lastOld][1] * from[lastOld][0]) return undefined;
        old *= from[lastOld][0];
      } else fresh *= shape[++lastFresh];
    }
    let step = from[lastOld][1];
    for (let i = lastFresh; i >= axis; i--) {
      strides[i] = shape[i] === 1 ? 0 : step;
      step *= shape[i];
    }
    next = lastOld + 1;
    axis = lastFresh + 1;
  }
  return { ...view, shape, strides };
}

/** Axes of length 1, or a single number, repeated. */
export function broadcastView(view: View, shape: readonly number[]): View {
  const strides = shape.map((length, axis) => (view.shape.length === 0 || view.shape[axis] !== length ? 0 : view.strides[axis]));
  return { ...view, shape, strides };
}

/** What a movement operation makes of a view of its operand, or undefined where strides cannot say it. */
export function movedView(node: Movement, view: View): View | undefined {
  const { shape } = node;
  switch (node.op) {
    case 'reshape':
      return reshapeView(view, shape);
    case 'broadcast':
      return broadcastView(view, shape);
    case 'transpose':
      return { ...view, shape, strides: node.perm.map((axis) => view.strides[axis]) };
    case 'slice':
      return {
        ...view,
        shape,
        offset: node.begin.reduce((sum, from, axis) => sum + from * view.strides[axis], view.offset),
        strides: view.strides.map((stride, axis) => stride * node.strides[axis]),
      };
  }
}

/** A part of a view: `shape` entries from `begin` on. */
export function partOfView(view: View, begin: readonly number[], shape: readonly number[]): View {
  return { ...view, shape, offset: begin.reduce((sum, from, axis) => sum + from * view.strides[axis], view.offset) };
}

export const viewKey = ({ buffer, offset, shape, strides }: View): string =>
  `${buffer} ${offset} ${shape.join()} ${strides.map((stride, axis) => (shape[axis] === 1 ? 0 : stride)).join()}`;

/**
 * Views of one shape with axes of length 1 dropped and neighbouring axes merged where all views allow it. `mayMerge` says
 * whether an axis of the given shape may be merged with the next one that is longer than 1; axes to `keep` stay although
 * their length is 1.
 */
export function collapse(
  shape: readonly number[],
  views: readonly View[],
  mayMerge: (axis: number, next: number) => boolean = () => true,
  keep: (axis: number) => boolean = () => false,
): { shape: number[]; views: View[]; axes: number[][] } {
  const axes: number[][] = [];
  for (const [axis, length] of shape.entries()) {
    if (length === 1 && !keep(axis)) continue;
    const previous = axes.at(-1)?.at(-1);
    const merges =
      previous !== undefined && mayMerge(previous, axis) && views.every((view) => view.strides[previous] === view.strides[axis] * length);
    if (merges) axes.at(-1)!.push(axis);
    else axes.push([axis]);
  }
  const lengths = axes.map((run) => run.reduce((product, axis) => product * shape[axis], 1));
  const strided = (view: View): View => ({ ...view, shape: lengths, strides: axes.map((run) => view.strides[run.at(-1)!]) });
  return { shape: lengths, views: views.map(strided), axes };
}
