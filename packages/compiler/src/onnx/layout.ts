import { sizeOf } from '@advect/base/array';
import { reshapeGroups } from './dimensions.js';

/** The order in which a value's axes are stored: stored axis i is logical axis order[i]. */
export type AxisOrder = readonly number[];

/** Channels first, as ONNX's convolutions have it, for logical [batch, height, width, channels]. */
export const CHANNELS_FIRST: AxisOrder = [0, 3, 1, 2];

export const rowMajor = (rank: number): AxisOrder => Array.from({ length: rank }, (_, axis) => axis);

export const isRowMajor = (order: AxisOrder): boolean => order.every((axis, i) => axis === i);

/** The permutation that takes a value stored in `from` to `to`. */
export const orderChange = (from: AxisOrder, to: AxisOrder): number[] => to.map((axis) => from.indexOf(axis));

/** The order of what is left when axes vanish; undefined if the value were then stored out of order and must be turned first. */
export const withoutAxes = (order: AxisOrder, axes: readonly number[]): AxisOrder => {
  const left = rowMajor(order.length).filter((axis) => !axes.includes(axis));
  return order.filter((axis) => !axes.includes(axis)).map((axis) => left.indexOf(axis));
};

/** The stored order after a reshape that moves no entry, for a value stored in `order`; undefined if entries must move. */
export function reshapedOrder(order: AxisOrder, from: readonly number[], to: readonly number[]): AxisOrder | undefined {
  const groups = reshapeGroups(from, to);
  const placed = groups.map(({ from: axes, to: targets }) => {
    const places = axes.filter((axis) => from[axis] !== 1).map((axis) => order.indexOf(axis));
    const inRun = places.every((place, i) => i === 0 || onlyOnesBetween(order, from, places[i - 1], place));
    return { first: places[0] ?? order.length, targets, inRun };
  });
  if (placed.some(({ inRun }) => !inRun)) return undefined;
  return placed.toSorted((a, b) => a.first - b.first).flatMap(({ targets }) => targets);
}

const onlyOnesBetween = (order: AxisOrder, shape: readonly number[], before: number, after: number): boolean =>
  before < after && order.slice(before + 1, after).every((axis) => shape[axis] === 1);

/** Numbers of a row-major array in another order of axes. */
export function transposeNumbers(data: Float32Array, shape: readonly number[], order: AxisOrder): Float32Array {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const lengths = order.map((axis) => shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  const result = new Float32Array(data.length);
  const index = lengths.map(() => 0);
  for (let i = 0, from = 0; i < result.length; i++) {
    result[i] = data[from];
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < lengths[axis]) break;
      from -= steps[axis] * lengths[axis];
      index[axis] = 0;
    }
  }
  return result;
}
