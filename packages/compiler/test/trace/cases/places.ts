import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import { bools, type Case, type Cases, ints, kernel } from './case.js';

const { fill } = tf;

type Image = Tensor4D;
type Pad = 'same' | 'valid' | number;

const windows: readonly (readonly [number[], number | [number, number], number | [number, number], Pad])[] = [
  [[2, 4, 6, 3], 2, 2, 'valid'],
  [[1, 6, 6, 2], [3, 2], [3, 2], 'same'],
  [[1, 5, 7, 2], 3, 2, 'same'],
  [[1, 5, 5, 1], 2, 2, 'same'],
  [[1, 5, 6, 2], 3, 1, 'valid'],
  [[1, 6, 5, 2], 2, 3, 'valid'],
  [[1, 5, 5, 1], 3, 2, 1],
];

const ramp = (shape: readonly number[]) => tf.reshape(tf.range(1, 1 + tf.util.sizeFromShape([...shape])), [...shape]);

const pool = (f: (x: Image, size: number | [number, number], strides: number | [number, number], pad: Pad) => Image): Case[] =>
  windows.map(([x, size, strides, pad]) => ({ inputs: { x }, f: (given) => f(given['x'] as Image, size, strides, pad) }));

const poolGradient = (f: (x: Image, size: number | [number, number], strides: number | [number, number], pad: Pad) => Image): Case[] =>
  windows.map(([x, size, strides, pad]) => ({
    inputs: { x },
    f: (given) =>
      tf.grad((at) => {
        const pooled = f(at as Image, size, strides, pad);
        return tf.sum(tf.mul(pooled, ramp(pooled.shape)));
      })(given['x']),
  }));

/** Equal entries in a window: the slope goes to the first. */
const ties: Case = {
  inputs: { x: { shape: [1, 4, 4, 1], values: [0, 0, 1, 1, 0, 0, 0, 1, 2, 2, 3, 0, 2, 2, 0, 3] } },
  f: ({ x }) => tf.grad((at) => tf.sum(tf.mul(tf.maxPool(at as Image, 2, 2, 'valid'), ramp([1, 2, 2, 1]))))(x),
};

const sizes: readonly [number, number][] = [
  [8, 6],
  [5, 4],
  [2, 3],
  [4, 3],
];

const resize = (
  f: (x: Image, size: [number, number], alignCorners?: boolean, halfPixelCenters?: boolean) => Tensor,
  halfPixels: boolean,
  gradient: boolean,
): Case[] =>
  sizes.map((size) => {
    const apply = (x: Tensor): Tensor[] => [
      f(x as Image, size),
      f(x as Image, size, true),
      ...(halfPixels ? [f(x as Image, size, false, true)] : []),
    ];
    const slopes = (x: Tensor): Tensor[] => apply(x).map((_, i) => tf.grad((at) => tf.sum(tf.mul(apply(at)[i], ramp([1, ...size, 2]))))(x));
    return { inputs: { x: gradient ? [1, 4, 4, 2] : [2, 4, 3, 2] }, f: ({ x }) => (gradient ? slopes(x) : apply(x)) };
  });

export const places: Cases = {
  AvgPool: pool(tf.avgPool),
  AvgPoolGrad: poolGradient(tf.avgPool),
  BatchToSpaceND: [
    {
      inputs: { x: [8, 2, 3, 2] },
      f: ({ x }) =>
        tf.batchToSpaceND(
          x,
          [2, 2],
          [
            [0, 1],
            [1, 0],
          ],
        ),
    },
  ],
  BroadcastTo: [
    {
      inputs: { x: [3, 1] },
      f: ({ x }) => kernel('BroadcastTo', { x }, { shape: [2, 3, 4] }),
      reference: ({ x }) => tf.broadcastTo(x, [2, 3, 4]),
    },
  ],
  Concat: [
    { inputs: { a: [2, 3], b: [2, 1], c: [2, 2] }, f: ({ a, b, c }) => [tf.concat([a, b, c], 1), tf.concat([a, b, c], -1)] },
    { inputs: { a: [2, 3], b: [0, 3] }, f: ({ a, b }) => tf.concat([a, b], 0) },
  ],
  DepthToSpace: [{ inputs: { x: [2, 3, 2, 8] }, f: ({ x }) => tf.depthToSpace(x as Image, 2, 'NHWC') }],
  Diag: [
    { inputs: { x: [3] }, f: ({ x }) => tf.diag(x) },
    { inputs: { x: [2, 2] }, f: ({ x }) => tf.diag(x) },
  ],
  ExpandDims: [{ inputs: { x: [2, 3] }, f: ({ x }) => [tf.expandDims(x, 0), tf.expandDims(x, 1), tf.expandDims(x, -1)] }],
  Fill: [{ inputs: { x: [2] }, f: ({ x }) => [fill([2, 3], 1.5), fill([2], 3, 'int32'), tf.mul(x, fill([2], 2))] }],
  GatherNd: [
    { inputs: { x: [3, 4, 2], at: ints([2, 2], 2, 3, 0, 1) }, f: ({ x, at }) => tf.gatherND(x, at) },
    { inputs: { x: [3, 4], at: ints([2, 2, 1], 2, 0, 1, 1) }, f: ({ x, at }) => tf.gatherND(x, at) },
  ],
  GatherV2: [
    { inputs: { x: [4, 3], at: ints([5], 3, 0, 0, 2, 1) }, f: ({ x, at }) => tf.gather(x, at) },
    {
      inputs: { x: [2, 4, 3], at: ints([2, 2], 3, 0, 1, 2) },
      f: ({ x, at }) => [tf.gather(x, at, 1), tf.gather(x, tf.reshape(at, [4]), -2)],
    },
    { inputs: { x: [2, 4, 3], at: ints([2, 2], 3, 0, 1, 2) }, f: ({ x, at }) => tf.gather(x, at, 1, 1) },
  ],
  LinSpace: [{ inputs: {}, f: () => [tf.linspace(-1, 2, 5), tf.linspace(3, 3, 1)] }],
  MaxPool: pool(tf.maxPool),
  MaxPoolGrad: [...poolGradient(tf.maxPool), ties],
  MirrorPad: [
    {
      inputs: { x: [3, 4] },
      f: ({ x }) => [
        tf.mirrorPad(
          x,
          [
            [1, 2],
            [3, 0],
          ],
          'reflect',
        ),
        tf.mirrorPad(
          x,
          [
            [3, 1],
            [0, 4],
          ],
          'symmetric',
        ),
      ],
    },
  ],
  OneHot: [
    { inputs: { at: ints([4], 1, 0, 3, 7) }, f: ({ at }) => [tf.oneHot(at, 4), tf.oneHot(at, 3, 2, -1, 'float32')] },
    { inputs: { at: ints([2, 2], 1, 0, 2, 1) }, f: ({ at }) => tf.oneHot(at, 3) },
  ],
  OnesLike: [{ inputs: { x: [2, 3], m: bools([2], 0, 1) }, f: ({ x, m }) => [tf.onesLike(x), tf.onesLike(m)] }],
  Pack: [{ inputs: { a: [2, 3], b: [2, 3] }, f: ({ a, b }) => [tf.stack([a, b]), tf.stack([a, b], 1), tf.stack([a, b], -1)] }],
  PadV2: [
    {
      inputs: { x: [2, 3] },
      f: ({ x }) => [
        tf.pad(x, [
          [1, 0],
          [2, 3],
        ]),
        tf.pad(
          x,
          [
            [0, 0],
            [0, 2],
          ],
          1.5,
        ),
        tf.pad(x, [
          [0, 0],
          [0, 0],
        ]),
      ],
    },
  ],
  Range: [{ inputs: {}, f: () => [tf.range(0, 5), tf.range(3, -4, -2), tf.range(0, 1, 0.25), tf.range(0, 3, 1, 'int32')] }],
  Reshape: [{ inputs: { x: [2, 6] }, f: ({ x }) => [tf.reshape(x, [3, -1]), tf.reshape(x, [12]), tf.squeeze(tf.reshape(x, [1, 12]))] }],
  ResizeBilinear: resize(tf.image.resizeBilinear, true, false),
  ResizeBilinearGrad: resize(tf.image.resizeBilinear, false, true),
  ResizeNearestNeighbor: resize(tf.image.resizeNearestNeighbor, true, false),
  ResizeNearestNeighborGrad: resize(tf.image.resizeNearestNeighbor, false, true),
  Reverse: [{ inputs: { x: [2, 3, 4] }, f: ({ x }) => [tf.reverse(x), tf.reverse(x, 1), tf.reverse(x, [-1, 0])] }],
  ScatterNd: [
    { inputs: { at: ints([3, 1], 2, 0, 2), v: [3, 2] }, f: ({ at, v }) => tf.scatterND(at, v, [4, 2]) },
    { inputs: { at: ints([3, 2], 2, 0, 1, 1, 2, 0), v: [3] }, f: ({ at, v }) => tf.scatterND(at, v, [3, 2]) },
  ],
  Slice: [{ inputs: { x: [3, 4, 2] }, f: ({ x }) => [tf.slice(x, [1, 0, 1], [2, 3, 1]), tf.slice(x, 1), tf.slice(x, [0, 1], [-1, 2])] }],
  SpaceToBatchND: [
    {
      inputs: { x: [2, 4, 5, 2] },
      f: ({ x }) =>
        tf.spaceToBatchND(
          x,
          [2, 3],
          [
            [0, 0],
            [1, 0],
          ],
        ),
    },
  ],
  SplitV: [{ inputs: { x: [4, 6] }, f: ({ x }) => [...tf.split(x, 3, 1), ...tf.split(x, [1, 3]), ...tf.split(x, [2, -1], -1)] }],
  StridedSlice: [
    {
      inputs: { x: [4, 5, 3] },
      f: ({ x }) => [
        tf.stridedSlice(x, [0, 1], [4, 5], [2, 3]),
        tf.stridedSlice(x, [3, 4], [0, 0], [-1, -2]),
        tf.stridedSlice(x, [1, 0, 0], [2, 5, 3], [1, 1, 1], 0, 6, 0, 0, 1),
        tf.stridedSlice(x, [0, 0], [0, 0], [1, 1], 3, 3, 0, 1),
        tf.stridedSlice(x, [0, 1], [0, 3], [1, 2], 0, 0, 1),
      ],
    },
  ],
  Tile: [
    {
      inputs: { x: [2, 3], row: [1, 3] },
      f: ({ x, row }) => [tf.tile(x, [3, 2]), tf.tile(x, [1, 1]), tf.tile(row, [4, 1]), tf.broadcastTo(row, [2, 4, 3])],
    },
    { inputs: { x: [2, 3] }, f: ({ x }) => tf.grad((at) => tf.sum(tf.mul(tf.tile(at, [3, 2]), ramp([6, 6]))))(x) },
  ],
  Transpose: [{ inputs: { x: [2, 3, 4] }, f: ({ x }) => [tf.transpose(x), tf.transpose(x, [0, 2, 1]), tf.transpose(x, [0, 1, 2])] }],
  Unpack: [{ inputs: { x: [2, 3] }, f: ({ x }) => [...tf.unstack(x), ...tf.unstack(x, 1), ...tf.unstack(x, -1)] }],
  UnsortedSegmentSum: [
    { inputs: { x: [4, 3], at: ints([4], 2, 0, 2, 1) }, f: ({ x, at }) => tf.unsortedSegmentSum(x, at as Tensor1D, 4) },
    {
      inputs: { x: [4, 3], at: ints([2, 2], 3, 0, 0, 2) },
      f: ({ x, at }) =>
        [0, 1].map((axis) => tf.grad((table) => tf.sum(tf.sin(tf.gather(table, tf.mod(at, tf.scalar(3, 'int32')), axis))))(x)),
    },
  ],
  ZerosLike: [{ inputs: { x: [2, 3] }, f: ({ x }) => tf.zerosLike(x) }],
};
