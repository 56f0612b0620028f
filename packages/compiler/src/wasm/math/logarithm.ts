import type { FunctionBuilder, V128 } from '../assembler/index.js';
import { polynomial } from './polynomial.js';

/** The float below which exponents are not in the bits. */
const smallestNormal = 2 ** -126;
/** Bits of √½: subtracting them puts mantissas in [√½, √2). */
const halfRoot = 0x3f3504f3;
const ln2High = 0.693359375;
const ln2Low = -2.1219444005469057e-4;
/** (log m - 2s)/s³ in s², where s = (m - 1)/(m + 1) and √½ <= m <= √2, for a relative error of 8e-10. */
const tail = [0.6666677594184875, 0.39977481961250305, 0.29873621463775635];

/** The logarithm, with a correction added where the argument is positive and finite. */
const logarithm = (f: FunctionBuilder, argument: V128, correction?: (x: () => V128) => V128): V128 =>
  f.scope(() => {
    const [x, y, exponent, n, small, s, square] = f.locals('v128', 7);
    x.set(argument);
    small.set(f.f32x4.lt(x.get(), f.f32x4.const(smallestNormal)));
    y.set(f.v128.bitselect(f.f32x4.mul(x.get(), f.f32x4.const(2 ** 24)), x.get(), small.get()));
    exponent.set(f.i32x4.shrS(f.i32x4.sub(y.get(), f.i32x4.const(halfRoot)), f.i32.const(23)));
    n.set(f.f32x4.sub(f.f32x4.convertI32x4S(exponent.get()), f.v128.and(small.get(), f.f32x4.const(24))));
    y.set(f.f32x4.sub(f.i32x4.sub(y.get(), f.i32x4.shl(exponent.get(), f.i32.const(23))), f.f32x4.const(1)));
    s.set(f.f32x4.div(y.get(), f.f32x4.add(y.get(), f.f32x4.const(2))));
    square.set(f.f32x4.mul(s.get(), s.get()));
    y.set(f.f32x4.mul(f.f32x4.mul(s.get(), square.get()), polynomial(f, square.get, tail)));
    y.set(f.f32x4.madd(n.get(), f.f32x4.const(ln2Low), y.get));
    if (correction) y.set(f.f32x4.add(y.get(), correction(x.get)));
    y.set(f.f32x4.add(y.get(), f.f32x4.add(s.get(), s.get())));
    y.set(f.f32x4.madd(n.get(), f.f32x4.const(ln2High), y.get));
    small.set(f.v128.and(f.f32x4.gt(x.get(), f.f32x4.const(0)), f.f32x4.lt(x.get(), f.f32x4.const(Infinity))));
    const infiniteAtZero = f.v128.and(f.f32x4.eq(x.get(), f.f32x4.const(0)), f.f32x4.const(-Infinity));
    s.set(f.v128.or(infiniteAtZero, f.v128.or(x.get(), f.f32x4.lt(x.get(), f.f32x4.const(0)))));
    return f.v128.bitselect(y.get(), s.get(), small.get());
  });

/** log x: relative error below 3e-7, denormals included; -∞ at 0, NaN below. */
export const log = (f: FunctionBuilder, x: V128): V128 => logarithm(f, x);

/** log(1 + x): relative error below 4e-7. The rounding of 1 + x is made good to first order. */
export const log1p = (f: FunctionBuilder, argument: V128): V128 =>
  f.scope(() => {
    const x = f.local('v128');
    x.set(argument);
    return logarithm(f, f.f32x4.add(x.get(), f.f32x4.const(1)), (u) =>
      f.f32x4.div(f.f32x4.sub(x.get(), f.f32x4.sub(u(), f.f32x4.const(1))), u()),
    );
  });
