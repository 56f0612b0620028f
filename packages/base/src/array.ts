import { AdvectError } from './errors.js';

/** Numeric storage of an {@link NdArray}. */
export type NumericArray = Float32Array | Float64Array | Int32Array | Uint8Array;

/** A plain array with a shape, row-major. What every public verb returns, and what weights are kept in. */
export interface NdArray<D extends NumericArray = Float32Array> {
  readonly shape: readonly number[];
  readonly data: D;
}

/** Numbers nested to any depth, such as `[[0, 1], [2, 3]]`. */
export type NestedNumbers = readonly number[] | readonly NestedNumbers[];

/** What a public verb takes where it wants numbers (tensors are taken too, see `tensor/`). */
export type ArrayLike = NdArray<NumericArray> | NestedNumbers;

/** Number of elements of a shape. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** A zero-filled float32 array of the given shape. */
export const zeros = (shape: readonly number[]): NdArray => ({ shape: [...shape], data: new Float32Array(sizeOf(shape)) });

/** Wraps data in a shape; throws `invalid-shape` when the lengths disagree or a size is not a whole number from 0. */
export function ndarray<D extends NumericArray>(data: D, shape: readonly number[]): NdArray<D> {
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new AdvectError('invalid-shape', `[${shape.join(', ')}] is no shape`, 'Give whole sizes, none negative.');
  }
  if (data.length !== sizeOf(shape)) {
    throw new AdvectError(
      'invalid-shape',
      `${data.length} numbers do not fill the shape [${shape.join(', ')}], which holds ${sizeOf(shape)}`,
      'Give as many numbers as the product of the shape.',
    );
  }
  return { shape: [...shape], data };
}

/** Whether a value is { shape, data } with a typed array as data; lengths are not compared. */
export const isNdArray = (value: unknown): value is NdArray<NumericArray> =>
  typeof value === 'object' &&
  value !== null &&
  'shape' in value &&
  'data' in value &&
  Array.isArray(value.shape) &&
  ArrayBuffer.isView(value.data);

/** Copies nested numbers (or another array) into float32; throws `invalid-shape` on ragged nesting, `invalid-value` on non-numbers. */
export function toFloat32(value: ArrayLike, name: string): NdArray {
  if (isNdArray(value)) return ndarray(Float32Array.from(value.data), value.shape);
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) {
    if (shape.push(level.length) > MAX_RANK) {
      throw new AdvectError('invalid-shape', `${name} is nested deeper than ${MAX_RANK}`, 'Give one level for each axis.');
    }
  }
  const data = new Float32Array(sizeOf(shape));
  let at = 0;
  const fill = (level: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof level !== 'number') {
        throw new AdvectError(
          'invalid-value',
          `${name} holds ${kindOf(level)} where a number belongs`,
          'Give numbers only, nested to one depth; a typed array goes with its shape, as { shape, data }.',
        );
      }
      data[at++] = level;
      return;
    }
    if (!Array.isArray(level) || level.length !== shape[depth]) {
      throw new AdvectError('invalid-shape', `${name} is ragged at depth ${depth}`, `Every row there must have ${shape[depth]} entries.`);
    }
    for (const item of level) fill(item, depth + 1);
  };
  fill(value, 0);
  return { shape, data };
}

/** More axes than anything here has; a list that holds itself has no end of them. */
const MAX_RANK = 16;

const kindOf = (value: unknown): string => {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : `a ${value.constructor?.name ?? 'object'}`;
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value);
};

/** The array as nested plain arrays, one level for each axis. */
export function toNested(array: NdArray<NumericArray>): NestedNumbers {
  const build = (axis: number, start: number): unknown => {
    const length = array.shape[axis];
    const stride = sizeOf(array.shape.slice(axis + 1));
    return Array.from({ length }, (_, i) =>
      axis === array.shape.length - 1 ? array.data[start + i] : build(axis + 1, start + i * stride),
    );
  };
  return build(0, 0) as NestedNumbers;
}

/** Rows `indices` of an array, copied, along its first axis; throws `invalid-value` for a row that there is not. */
export function takeRows<D extends NumericArray>(array: NdArray<D>, indices: ArrayLike32): NdArray<D> {
  const stride = sizeOf(array.shape.slice(1));
  // Node's Buffer is a Uint8Array whose constructor is not to be called.
  const type = array.data instanceof Uint8Array ? Uint8Array : array.data.constructor;
  const data = new (type as new (n: number) => D)(indices.length * stride);
  for (let i = 0; i < indices.length; i++) {
    if (!Number.isInteger(indices[i]) || indices[i] < 0 || indices[i] >= array.shape[0]) {
      throw new AdvectError('invalid-value', `there is no row ${indices[i]} among ${array.shape[0]}`, 'Ask for rows counted from 0.');
    }
    const from = indices[i] * stride;
    if (stride > SHORT) data.set(array.data.subarray(from, from + stride), i * stride);
    else for (let j = 0; j < stride; j++) data[i * stride + j] = array.data[from + j];
  }
  return { shape: [indices.length, ...array.shape.slice(1)], data };
}

/** Rows of up to so many numbers are quicker copied one by one than as a piece. */
const SHORT = 32;

type ArrayLike32 = readonly number[] | Int32Array | Uint32Array;

/** Throws `invalid-value` naming the first entry that is NaN, infinite, or too large for float32. */
export function assertFinite(array: NdArray<NumericArray>, name: string): void {
  const at = array.data.findIndex((v) => !Number.isFinite(Math.fround(v)));
  if (at < 0) return;
  const stride = sizeOf(array.shape.slice(1));
  throw new AdvectError(
    'invalid-value',
    `${name} holds ${array.data[at]} in row ${Math.floor(at / stride)}, entry ${at % stride}`,
    'Remove or replace the rows that are not finite before using them.',
  );
}
