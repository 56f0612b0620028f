import type { FunctionBuilder, Local, V128 } from '../assembler/index.js';
import { inDoubles, polynomial64 } from './polynomial.js';

const magic = 1.5 * 2 ** 52;
const bitsOf = (x: number): bigint => new BigInt64Array(Float64Array.of(x).buffer)[0];
/** 2(1/3 + z/5 + z²/7 + …): log m = 2s + s³·tail(s²) for s = (m - 1)/(m + 1); seven terms leave 1e-13. */
const logTail = Array.from({ length: 7 }, (_, k) => 2 / (2 * k + 3));
/** Taylor's series of eʳ; ten terms leave 7e-12 for |r| <= ln(2)/2. */
const expSeries = Array.from({ length: 10 }, (_, k) => 1 / Array.from({ length: k }, (_n, i) => i + 1).reduce((a, b) => a * b, 1));

/** log of positive finite doubles that are no denormals. */
function log64(f: FunctionBuilder, x: () => V128): V128 {
  return f.scope(() => {
    const [n, m, s, square] = f.locals('v128', 4);
    n.set(f.i64x2.shrS(f.i64x2.sub(x(), f.i64x2.const(bitsOf(Math.SQRT1_2))), f.i32.const(52)));
    m.set(f.f64x2.sub(f.i64x2.sub(x(), f.i64x2.shl(n.get(), f.i32.const(52))), f.f64x2.const(1)));
    s.set(f.f64x2.div(m.get(), f.f64x2.add(m.get(), f.f64x2.const(2))));
    square.set(f.f64x2.mul(s.get(), s.get()));
    n.set(f.f64x2.sub(f.i64x2.add(n.get(), f.i64x2.const(bitsOf(magic))), f.f64x2.const(magic)));
    const exponent = f.f64x2.mul(n.get(), f.f64x2.const(Math.LN2));
    return f.f64x2.add(exponent, f.f64x2.mul(s.get(), polynomial64(f, square.get, [2, ...logTail])));
  });
}

/** eˣ in doubles for x in [-110, 100], which is more than single floats reach; x outside is brought there. */
function exp64(f: FunctionBuilder, argument: V128): V128 {
  return f.scope(() => {
    const [x, sum, n] = f.locals('v128', 3);
    x.set(f.f64x2.pmax(f.f64x2.pmin(argument, f.f64x2.const(100)), f.f64x2.const(-110)));
    sum.set(f.f64x2.add(f.f64x2.mul(x.get(), f.f64x2.const(Math.LOG2E)), f.f64x2.const(magic + 1023)));
    n.set(f.f64x2.sub(sum.get(), f.f64x2.const(magic + 1023)));
    x.set(f.f64x2.sub(x.get(), f.f64x2.mul(n.get(), f.f64x2.const(Math.LN2))));
    return f.f64x2.mul(polynomial64(f, x.get, expSeries), f.i64x2.shl(sum.get(), f.i32.const(52)));
  });
}

/** |x|^y in doubles, rounded once. */
const magnitude = (f: FunctionBuilder, base: Local<'v128'>, exponent: Local<'v128'>): V128 =>
  inDoubles(f, [base.get, exponent.get], ([x, y]) =>
    f.scope(() => {
      const [logarithm, size, ordinary] = f.locals('v128', 3);
      size.set(f.f64x2.abs(x()));
      ordinary.set(f.v128.and(f.f64x2.gt(size.get(), f.f64x2.const(0)), f.f64x2.lt(size.get(), f.f64x2.const(Infinity))));
      logarithm.set(log64(f, size.get));
      const atZero = f.v128.and(f.f64x2.eq(size.get(), f.f64x2.const(0)), f.f64x2.const(-Infinity));
      size.set(f.v128.or(atZero, size.get()));
      logarithm.set(f.v128.bitselect(logarithm.get(), size.get(), ordinary.get()));
      return exp64(f, f.f64x2.mul(y(), logarithm.get()));
    }),
  );

/** x^y: within one unit in the last place; special cases as JavaScript's `**`. Slow (some 150 instructions). */
export const pow = (f: FunctionBuilder, base: V128, exponent: V128): V128 =>
  f.scope(() => {
    const [y, x, result, fractional, odd] = f.locals('v128', 5);
    y.set(exponent);
    x.set(base);
    result.set(magnitude(f, x, y));
    const half = (): V128 => f.f32x4.mul(y.get(), f.f32x4.const(0.5));
    fractional.set(f.f32x4.ne(f.f32x4.trunc(y.get()), y.get()));
    odd.set(f.v128.andnot(f.f32x4.ne(f.f32x4.trunc(half()), half()), fractional.get()));
    const sign = f.v128.and(f.v128.and(x.get(), f.i32x4.const(0x80000000)), odd.get());
    result.set(f.v128.xor(sign, result.get()));
    const negative = f.v128.and(f.f32x4.lt(x.get(), f.f32x4.const(0)), f.f32x4.gt(x.get(), f.f32x4.const(-Infinity)));
    result.set(f.v128.or(f.v128.and(negative, fractional.get()), result.get()));
    odd.set(f.f32x4.eq(y.get(), f.f32x4.const(0)));
    return f.v128.bitselect(f.f32x4.const(1), result.get(), odd.get());
  });
