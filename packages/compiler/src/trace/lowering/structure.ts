import { type Lowering, type Lowerings, listOf } from '../kernel.js';
import type { Ops } from '../ops.js';
import { tf } from '../tf.js';

const axisOf = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

const reshape: Lowering = (ops, { x }, { shape }) => {
  const known = tf.util.inferFromImplicitShape(shape, tf.util.sizeFromShape([...ops.shape(x)]));
  return ops.reshape(x, known);
};

const tile: Lowering = (ops, { x }, { reps }: { reps?: readonly number[] }) => {
  const counts = reps!;
  const shape = ops.shape(x);
  const padded = [...Array.from({ length: counts.length - shape.length }, () => 1), ...shape];
  if (padded.every((length, i) => length === 1 || counts[i] === 1)) {
    return ops.broadcast(
      x,
      padded.map((length, i) => length * counts[i]),
    );
  }
  const spread = ops.broadcast(
    ops.reshape(
      x,
      padded.flatMap((length) => [1, length]),
    ),
    padded.flatMap((length, i) => [counts[i], length]),
  );
  return ops.reshape(
    spread,
    padded.map((length, i) => length * counts[i]),
  );
};

/** Pieces of x along an axis, of the given sizes. */
function split(ops: Ops, x: number, axis: number, sizes: readonly number[]): number[] {
  const shape = ops.shape(x);
  let at = 0;
  return sizes.map((size) => {
    const begin = shape.map((_, i) => (i === axis ? at : 0));
    at += size;
    return ops.slice(x, begin, shape.with(axis, size));
  });
}

function mirror(ops: Ops, x: number, paddings: readonly (readonly number[])[], mode: 'reflect' | 'symmetric'): number {
  const edge = mode === 'reflect' ? 1 : 0;
  return paddings.reduce((y, [before, after], axis) => {
    const shape = ops.shape(y);
    const flipped = (from: number, count: number): number =>
      ops.slice(
        y,
        shape.map((_, i) => (i === axis ? from : 0)),
        shape.with(axis, count),
        shape.map((_, i) => (i === axis ? -1 : 1)),
      );
    const parts = [
      ...(before > 0 ? [flipped(before - 1 + edge, before)] : []),
      y,
      ...(after > 0 ? [flipped(shape[axis] - 1 - edge, after)] : []),
    ];
    return ops.concat(parts, axis);
  }, x);
}

/** Which entries stand where. */
export const structure: Lowerings = {
  BatchToSpaceND: (ops, { x }, { blockShape, crops }) => {
    const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util;
    const product = tf.util.sizeFromShape(blockShape);
    const shape = [...ops.shape(x)];
    const cut = getReshapedPermuted(shape, blockShape, product);
    const blocks = ops.reshape(x, getReshaped(shape, blockShape, product));
    const merged = ops.reshape(ops.transpose(blocks, getPermuted(ops.shape(blocks).length, blockShape.length)), cut);
    const [begin, size] = [getSliceBeginCoords(crops, blockShape.length), getSliceSize(cut, crops, blockShape.length)];
    return ops.slice(
      merged,
      cut.map((_, i) => begin[i] ?? 0),
      cut.map((length, i) => size[i] ?? length),
    );
  },
  BroadcastTo: (ops, { x }, { shape }) => ops.broadcast(x, shape),
  Concat: (ops, operands, { axis }) => {
    const xs = listOf(operands);
    const along = axisOf(axis, ops.shape(xs[0]).length);
    const full = xs.filter((x) => ops.shape(x)[along] > 0);
    return ops.concat(full.length > 0 ? full : xs, along);
  },
  DepthToSpace: (ops, { x }, { blockSize, dataFormat }) => {
    const given = dataFormat === 'NCHW' ? ops.transpose(x, [0, 2, 3, 1]) : x;
    const [batch, height, width, depth] = ops.shape(given);
    const blocks = ops.reshape(given, [batch, height, width, blockSize, blockSize, depth / blockSize ** 2]);
    const image = ops.reshape(ops.transpose(blocks, [0, 1, 3, 2, 4, 5]), [
      batch,
      height * blockSize,
      width * blockSize,
      depth / blockSize ** 2,
    ]);
    return dataFormat === 'NCHW' ? ops.transpose(image, [0, 3, 1, 2]) : image;
  },
  Diag: (ops, { x }) => {
    const shape = ops.shape(x);
    const size = tf.util.sizeFromShape([...shape]);
    const eye = Float32Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) === 0));
    const full = ops.select(ops.constant(eye, [size, size], 'bool'), ops.reshape(x, [size, 1]), ops.num(0, ops.dtype(x)));
    return ops.reshape(full, [...shape, ...shape]);
  },
  ExpandDims: (ops, { input }, { dim }) => {
    const shape = ops.shape(input);
    return ops.reshape(input, shape.toSpliced(axisOf(dim, shape.length + 1), 0, 1));
  },
  MirrorPad: (ops, { x }, { paddings, mode }) => mirror(ops, x, paddings, mode),
  Pack: (ops, operands, { axis }) => {
    const xs = listOf(operands);
    const shape = ops.shape(xs[0]);
    const along = axisOf(axis, shape.length + 1);
    return ops.concat(
      xs.map((x) => ops.reshape(x, shape.toSpliced(along, 0, 1))),
      along,
    );
  },
  PadV2: (ops, { x }, { paddings, constantValue }: { paddings?: [number, number][]; constantValue?: number }) =>
    paddings!.every(([before, after]) => before === 0 && after === 0)
      ? x
      : ops.pad(
          x,
          paddings!.map(([before]) => before),
          paddings!.map(([, after]) => after),
          constantValue,
        ),
  Reshape: reshape,
  Reverse: (ops, { x }, { dims }) => {
    const shape = ops.shape(x);
    const axes = tf.util.parseAxisParam(dims, [...shape]);
    const flipped = (i: number): boolean => axes.includes(i) && shape[i] > 1;
    return ops.slice(
      x,
      shape.map((length, i) => (flipped(i) ? length - 1 : 0)),
      shape,
      shape.map((_, i) => (flipped(i) ? -1 : 1)),
    );
  },
  Slice: (ops, { x }, { begin, size }) => {
    const [from, lengths] = tf.slice_util.parseSliceParams(
      { shape: [...ops.shape(x)], rank: ops.shape(x).length } as tf.Tensor,
      begin,
      size,
    );
    return ops.slice(x, from, lengths);
  },
  SpaceToBatchND: (ops, { x }, { blockShape, paddings }) => {
    const { getReshaped, getPermuted, getReshapedPermuted } = tf.backend_util;
    const product = tf.util.sizeFromShape(blockShape);
    const around = ops.shape(x).map((_, i): [number, number] => paddings[i - 1] ?? [0, 0]);
    const padded = ops.pad(
      x,
      around.map(([before]) => before),
      around.map(([, after]) => after),
    );
    const shape = [...ops.shape(padded)];
    const blocks = ops.reshape(padded, getReshaped(shape, blockShape, product, false));
    const moved = ops.transpose(blocks, getPermuted(ops.shape(blocks).length, blockShape.length, false));
    return ops.reshape(moved, getReshapedPermuted(shape, blockShape, product, false));
  },
  SplitV: (ops, { x }, { numOrSizeSplits, axis }) => {
    const along = axisOf(axis, ops.shape(x).length);
    const sizes = tf.backend_util.prepareSplitSize({ shape: ops.shape(x) } as tf.Tensor, numOrSizeSplits, along);
    return split(ops, x, along, sizes);
  },
  StridedSlice: (ops, { x }, { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask }) => {
    const masks = [beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask] as const;
    const info = tf.slice_util.sliceInfo([...ops.shape(x)], begin, end, strides, ...masks);
    if (info.isIdentity) return ops.reshape(x, info.finalShape);
    const lengths = info.begin.map((from, i) => Math.max(0, Math.ceil((info.end[i] - from) / info.strides[i])));
    return ops.reshape(ops.slice(x, info.begin, lengths, info.strides), info.finalShape);
  },
  Tile: tile,
  Transpose: (ops, { x }, { perm }) => ops.transpose(x, perm),
  Unpack: (ops, { value }, { axis }) => {
    const shape = ops.shape(value);
    const along = axisOf(axis, shape.length);
    const pieces = split(
      ops,
      value,
      along,
      Array.from({ length: shape[along] }, () => 1),
    );
    return pieces.map((piece) => ops.reshape(piece, shape.toSpliced(along, 1)));
  },
};
