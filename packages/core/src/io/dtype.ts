import type { NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';

/** How the elements of one safetensors dtype are stored and decoded. */
export interface Dtype {
  /** Bytes of one element. */
  readonly size: number;
  /** Decodes a copy of the tensor's bytes; the answer is a string that says what is wrong, where something is. */
  decode(bytes: Uint8Array<ArrayBuffer>): NumericArray | string;
}

/**
 * The element types that are read. F16 widens to float32; I64 becomes float64 where every number is a safe integer;
 * BOOL becomes bytes of 0 and 1. Byte order is little-endian, as it is on every platform that tfjs runs on.
 */
export const dtypes: ReadonlyMap<string, Dtype> = new Map<string, Dtype>([
  ['F64', { size: 8, decode: (bytes) => new Float64Array(bytes.buffer) }],
  ['F32', { size: 4, decode: (bytes) => new Float32Array(bytes.buffer) }],
  ['I32', { size: 4, decode: (bytes) => new Int32Array(bytes.buffer) }],
  ['U8', { size: 1, decode: (bytes) => bytes }],
  ['BOOL', { size: 1, decode: (bytes) => (bytes.every((b) => b <= 1) ? bytes : 'holds a byte other than 0 and 1') }],
  ['F16', { size: 2, decode: (bytes) => Float32Array.from(new Uint16Array(bytes.buffer), halfToNumber) }],
  ['I64', { size: 8, decode: decodeInt64 }],
]);

/** The dtype that an array is written as, F16 for float32 arrays where `half`; throws `invalid-value` for a type that is not read back. */
export function dtypeOf(array: NumericArray, half: boolean): string {
  if (array instanceof Float32Array) return half ? 'F16' : 'F32';
  if (array instanceof Float64Array) return 'F64';
  if (array instanceof Int32Array) return 'I32';
  if (array instanceof Uint8Array) return 'U8';
  throw new AdvectError(
    'invalid-value',
    'A tensor is kept in an array of another type',
    'Use Float32Array, Float64Array, Int32Array or Uint8Array.',
  );
}

/** The number that 16 bits stand for (IEEE 754 binary16). */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/**
 * The 16 bits of the half-precision number nearest to a float32 number, of two that are as near the even one. With
 * |x| in [2^-14, 65504] the relative error is at most 2^-11, below that the absolute error at most 2^-25; from 65520 on
 * the result is infinite.
 */
export function numberToHalf(x: number): number {
  float[0] = x;
  const sign = (floatBits[0] >>> 16) & 0x8000;
  if (Number.isNaN(x)) return 0x7e00;
  // The spacing of half-precision numbers around x is 2^(exponent − 10); below 2^-14 it stays as it is there.
  const exponent = Math.max(-14, ((floatBits[0] >>> 23) & 0xff) - 127);
  if (exponent > 15) return sign | 0x7c00;
  // Float64 has no digits behind the point from 2^52 on, so that the sum is rounded to a whole number, ties to even.
  const spacings = Math.abs(float[0]) * 2 ** (10 - exponent) + 2 ** 52 - 2 ** 52;
  return sign | (((exponent + 14) << 10) + spacings);
}

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

function decodeInt64(bytes: Uint8Array<ArrayBuffer>): Float64Array | string {
  const values = Float64Array.from(new BigInt64Array(bytes.buffer), Number);
  return values.every((v) => Number.isSafeInteger(v)) ? values : 'holds a whole number beyond 2^53';
}
