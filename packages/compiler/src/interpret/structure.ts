import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { entriesAt, places, stridesOf } from './places.js';
import type { Evaluate, Value } from './value.js';

/** Puts all of x into `result`, which has `shape`, from index `begin`. */
function write(x: Value, result: Float64Array, shape: readonly number[], begin: readonly number[]): void {
  const strides = stridesOf(shape);
  const start = begin.reduce((sum, index, axis) => sum + index * strides[axis], 0);
  places(x.shape, strides, start).forEach((place, i) => (result[place] = x.data[i]));
}

export const reshape: Evaluate<'reshape'> = (_node, [x]) => x.data;

export const transpose: Evaluate<'transpose'> = ({ perm, shape }, [x]) => {
  const strides = stridesOf(x.shape);
  return entriesAt(
    x.data,
    places(
      shape,
      perm.map((axis) => strides[axis]),
    ),
  );
};

export const slice: Evaluate<'slice'> = ({ begin, strides: steps, shape }, [x]) => {
  const strides = stridesOf(x.shape);
  const start = begin.reduce((sum, index, axis) => sum + index * strides[axis], 0);
  return entriesAt(
    x.data,
    places(
      shape,
      strides.map((stride, axis) => stride * steps[axis]),
      start,
    ),
  );
};

export const pad: Evaluate<'pad'> = ({ before, value, shape }, [x]) => {
  const result = new Float64Array(sizeOf(shape)).fill(value);
  write(x, result, shape, before);
  return result;
};

export const concat: Evaluate<'concat'> = ({ axis, shape }, operands) => {
  const result = new Float64Array(sizeOf(shape));
  const begin = shape.map(() => 0);
  for (const x of operands) {
    write(x, result, shape, begin);
    begin[axis] += x.shape[axis];
  }
  return result;
};

export const gather: Evaluate<'gather'> = ({ axis, shape }, [x, indices]) => {
  const result = new Float64Array(sizeOf(shape));
  const outer = sizeOf(x.shape.slice(0, axis));
  const inner = sizeOf(x.shape.slice(axis + 1));
  const length = x.shape[axis];
  for (let o = 0; o < outer; o++) {
    indices.data.forEach((index, i) => {
      assertIndex(index, length);
      const from = (o * length + index) * inner;
      result.set(x.data.subarray(from, from + inner), (o * indices.data.length + i) * inner);
    });
  }
  return result;
};

export const scatterAdd: Evaluate<'scatterAdd'> = ({ shape }, [updates, indices]) => {
  const result = new Float64Array(sizeOf(shape));
  const inner = sizeOf(shape.slice(1));
  indices.data.forEach((index, i) => {
    assertIndex(index, shape[0]);
    for (let k = 0; k < inner; k++) result[index * inner + k] += updates.data[i * inner + k];
  });
  return result;
};

function assertIndex(index: number, length: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= length) {
    throw new AdvectError('invalid-value', `there is no index ${index} along an axis of ${length}`, 'Give whole indices counted from 0.');
  }
}
