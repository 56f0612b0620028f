import { type NdArray, type NumericArray, takeRows } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';

/** Numbers, [rows, columns]. */
export type Table = NdArray<NumericArray>;

/** A table in double precision; throws `invalid-shape` for anything but rows of at least one column. */
export function asTable(x: Table, name: string): NdArray<Float64Array> {
  if (x.shape.length !== 2 || x.shape[0] < 1 || x.shape[1] < 1) {
    throw new AdvectError('invalid-shape', `${name} has shape [${x.shape.join(', ')}]`, 'Give a table, [rows, columns].');
  }
  return { shape: x.shape, data: x.data instanceof Float64Array ? x.data : Float64Array.from(x.data) };
}

/** The columns with these numbers, in this order. */
export function takeColumns({ shape: [rows, width], data }: NdArray<Float64Array>, columns: readonly number[]): NdArray<Float64Array> {
  const out = new Float64Array(rows * columns.length);
  for (let row = 0; row < rows; row++) columns.forEach((column, i) => (out[row * columns.length + i] = data[row * width + column]));
  return { shape: [rows, columns.length], data: out };
}

/** The rows from `start` up to, and without, `end`; a view, not a copy. */
export const rowsBetween = ({ shape: [, width], data }: NdArray<Float64Array>, start: number, end: number): NdArray<Float64Array> => ({
  shape: [end - start, width],
  data: data.subarray(start * width, end * width),
});

/** The rows for which the test holds. */
export function filterRows(table: NdArray<Float64Array>, holds: (row: Float64Array) => boolean): NdArray<Float64Array> {
  const [rows, width] = table.shape;
  const kept = Int32Array.from({ length: rows }, (_, row) => row).filter((row) =>
    holds(table.data.subarray(row * width, (row + 1) * width)),
  );
  return takeRows(table, kept);
}

/** The numbers 0 to n − 1 without these. */
export const columnsBut = (n: number, left: readonly number[]): number[] =>
  Array.from({ length: n }, (_, column) => column).filter((column) => !left.includes(column));
