import type { Kernel, Plan, View } from '../../plan/plan.js';
import {
  type BatchAxis,
  conv2dFilterScratch,
  conv2dInputScratch,
  type ConvShape,
  type Matmul,
  matmulScratch,
  type Matrix,
  type Place,
} from '../kernels/index.js';

export type MatmulKernel = Extract<Kernel, { kind: 'matmul' }>;
export type RowMatmulKernel = Extract<Kernel, { kind: 'rowMatmul' }>;
export type ConvKernel = Extract<Kernel, { kind: 'conv2d' | 'conv2dInput' | 'conv2dFilter' }>;
type Strides = Omit<Matrix, keyof Place>;

/** Lengths and strides (in bytes) of a matrix product. */
export function matmulShape({ a, b, c, sumBatch }: MatmulKernel): Omit<Matmul, 'a' | 'b'> & { readonly a: Strides; readonly b: Strides } {
  const [m, k] = a.shape.slice(-2);
  return { m, n: b.shape.at(-1)!, k, a: matrixOf(a, 0), b: matrixOf(b, 0), batch: batchOf(a, b, sumBatch ? undefined : c, 2), sumBatch };
}

/** Strides of a matrix before the last `tail` axes. */
export function matrixOf({ strides }: View, tail: 0 | 1): Strides {
  const [row, column] = strides.slice(strides.length - 2 - tail);
  return { row: 4 * row, column: 4 * column };
}

/** The batch axes: all but the last `rest`. */
export const batchOf = (a: View, b: View, c: View | undefined, rest: number): BatchAxis[] =>
  a.shape
    .slice(0, -rest)
    .map((length, axis) => ({ length, a: 4 * a.strides[axis], b: 4 * b.strides[axis], c: c ? 4 * c.strides[axis] : 0 }));

/** Sizes of a convolution, whichever two of input, filter and output the kernel is given. */
export function convShape({ kind, geometry, rowsLast, a, b, c }: ConvKernel): ConvShape {
  const [x, filter, y] = kind === 'conv2d' ? [a, b, c] : kind === 'conv2dInput' ? [c, b, a] : [a, c, b];
  const size = ({ shape }: View): [number, number] => (rowsLast ? [shape[0], shape[1]] : [shape[1], shape[2]]);
  const [height, width, channels, outputs] = filter.shape;
  return {
    geometry,
    input: size(x),
    output: size(y),
    window: [height, width],
    channels,
    outputs,
    rows: x.shape[rowsLast ? 3 : 0],
    rowsLast,
  };
}

function kernelScratch(kernel: Kernel): number {
  if (kernel.kind === 'matmul') return matmulScratch(matmulShape(kernel));
  if (kernel.kind === 'conv2dInput') return conv2dInputScratch(convShape(kernel));
  return kernel.kind === 'conv2dFilter' ? conv2dFilterScratch(convShape(kernel)) : 0;
}

/** Bytes of scratch memory that the hungriest kernel of a plan wants. */
export const scratchBytes = ({ phases }: Plan): number =>
  [...phases.once, ...phases.tile, ...phases.after].reduce((most, kernel) => Math.max(most, kernelScratch(kernel)), 0);
