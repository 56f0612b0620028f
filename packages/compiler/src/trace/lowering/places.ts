import { sizeOf } from '@advect/base/array';
import type { Lowerings } from '../kernel.js';
import type { Ops } from '../ops.js';
import { tf } from '../tf.js';

/** 0, 1, … along the last of `rank` axes. */
const counting = (ops: Ops, length: number, rank: number): number =>
  ops.constant(
    Float32Array.from({ length }, (_, i) => i),
    [...Array.from({ length: rank - 1 }, () => 1), length],
    'int32',
  );

/** 1 where an index names the place, [...indices, depth], as bool. */
const oneHot = (ops: Ops, indices: number, depth: number): number => {
  const shape = ops.shape(indices);
  return ops.binary('equal', ops.reshape(indices, [...shape, 1]), counting(ops, depth, shape.length + 1));
};

/** Rows of indices [..., k] into the first k axes of `shape`, as single numbers [...]. */
function linear(ops: Ops, indices: number, shape: readonly number[]): number {
  const own = ops.shape(indices);
  const k = own[own.length - 1];
  const strides = Float32Array.from({ length: k }, (_, i) => sizeOf(shape.slice(i + 1, k)));
  const weights = ops.constant(strides, [...own.slice(0, -1).map(() => 1), k], 'int32');
  return ops.reduce('sum', ops.binary('mul', indices, weights), [own.length - 1]);
}

/** One gather for each entry of the first `batchDims` axes, as a product with ones and zeros. */
function gatherEach(ops: Ops, x: number, indices: number, axis: number, batchDims: number): number {
  const [shape, places] = [ops.shape(x), ops.shape(indices)];
  const batch = shape.slice(0, batchDims);
  const [outer, inner] = [shape.slice(batchDims, axis), shape.slice(axis + 1)];
  const flat = ops.reshape(indices, [...batch, 1, sizeOf(places.slice(batchDims))]);
  const pick = ops.cast(oneHot(ops, flat, shape[axis]), 'float32');
  const table = ops.reshape(ops.cast(x, 'float32'), [...batch, sizeOf(outer), shape[axis], sizeOf(inner)]);
  const found = ops.matmul(pick, table);
  return ops.cast(ops.reshape(found, [...batch, ...outer, ...places.slice(batchDims), ...inner]), ops.dtype(x));
}

/** Looking up and adding at places that are computed. */
export const places: Lowerings = {
  GatherNd: (ops, { params, indices }) => {
    const [shape, own] = [ops.shape(params), ops.shape(indices)];
    const k = own[own.length - 1];
    return ops.gather(ops.reshape(params, [sizeOf(shape.slice(0, k)), ...shape.slice(k)]), linear(ops, indices, shape), 0);
  },
  GatherV2: (ops, { x, indices }, { axis, batchDims = 0 }) => {
    const [along] = tf.util.parseAxisParam(axis, [...ops.shape(x)]);
    return batchDims === 0 ? ops.gather(x, indices, along) : gatherEach(ops, x, indices, along, batchDims);
  },
  OneHot: (ops, { indices }, { depth, onValue = 1, offValue = 0, dtype = 'int32' }) =>
    ops.select(oneHot(ops, indices, depth), ops.num(onValue, dtype), ops.num(offValue, dtype)),
  ScatterNd: (ops, { indices, updates }, { shape }) => {
    const own = ops.shape(indices);
    const k = own[own.length - 1];
    const count = sizeOf(own.slice(0, -1));
    const rest: number[] = shape.slice(k);
    const at = linear(ops, ops.reshape(indices, [count, k]), shape);
    return ops.reshape(ops.scatterAdd(ops.reshape(updates, [count, ...rest]), at, [sizeOf(shape.slice(0, k)), ...rest]), shape);
  },
  UnsortedSegmentSum: (ops, { x, segmentIds }, { numSegments }) => {
    const own = ops.shape(segmentIds);
    const rest = ops.shape(x).slice(own.length);
    const count = sizeOf(own);
    return ops.scatterAdd(ops.reshape(x, [count, ...rest]), ops.reshape(segmentIds, [count]), [numSegments, ...rest]);
  },
};
