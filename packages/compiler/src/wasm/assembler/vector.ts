import { type F32, type F64, type I32, type I64, stacked, type V128, type Value, type ValueType } from './values.js';
import type { Writer } from './writer.js';

type Unary = (x: V128) => V128;
type Binary = (a: V128, b: V128) => V128;
type Ternary = (a: V128, b: V128, c: V128) => V128;
type Test = (x: V128) => I32;
type Shift = (x: V128, bits: I32) => V128;
type Splat<T> = (x: T) => V128;
type Extract<T> = (x: V128, lane: number) => T;
type Replace<T> = (x: V128, lane: number, value: T) => V128;
/** `offset` is a constant number of bytes added to the address. */
type Load = (address: I32, offset?: number) => V128;
type LoadLane = (address: I32, into: V128, lane: number, offset?: number) => V128;
type StoreLane = (address: I32, from: V128, lane: number, offset?: number) => void;

const opcode = (out: Writer, code: number): void => {
  out.byte(0xfd);
  out.unsigned(code);
};

const memory = (out: Writer, code: number, align: number, offset: number): void => {
  opcode(out, code);
  out.byte(align);
  out.unsigned(offset);
};

/** One method for each opcode; operands are on the stack already, so that all are the same but for their types. */
function each<M extends Record<string, (...operands: never[]) => Value>>(
  out: Writer,
  codes: { readonly [N in keyof M]: number },
  result: ValueType = 'v128',
): M {
  const value = stacked[result];
  const methods = Object.entries<number>(codes as { readonly [name: string]: number }).map(([name, code]) => [
    name,
    (): Value => {
      opcode(out, code);
      return value;
    },
  ]);
  return Object.fromEntries(methods) as M;
}

/**
 * The same constant in all lanes, as a scalar that is repeated: V8 13 builds vector constants anew wherever they are used, at
 * three instructions each (tanh took 2.4 times as long). Zero is a vector constant: one instruction.
 */
function repeated(out: Writer, scalar: number, immediate: () => void, splat: number, isZero: boolean): V128 {
  if (isZero) {
    opcode(out, 12);
    for (let byte = 0; byte < 16; byte++) out.byte(0);
    return stacked.v128;
  }
  out.byte(scalar);
  immediate();
  opcode(out, splat);
  return stacked.v128;
}

const load =
  (out: Writer, code: number, align: number): Load =>
  (_address, offset = 0) => {
    memory(out, code, align, offset);
    return stacked.v128;
  };

const extract =
  <T extends ValueType>(out: Writer, code: number, result: T): Extract<Value<T>> =>
  (_x, lane) => {
    opcode(out, code);
    out.byte(lane);
    return stacked[result] as Value as Value<T>;
  };

const replace =
  <T>(out: Writer, code: number): Replace<T> =>
  (_x, lane, _value) => {
    opcode(out, code);
    out.byte(lane);
    return stacked.v128;
  };

const loadLane =
  (out: Writer, code: number, align: number): LoadLane =>
  (_address, _into, lane, offset = 0) => {
    memory(out, code, align, offset);
    out.byte(lane);
    return stacked.v128;
  };

const storeLane =
  (out: Writer, code: number, align: number): StoreLane =>
  (_address, _from, lane, offset = 0) => {
    memory(out, code, align, offset);
    out.byte(lane);
  };

/** Instructions on 128 bits whatever they mean. */
export function v128Instructions(out: Writer) {
  return {
    load: load(out, 0, 4),
    store(_address: I32, _value: V128, offset = 0): void {
      memory(out, 11, 4, offset);
    },
    ...each<Record<'not', Unary>>(out, { not: 77 }),
    /** `andnot(a, b)` is a & ~b. */
    ...each<Record<'and' | 'andnot' | 'or' | 'xor', Binary>>(out, { and: 78, andnot: 79, or: 80, xor: 81 }),
    /** `bitselect(a, b, mask)` takes bits of a where the mask has ones, else of b. */
    ...each<Record<'bitselect', Ternary>>(out, { bitselect: 82 }),
    ...each<Record<'anyTrue', Test>>(out, { anyTrue: 83 }, 'i32'),
    load32Splat: load(out, 9, 2),
    load64Splat: load(out, 10, 3),
    /** One lane from memory, zeros in the others. */
    load32Zero: load(out, 92, 2),
    load64Zero: load(out, 93, 3),
    load32Lane: loadLane(out, 86, 2),
    load64Lane: loadLane(out, 87, 3),
    store32Lane: storeLane(out, 90, 2),
    store64Lane: storeLane(out, 91, 3),
    /** Four 32-bit lanes out of the eight of a (0–3) and b (4–7). */
    shuffle32(_a: V128, _b: V128, lanes: readonly [number, number, number, number]): V128 {
      opcode(out, 13);
      for (const lane of lanes) for (let byte = 0; byte < 4; byte++) out.byte(4 * lane + byte);
      return stacked.v128;
    },
  };
}

/** Instructions on four 32-bit integers. Masks are lanes of all ones or all zeros. */
export function i32x4Instructions(out: Writer) {
  return {
    /** The same integer in all lanes. */
    const: (value: number): V128 => repeated(out, 0x41, () => out.signed(value | 0), 17, value === 0),
    consts(values: readonly [number, number, number, number]): V128 {
      opcode(out, 12);
      for (const value of values) for (let byte = 0; byte < 4; byte++) out.byte((value >> (8 * byte)) & 255);
      return stacked.v128;
    },
    ...each<Record<'splat', Splat<I32>>>(out, { splat: 17 }),
    extractLane: extract(out, 27, 'i32'),
    replaceLane: replace<I32>(out, 28),
    ...each<Record<'abs' | 'neg' | 'truncSatF32x4S' | 'truncSatF64x2SZero', Unary>>(out, {
      abs: 160,
      neg: 161,
      truncSatF32x4S: 248,
      truncSatF64x2SZero: 252,
    }),
    ...each<Record<'allTrue' | 'bitmask', Test>>(out, { allTrue: 163, bitmask: 164 }, 'i32'),
    ...each<Record<'shl' | 'shrS' | 'shrU', Shift>>(out, { shl: 171, shrS: 172, shrU: 173 }),
    ...each<Record<keyof typeof i32x4Binary, Binary>>(out, i32x4Binary),
  };
}

const i32x4Binary = { add: 174, sub: 177, mul: 181, minS: 182, maxS: 184, eq: 55, ne: 56, ltS: 57, gtS: 59, leS: 61, geS: 63 } as const;

/** Instructions on two 64-bit integers. */
export function i64x2Instructions(out: Writer) {
  return {
    /** The same integer in both lanes. */
    const: (value: bigint): V128 => repeated(out, 0x42, () => out.signed64(BigInt.asIntN(64, value)), 18, value === 0n),
    ...each<Record<'splat', Splat<I64>>>(out, { splat: 18 }),
    extractLane: extract(out, 29, 'i64'),
    ...each<Record<'shl' | 'shrS' | 'shrU', Shift>>(out, { shl: 203, shrS: 204, shrU: 205 }),
    ...each<Record<'add' | 'sub' | 'eq' | 'ltS' | 'gtS', Binary>>(out, { add: 206, sub: 209, eq: 214, ltS: 216, gtS: 217 }),
  };
}

/**
 * Instructions on four single floats. `min` and `max` propagate NaN and order the zeros, and take several machine
 * instructions; `pmin(a, b)` is b < a ? b : a and `pmax(a, b)` is a < b ? b : a, in one: NaN in a stays.
 */
export function f32x4Instructions(out: Writer, relaxed: boolean) {
  const plain = each<Record<keyof typeof f32x4Binary, Binary>>(out, f32x4Binary);
  return {
    ...plain,
    /** The same number in all lanes. */
    const: (value: number): V128 => repeated(out, 0x43, () => out.float32(value), 19, Object.is(value, 0)),
    ...each<Record<'splat', Splat<F32>>>(out, { splat: 19 }),
    extractLane: extract(out, 31, 'f32'),
    replaceLane: replace<F32>(out, 32),
    ...each<Record<keyof typeof f32x4Unary, Unary>>(out, f32x4Unary),
    /**
     * a·b + c: fused (one rounding) or not under relaxed SIMD, as the machine likes; a multiplication and an addition
     * without. The last operand is a function that pushes it.
     */
    madd(a: V128, b: V128, c: () => V128): V128 {
      if (!relaxed) return plain.add(plain.mul(a, b), c());
      c();
      opcode(out, 0x105);
      return stacked.v128;
    },
  };
}

const f32x4Unary = {
  abs: 224,
  neg: 225,
  sqrt: 227,
  ceil: 103,
  floor: 104,
  trunc: 105,
  nearest: 106,
  convertI32x4S: 250,
  /** Two doubles into the low lanes, zeros above. */
  demoteF64x2Zero: 94,
} as const;

const f32x4Binary = {
  add: 228,
  sub: 229,
  mul: 230,
  div: 231,
  min: 232,
  max: 233,
  pmin: 234,
  pmax: 235,
  eq: 65,
  ne: 66,
  lt: 67,
  gt: 68,
  le: 69,
  ge: 70,
} as const;

/** Instructions on two double floats. */
export function f64x2Instructions(out: Writer) {
  return {
    const: (value: number): V128 => repeated(out, 0x44, () => out.float64(value), 20, Object.is(value, 0)),
    ...each<Record<'splat', Splat<F64>>>(out, { splat: 20 }),
    extractLane: extract(out, 33, 'f64'),
    replaceLane: replace<F64>(out, 34),
    ...each<Record<keyof typeof f64x2Unary, Unary>>(out, f64x2Unary),
    ...each<Record<keyof typeof f64x2Binary, Binary>>(out, f64x2Binary),
  };
}

const f64x2Unary = {
  abs: 236,
  neg: 237,
  sqrt: 239,
  ceil: 116,
  floor: 117,
  trunc: 122,
  nearest: 148,
  /** The two low lanes of four single floats. */
  promoteLowF32x4: 95,
  convertLowI32x4S: 254,
} as const;

const f64x2Binary = {
  add: 240,
  sub: 241,
  mul: 242,
  div: 243,
  min: 244,
  max: 245,
  pmin: 246,
  pmax: 247,
  eq: 71,
  ne: 72,
  lt: 73,
  gt: 74,
  le: 75,
  ge: 76,
} as const;
