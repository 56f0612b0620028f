import { type NdArray, ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { type Key, split } from '../random/index.js';

/** Makes rows of the given width one by one. */
export function eachRow(count: number, width: number, rowAt: (i: number) => ArrayLike<number>): NdArray {
  const data = new Float32Array(count * width);
  for (let i = 0; i < count; i++) data.set(rowAt(i), i * width);
  return ndarray(data, [count, width]);
}

/** Draws rows, each from a key of its own. */
export const drawRows = (key: Key, count: number, width: number, start: number, draw: (key: Key) => ArrayLike<number>): NdArray =>
  eachRow(count, width, (i) => draw(split(key, start + i)));

/** Row i in float64. */
export const rowOf = ({ shape, data }: NdArray, i: number): Float64Array =>
  Float64Array.from(data.subarray(i * shape[1], (i + 1) * shape[1]));

/** Throws `invalid-shape` unless all arrays are [rows, width], with equally many rows. */
export function checkRows(where: string, width: number, ...arrays: readonly NdArray[]): void {
  for (const { shape } of arrays) {
    if (shape.length === 2 && shape[1] === width && shape[0] === arrays[0].shape[0]) continue;
    throw new AdvectError(
      'invalid-shape',
      `${where} was given the shape [${shape.join(', ')}]`,
      `Its points have ${width} coordinates: give arrays [rows, ${width}] of equally many rows.`,
    );
  }
}
