import { type NdArray, type NumericArray, assertFinite, ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';

/** Samples as rows of numbers, whatever the shape of one. */
export interface Rows {
  readonly count: number;
  readonly dim: number;
  readonly data: NumericArray;
}

/** The rows of x, [batch, ...event]. Throws `invalid-shape` without a row or a number in it, or for another width; `invalid-value` for NaN and infinity. */
export function toRows(x: NdArray<NumericArray>, name: string, dim?: number): Rows {
  const count = x.shape[0] ?? 0;
  const width = x.data.length / count;
  if (!(width >= 1) || (dim !== undefined && width !== dim)) {
    throw new AdvectError(
      'invalid-shape',
      `${name} has the shape [${x.shape.join(', ')}]`,
      `Give at least one sample along the first axis, of ${dim === undefined ? 'at least one number' : `${dim} numbers`}.`,
    );
  }
  assertFinite(ndarray(x.data, x.shape), name);
  return { count, dim: width, data: x.data };
}
