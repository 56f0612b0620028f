import { AdvectError } from '@advect/base/errors';
import type { ConvGeometry } from './graph.js';

/** "[4, 3]": a shape, or other numbers by axis, in words of an error. */
export const shown = (numbers: readonly number[]): string => `[${numbers.join(', ')}]`;

/** [rows, columns] of a matrix in the two axes before `tail`, after an optional transposition. */
const matrixOf = (shape: readonly number[], transposed: boolean, tail: number): readonly [number, number] => {
  const [rows, columns] = shape.slice(shape.length - 2 - tail, shape.length - tail);
  return transposed ? [columns, rows] : [rows, columns];
};

/** The shape of `matmul`. Throws `invalid-shape` where the operands do not fit. */
export function matmulShape(
  a: readonly number[],
  b: readonly number[],
  flags: { transposeA: boolean; transposeB: boolean; sumBatch?: boolean },
): number[] {
  return product(a, b, flags, 0);
}

/** The shape of `rowMatmul`. */
export function rowMatmulShape(a: readonly number[], b: readonly number[], flags: { transposeA: boolean; transposeB: boolean }): number[] {
  return [...product(a.slice(0, -1), b.slice(0, -1), flags, 0), a[a.length - 1]];
}

function product(
  a: readonly number[],
  b: readonly number[],
  { transposeA, transposeB, sumBatch = false }: { transposeA: boolean; transposeB: boolean; sumBatch?: boolean },
  tail: number,
): number[] {
  const [m, inner] = matrixOf(a, transposeA, tail);
  const [otherInner, n] = matrixOf(b, transposeB, tail);
  const [batchA, batchB] = [a.slice(0, -2), b.slice(0, -2)];
  const fits = a.length === b.length && a.length >= 2 && inner === otherInner;
  const batch = batchA.map((length, i) => (length === 1 ? batchB[i] : length));
  if (!fits || batch.some((length, i) => batchB[i] !== length && batchB[i] !== 1)) {
    throw new AdvectError(
      'invalid-shape',
      `${shown(a)}${transposeA ? 'ᵀ' : ''} and ${shown(b)}${transposeB ? 'ᵀ' : ''} cannot be multiplied`,
      'The inner lengths must agree, and the batch axes be equal or 1.',
    );
  }
  return [...(sumBatch ? [] : batch), m, n];
}

/** Length of a convolution's output along one axis. */
const convLength = (length: number, window: number, stride: number, dilation: number, padding: number): number =>
  Math.floor((length + padding - dilation * (window - 1) - 1) / stride) + 1;

/** The shape of `conv2d` for x NHWC, or [H, W, C, rows]. */
export function convOutputShape(
  x: readonly number[],
  filter: readonly number[],
  { strides, dilations, pads }: ConvGeometry,
  rowsLast: boolean,
): number[] {
  const [height, width, channels] = rowsLast ? x : x.slice(1);
  const [windowHeight, windowWidth, inputs, outputs] = filter;
  if (x.length !== 4 || filter.length !== 4 || channels !== inputs) {
    throw new AdvectError(
      'invalid-shape',
      `a filter ${shown(filter)} cannot run over ${shown(x)}`,
      'Give x [batch, height, width, channels] and a filter [height, width, channels, outputs].',
    );
  }
  const size = [
    convLength(height, windowHeight, strides[0], dilations[0], pads[0] + pads[1]),
    convLength(width, windowWidth, strides[1], dilations[1], pads[2] + pads[3]),
    outputs,
  ];
  return rowsLast ? [...size, x[3]] : [x[0], ...size];
}

/** The filter's shape that x and dy imply, given its window in `filter`. */
export function convFilterShape(x: readonly number[], dy: readonly number[], filter: readonly number[], rowsLast: boolean): number[] {
  const channel = rowsLast ? 2 : 3;
  return [filter[0], filter[1], x[channel], dy[channel]];
}
