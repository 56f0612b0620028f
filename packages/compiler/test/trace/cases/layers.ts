import type { Scalar, Tensor, Tensor1D, Tensor3D, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import { bools, type Case, type Cases, ints, kernel } from './case.js';

type Reduction = (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor;

const reduction = (f: Reduction): Case[] => [
  { inputs: { x: [2, 3, 4] }, f: ({ x }) => [f(x), f(x, 1), f(x, [0, 2]), f(x, [-1], true), f(x, [2, 0], true)] },
  { inputs: { x: [5] }, f: ({ x }) => f(x) },
  { inputs: { x: { shape: [2, 3], values: [1, NaN, 2, Infinity, -1, 4] } }, f: ({ x }) => f(x, 1) },
  { inputs: { x: ints([2, 3], 1, -2, 3, 4, 5, -6) }, f: ({ x }) => f(x, 0) },
];

const logic = (f: Reduction): Case[] => [{ inputs: { x: bools([2, 3], 1, 1, 1, 0, 0, 1) }, f: ({ x }) => [f(x), f(x, 0), f(x, 1, true)] }];

const argument = (f: (x: Tensor, axis?: number) => Tensor): Case[] => [
  { inputs: { x: [3, 4, 2] }, f: ({ x }) => [f(x), f(x, 1), f(x, -1)] },
  { inputs: { x: { shape: [2, 4], values: [1, 3, 3, 0, -1, -1, -2, -2] } }, f: ({ x }) => f(x, 1) },
];

const running = (
  f: Reduction extends never ? never : (x: Tensor, axis?: number, exclusive?: boolean, reverse?: boolean) => Tensor,
): Case[] => [
  {
    inputs: { x: [3, 7, 2] },
    f: ({ x }) => [f(x), f(x, 1), f(x, 1, true), f(x, 1, false, true), f(x, 2, true, true), f(tf.slice(x, [0, 0, 0], [1, 1, 1]), 1)],
  },
  { inputs: { x: ints([5], 1, 2, 3, 4, 5) }, f: ({ x }) => f(x) },
];

const softmax = [
  [3, 5],
  [2, 3, 4],
  [1, 1],
];

/** A product in all four transpositions, with equal, broadcast and missing batch axes. */
const matmuls: Case[] = [
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB): Case => ({
      inputs: { a: transposeA ? [4, 3] : [3, 4], b: transposeB ? [5, 4] : [4, 5] },
      f: ({ a, b }) => tf.matMul(a, b, transposeA, transposeB),
    })),
  ),
  { inputs: { a: [2, 3, 4], b: [2, 4, 5] }, f: ({ a, b }) => tf.matMul(a, b) },
  { inputs: { a: [2, 3, 2, 4], b: [1, 1, 5, 4] }, f: ({ a, b }) => tf.matMul(a, b, false, true) },
  { inputs: { a: [2, 3, 4], b: [4, 5] }, f: ({ a, b }) => tf.matMul(a, b) },
  { inputs: { a: [4], b: [4, 5] }, f: ({ a, b }) => tf.dot(a, b) },
];

const fused = (activation: 'relu' | 'relu6' | 'elu' | 'linear' | 'sigmoid' | 'leakyrelu' | 'prelu'): Case => ({
  inputs: { a: [3, 4], b: [4, 5], bias: [5], slopes: [5] },
  f: ({ a, b, bias, slopes }) =>
    tf.fused.matMul({ a, b, bias, activation, leakyreluAlpha: 0.3, ...(activation === 'prelu' && { preluActivationWeights: slopes }) }),
});

const einsum = (equation: string, ...shapes: number[][]): Case => ({
  inputs: Object.fromEntries(shapes.map((shape, i) => [`x${i}`, shape])),
  f: (given) => tf.einsum(equation, ...Object.values(given)),
});

type Pad = 'same' | 'valid' | number;

const conv = (x: number[], filter: number[], stride: number, pad: Pad, dilation = 1): Case => ({
  inputs: { x, filter },
  f: (given) => tf.conv2d(given['x'] as Tensor4D, given['filter'] as Tensor4D, stride, pad, 'NHWC', dilation),
});

const convGradient = (x: number[], filter: number[], stride: number, pad: Pad): Case => ({
  inputs: { x, filter },
  f: (given) => {
    const loss = (image: Tensor, weights: Tensor): Scalar => tf.sum(tf.sin(tf.conv2d(image as Tensor4D, weights as Tensor4D, stride, pad)));
    return tf.grads(loss)([given['x'], given['filter']]);
  },
});

const convolutions: readonly (readonly [number[], number[], number, Pad])[] = [
  [[2, 5, 6, 3], [3, 3, 3, 4], 1, 'same'],
  [[1, 7, 5, 2], [3, 2, 2, 3], 2, 'same'],
  [[1, 7, 6, 2], [2, 3, 2, 2], 2, 'valid'],
  [[2, 4, 4, 3], [1, 1, 3, 5], 1, 'valid'],
  [[1, 6, 6, 1], [3, 3, 1, 2], 3, 1],
];

export const layers: Cases = {
  All: logic(tf.all),
  Any: logic(tf.any),
  ArgMax: argument(tf.argMax),
  ArgMin: argument(tf.argMin),
  BatchMatMul: matmuls,
  Conv2D: [
    ...convolutions.map((given) => conv(...given)),
    conv([1, 8, 9, 2], [3, 3, 2, 2], 1, 'same', 2),
    { inputs: { x: [2, 9, 3], f: [3, 3, 4] }, f: ({ x, f }) => tf.conv1d(x as Tensor3D, f as Tensor3D, 2, 'same') },
  ],
  Conv2DBackpropFilter: convolutions.map((given) => convGradient(...given)),
  Conv2DBackpropInput: [
    ...convolutions.map((given) => convGradient(...given)),
    {
      inputs: { x: [2, 3, 4, 3], filter: [3, 3, 2, 3] },
      f: ({ x, filter }) => tf.conv2dTranspose(x as Tensor4D, filter as Tensor4D, [2, 6, 8, 2], 2, 'same'),
    },
  ],
  Cumprod: running(tf.cumprod),
  Cumsum: running(tf.cumsum),
  Einsum: [
    einsum('ij,jk->ik', [3, 4], [4, 5]),
    einsum('bhid,bhjd->bhij', [2, 3, 4, 5], [2, 3, 6, 5]),
    {
      ...einsum('bij,bjk->kbi', [2, 3, 4], [2, 4, 5]),
      reference: ({ x0, x1 }) => tf.transpose(tf.matMul(x0, x1), [2, 0, 1]),
    },
    {
      ...einsum('bij,bjk->kb', [2, 3, 4], [2, 4, 5]),
      reference: ({ x0, x1 }) => tf.transpose(tf.sum(tf.matMul(x0, x1), 1)),
    },
    einsum('ij,ij->i', [3, 4], [3, 4]),
    einsum('i,j->ji', [3], [4]),
    einsum('ijk->ki', [2, 3, 4]),
    {
      ...einsum('ij,kl->ik', [2, 3], [4, 5]),
      reference: ({ x0, x1 }) => tf.outerProduct(tf.sum<Tensor1D>(x0, 1), tf.sum<Tensor1D>(x1, 1)),
    },
    einsum('ij,ij->', [3, 4], [3, 4]),
  ],
  FusedBatchNorm: [
    {
      inputs: { x: [2, 3, 4, 5], mean: [5], variance: { shape: [5], values: [1, 2, 0.5, 3, 0.1] }, offset: [5], scale: [5] },
      f: ({ x, mean, variance, offset, scale }) => [tf.batchNorm(x, mean, variance, offset, scale, 1e-3), tf.batchNorm(x, mean, variance)],
    },
  ],
  FusedConv2D: [
    {
      inputs: { x: [2, 5, 5, 3], filter: [3, 3, 3, 4], bias: [4] },
      f: ({ x, filter, bias }) =>
        tf.fused.conv2d({ x: x as Tensor4D, filter: filter as Tensor4D, strides: 1, pad: 'same', bias, activation: 'relu' }),
    },
  ],
  LogSoftmax: softmax.map((x) => ({
    inputs: { x },
    f: (given) => kernel('LogSoftmax', { logits: given['x'] }, { axis: -1 }),
    reference: (given) => tf.logSoftmax(given['x']),
  })),
  Max: reduction(tf.max),
  Mean: reduction(tf.mean),
  Min: reduction(tf.min),
  Prod: reduction(tf.prod),
  Softmax: softmax.map((x) => ({ inputs: { x }, f: (given) => tf.softmax(given['x']) })),
  Sum: [...reduction(tf.sum), { inputs: { x: bools([2, 2], 1, 0, 1, 1) }, f: ({ x }) => tf.sum(x, 1) }],
  _FusedMatMul: (['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const).map(fused),
};
