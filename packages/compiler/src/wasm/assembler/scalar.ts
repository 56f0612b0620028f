import { type F32, type F64, type I32, type I64, stacked, type Value, type ValueType } from './values.js';
import type { Writer } from './writer.js';

type Unary<T, R = T> = (x: T) => R;
type Binary<T, R = T> = (a: T, b: T) => R;
/** `offset` is a constant number of bytes added to the address. */
type Load<T> = (address: I32, offset?: number) => T;
type Store<T> = (address: I32, value: T, offset?: number) => void;

/** One method for each opcode; operands are on the stack already, so that all are the same but for their types. */
function each<M extends Record<string, (...operands: never[]) => Value>>(
  out: Writer,
  codes: { readonly [N in keyof M]: number },
  result: ValueType,
): M {
  const value = stacked[result];
  const methods = Object.entries<number>(codes as { readonly [name: string]: number }).map(([name, code]) => [
    name,
    (): Value => {
      out.byte(code);
      return value;
    },
  ]);
  return Object.fromEntries(methods) as M;
}

const memory = (out: Writer, code: number, align: number, offset: number): void => {
  out.byte(code);
  out.byte(align);
  out.unsigned(offset);
};

/** Instructions on 32-bit integers. */
export function i32Instructions(out: Writer) {
  return {
    const(value: number): I32 {
      out.byte(0x41);
      out.signed(value | 0);
      return stacked.i32;
    },
    ...each<Record<'eqz' | 'clz' | 'ctz' | 'popcnt', Unary<I32>>>(out, { eqz: 0x45, clz: 0x67, ctz: 0x68, popcnt: 0x69 }, 'i32'),
    ...each<Record<keyof typeof i32Binary, Binary<I32>>>(out, i32Binary, 'i32'),
    ...each<Record<'truncF32' | 'reinterpret', Unary<F32, I32>>>(out, { truncF32: 0xa8, reinterpret: 0xbc }, 'i32'),
    truncSatF32(_x: F32): I32 {
      out.byte(0xfc);
      out.byte(0);
      return stacked.i32;
    },
    wrap(_x: I64): I32 {
      out.byte(0xa7);
      return stacked.i32;
    },
    load: ((_address, offset = 0) => (memory(out, 0x28, 2, offset), stacked.i32)) as Load<I32>,
    load8: ((_address, offset = 0) => (memory(out, 0x2d, 0, offset), stacked.i32)) as Load<I32>,
    store: ((_address, _value, offset = 0) => memory(out, 0x36, 2, offset)) as Store<I32>,
    store8: ((_address, _value, offset = 0) => memory(out, 0x3a, 0, offset)) as Store<I32>,
  };
}

const i32Binary = {
  eq: 0x46,
  ne: 0x47,
  ltS: 0x48,
  ltU: 0x49,
  gtS: 0x4a,
  gtU: 0x4b,
  leS: 0x4c,
  leU: 0x4d,
  geS: 0x4e,
  geU: 0x4f,
  add: 0x6a,
  sub: 0x6b,
  mul: 0x6c,
  divS: 0x6d,
  divU: 0x6e,
  remS: 0x6f,
  remU: 0x70,
  and: 0x71,
  or: 0x72,
  xor: 0x73,
  shl: 0x74,
  shrS: 0x75,
  shrU: 0x76,
} as const;

/** Instructions on 64-bit integers. */
export function i64Instructions(out: Writer) {
  return {
    const(value: bigint): I64 {
      out.byte(0x42);
      out.signed64(BigInt.asIntN(64, value));
      return stacked.i64;
    },
    ...each<Record<keyof typeof i64Binary, Binary<I64>>>(out, i64Binary, 'i64'),
    ...each<Record<'eq' | 'ne' | 'ltS' | 'gtS' | 'leS' | 'geS', Binary<I64, I32>>>(
      out,
      { eq: 0x51, ne: 0x52, ltS: 0x53, gtS: 0x55, leS: 0x57, geS: 0x59 },
      'i32',
    ),
    ...each<Record<'extendS' | 'extendU', Unary<I32, I64>>>(out, { extendS: 0xac, extendU: 0xad }, 'i64'),
    ...each<Record<'reinterpret', Unary<F64, I64>>>(out, { reinterpret: 0xbd }, 'i64'),
    load: ((_address, offset = 0) => (memory(out, 0x29, 3, offset), stacked.i64)) as Load<I64>,
    store: ((_address, _value, offset = 0) => memory(out, 0x37, 3, offset)) as Store<I64>,
  };
}

const i64Binary = {
  add: 0x7c,
  sub: 0x7d,
  mul: 0x7e,
  divS: 0x7f,
  and: 0x83,
  or: 0x84,
  xor: 0x85,
  shl: 0x86,
  shrS: 0x87,
  shrU: 0x88,
} as const;

/** Instructions on single floats. `min` and `max` propagate NaN. */
export function f32Instructions(out: Writer) {
  return {
    const(value: number): F32 {
      out.byte(0x43);
      out.float32(value);
      return stacked.f32;
    },
    ...each<Record<'abs' | 'neg' | 'ceil' | 'floor' | 'trunc' | 'nearest' | 'sqrt', Unary<F32>>>(
      out,
      { abs: 0x8b, neg: 0x8c, ceil: 0x8d, floor: 0x8e, trunc: 0x8f, nearest: 0x90, sqrt: 0x91 },
      'f32',
    ),
    ...each<Record<'add' | 'sub' | 'mul' | 'div' | 'min' | 'max' | 'copysign', Binary<F32>>>(
      out,
      { add: 0x92, sub: 0x93, mul: 0x94, div: 0x95, min: 0x96, max: 0x97, copysign: 0x98 },
      'f32',
    ),
    ...each<Record<'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge', Binary<F32, I32>>>(
      out,
      { eq: 0x5b, ne: 0x5c, lt: 0x5d, gt: 0x5e, le: 0x5f, ge: 0x60 },
      'i32',
    ),
    ...each<Record<'convertS' | 'convertU' | 'reinterpret', Unary<I32, F32>>>(
      out,
      { convertS: 0xb2, convertU: 0xb3, reinterpret: 0xbe },
      'f32',
    ),
    ...each<Record<'demote', Unary<F64, F32>>>(out, { demote: 0xb6 }, 'f32'),
    load: ((_address, offset = 0) => (memory(out, 0x2a, 2, offset), stacked.f32)) as Load<F32>,
    store: ((_address, _value, offset = 0) => memory(out, 0x38, 2, offset)) as Store<F32>,
  };
}

/** Instructions on double floats. */
export function f64Instructions(out: Writer) {
  return {
    const(value: number): F64 {
      out.byte(0x44);
      out.float64(value);
      return stacked.f64;
    },
    ...each<Record<'abs' | 'neg' | 'ceil' | 'floor' | 'trunc' | 'nearest' | 'sqrt', Unary<F64>>>(
      out,
      { abs: 0x99, neg: 0x9a, ceil: 0x9b, floor: 0x9c, trunc: 0x9d, nearest: 0x9e, sqrt: 0x9f },
      'f64',
    ),
    ...each<Record<'add' | 'sub' | 'mul' | 'div' | 'min' | 'max', Binary<F64>>>(
      out,
      { add: 0xa0, sub: 0xa1, mul: 0xa2, div: 0xa3, min: 0xa4, max: 0xa5 },
      'f64',
    ),
    ...each<Record<'eq' | 'ne' | 'lt' | 'gt' | 'le' | 'ge', Binary<F64, I32>>>(
      out,
      { eq: 0x61, ne: 0x62, lt: 0x63, gt: 0x64, le: 0x65, ge: 0x66 },
      'i32',
    ),
    ...each<Record<'convertS', Unary<I32, F64>>>(out, { convertS: 0xb7 }, 'f64'),
    ...each<Record<'promote', Unary<F32, F64>>>(out, { promote: 0xbb }, 'f64'),
    load: ((_address, offset = 0) => (memory(out, 0x2b, 3, offset), stacked.f64)) as Load<F64>,
    store: ((_address, _value, offset = 0) => memory(out, 0x39, 3, offset)) as Store<F64>,
  };
}
