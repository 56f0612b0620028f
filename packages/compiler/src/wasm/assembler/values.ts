/** The types of WebAssembly values that the assembler knows. */
export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';

/**
 * A value that an instruction has just left on the stack machine's stack. It carries no data: it exists so that instructions
 * can be written as nested calls, whose arguments JavaScript evaluates in the very order in which the stack machine wants
 * them, and so that the compiler checks the types. Use each one exactly once, as an argument, in order.
 */
export interface Value<T extends ValueType = ValueType> {
  readonly type: T;
}

export type I32 = Value<'i32'>;
export type I64 = Value<'i64'>;
export type F32 = Value<'f32'>;
export type F64 = Value<'f64'>;
export type V128 = Value<'v128'>;

const valueOf = <T extends ValueType>(type: T): Value<T> => Object.freeze({ type });

/** The only value of each type. */
export const stacked = { i32: valueOf('i32'), i64: valueOf('i64'), f32: valueOf('f32'), f64: valueOf('f64'), v128: valueOf('v128') };

/** The binary format's codes of the types. */
export const typeCodes: { readonly [T in ValueType]: number } = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };
