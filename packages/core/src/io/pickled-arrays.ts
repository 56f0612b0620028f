import type { NdArray, NumericArray } from '@advect/base/array';
import { decodeElements } from './npy.js';
import { type Pickled, type PickledObject, readPickle } from './pickle.js';

const latin1 = new TextDecoder('latin1');

/**
 * The numeric NumPy arrays in a pickle, in the order in which they come: those of a pandas DataFrame are its blocks,
 * [columns, rows]. The pickle is read as data and never run ({@link readPickle}); arrays of objects and texts are passed over.
 * Throws `invalid-file` where the pickle is damaged.
 */
export function pickledArrays(bytes: Uint8Array): NdArray<NumericArray>[] {
  const found: NdArray<NumericArray>[] = [];
  readPickle(bytes, (object) => {
    const array = numericArray(object);
    if (array) found.push(array);
  });
  return found;
}

/** NumPy makes an array by `_reconstruct` and sets (version, shape, dtype, Fortran order, bytes). */
function numericArray({ of, state }: PickledObject): NdArray<NumericArray> | undefined {
  if (nameOf(of)?.endsWith('multiarray _reconstruct') !== true || !Array.isArray(state) || state.length !== 5) return undefined;
  const [, shape, dtype, fortranOrder, bytes] = state;
  const descr = descrOf(dtype);
  if (descr === undefined || !isShape(shape) || !(bytes instanceof Uint8Array)) return undefined;
  return decodeElements(bytes, { descr, fortranOrder: Boolean(fortranOrder), shape }, 'an array of the pickle');
}

/** `<f8` of dtype('f8') with the state (version, '<', …); undefined for what is no plain number. */
function descrOf(dtype: Pickled): string | undefined {
  if (typeof dtype !== 'object' || dtype === null || !('kind' in dtype) || dtype.kind !== 'object') return undefined;
  if (nameOf(dtype.of) !== 'numpy dtype' || !Array.isArray(dtype.args) || !Array.isArray(dtype.state)) return undefined;
  const [type, order] = [textOf(dtype.args[0]), textOf(dtype.state[1])];
  return type !== undefined && order !== undefined && /^[biuf]\d$/.test(type) ? `${order}${type}` : undefined;
}

const nameOf = (value: Pickled): string | undefined =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'name' ? value.name : undefined;

const textOf = (value: Pickled): string | undefined =>
  typeof value === 'string' ? value : value instanceof Uint8Array ? latin1.decode(value) : undefined;

const isShape = (value: Pickled): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.length <= 32 && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
