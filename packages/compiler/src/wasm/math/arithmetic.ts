import type { FunctionBuilder, V128 } from '../assembler/index.js';
import { inDoubles } from './polynomial.js';

/** 1 where the mask has ones, else 0. */
export const oneWhere = (f: FunctionBuilder, mask: V128): V128 => f.v128.and(mask, f.f32x4.const(1));

/** 1, 0 or -1; 0 for NaN, as in TensorFlow.js. */
export const sign = (f: FunctionBuilder, argument: V128): V128 =>
  f.scope(() => {
    const x = f.local('v128');
    x.set(argument);
    const above = oneWhere(f, f.f32x4.gt(x.get(), f.f32x4.const(0)));
    return f.v128.or(above, f.v128.and(f.f32x4.lt(x.get(), f.f32x4.const(0)), f.f32x4.const(-1)));
  });

export const isNaN = (f: FunctionBuilder, argument: V128): V128 =>
  f.scope(() => {
    const x = f.local('v128');
    return oneWhere(f, f.f32x4.ne(x.tee(argument), x.get()));
  });

export const reciprocal = (f: FunctionBuilder, argument: V128): V128 =>
  f.scope(() => {
    const x = f.local('v128');
    x.set(argument);
    return f.f32x4.div(f.f32x4.const(1), x.get());
  });

/**
 * a - floor(a/b)·b, in doubles: exact to the last bit where |a/b| < 2²⁸. NaN for b = 0; for b = ±∞ it is a if the signs
 * agree, else NaN, as in TensorFlow.js.
 */
export const mod = (f: FunctionBuilder, dividend: V128, divisor: V128): V128 =>
  f.scope(() => {
    const [b, a, result, whole] = f.locals('v128', 4);
    b.set(divisor);
    a.set(dividend);
    result.set(inDoubles(f, [a.get, b.get], ([x, y]) => f.f64x2.sub(x(), f.f64x2.mul(f.f64x2.floor(f.f64x2.div(x(), y())), y()))));
    whole.set(f.f32x4.eq(f.f32x4.abs(b.get()), f.f32x4.const(Infinity)));
    whole.set(f.v128.and(whole.get(), f.f32x4.lt(f.f32x4.abs(a.get()), f.f32x4.const(Infinity))));
    const signsDiffer = f.i32x4.shrS(f.v128.xor(a.get(), b.get()), f.i32.const(31));
    b.set(signsDiffer);
    whole.set(f.v128.andnot(whole.get(), b.get()));
    return f.v128.bitselect(a.get(), result.get(), whole.get());
  });
