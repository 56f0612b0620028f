import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { asTable, type Table } from './table.js';

/** What standardises columns: the options of the transform `affine`, which a flow keeps, and inverts on the way out. */
export interface Standardisation {
  /** The mean of each column. */
  readonly shift: readonly number[];
  /** Its standard deviation. */
  readonly scale: readonly number[];
}

/**
 * Mean and standard deviation of each column, in double precision. `affine(standardisation(x))` as the first transform of
 * a flow makes it learn from standardised columns, and its samples and log-densities are those of the data as they came.
 *
 * @param ddof what is taken from the number of rows in the variance: 0 (the default) or 1
 * Throws `invalid-value` where a column is constant or not finite.
 */
export function standardisation(x: Table, ddof: 0 | 1 = 0): Standardisation {
  const { shape, data } = asTable(x, 'standardisation: x');
  const [rows, width] = shape;
  const shift = new Array<number>(width).fill(0);
  const squares = new Array<number>(width).fill(0);
  data.forEach((v, i) => (shift[i % width] += v / rows));
  data.forEach((v, i) => (squares[i % width] += (v - shift[i % width]) ** 2));
  const scale = squares.map((sum) => Math.sqrt(sum / (rows - ddof)));
  const bad = scale.findIndex((s) => !(s > 0 && Number.isFinite(s)));
  if (bad >= 0) {
    throw new AdvectError(
      'invalid-value',
      `column ${bad} has the standard deviation ${scale[bad]}`,
      'Leave out columns that are constant, and rows that are not finite.',
    );
  }
  return { shift, scale };
}

/** (x − shift) / scale, rounded to float32 as flows take it. */
export function standardise(x: Table, { shift, scale }: Standardisation): NdArray {
  const { shape, data } = asTable(x, 'standardise: x');
  const width = shape[1];
  return { shape, data: Float32Array.from(data, (v, i) => (v - shift[i % width]) / scale[i % width]) };
}
