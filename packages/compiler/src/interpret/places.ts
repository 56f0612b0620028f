import { sizeOf } from '@advect/base/array';

/** Row-major strides of a shape. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/** Strides that read an operand (of the same rank, with 1 where it is repeated; or of rank 0) over a larger shape. */
export function repeatedStrides(operand: readonly number[], shape: readonly number[]): number[] {
  if (operand.length === 0) return shape.map(() => 0);
  return stridesOf(operand).map((stride, axis) => (operand[axis] === 1 ? 0 : stride));
}

/** Where strides lead for each index of `shape`, in row-major order: start + Σ index·stride. */
export function places(shape: readonly number[], strides: readonly number[], start = 0): Int32Array {
  const result = new Int32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  let place = start;
  for (let i = 0; i < result.length; i++) {
    result[i] = place;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis];
      if (++index[axis] < shape[axis]) break;
      place -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

/** The entries at the given places. */
export function entriesAt(entries: Float64Array, at: Int32Array): Float64Array {
  const result = new Float64Array(at.length);
  for (let i = 0; i < at.length; i++) result[i] = entries[at[i]];
  return result;
}
