import type { FunctionBuilder, V128 } from '../assembler/index.js';
import { clamp, polynomial } from './polynomial.js';

/** Adding this to a double below 2⁵¹ rounds it to a whole number, whose low bits are then the sum's low bits. */
const magic = 1.5 * 2 ** 52;
/** π/2 as a number of 33 bits and a rest (Cody and Waite, 1980). */
const halfPiHigh = 1.5707963267341256;
const halfPiLow = 6.077100506506192e-11;

/** sin(r)/r - 1 over r² and (cos r - 1 + r²/2)/r⁴ for |r| <= π/4, relative errors 4e-9 and 2e-10. */
const sinTail = [-0.16666655242443085, 0.008332155644893646, -0.0001951463200384751];
const cosTail = [0.04166664555668831, -0.0013887309469282627, 2.443241282890085e-5];
/** (atan t - t)/t³ in t² for 0 <= t <= 1, relative error 1.7e-8. */
const atanTail = [
  -0.33333152532577515, 0.19993773102760315, -0.14211054146289825, 0.10666002333164215, -0.07552208751440048, 0.043211791664361954,
  -0.01636788249015808, 0.00292068044655025,
];

/** sin(x + quarters·π/2). */
function circular(f: FunctionBuilder, argument: V128, quarters: 0 | 1): V128 {
  return f.scope(() => {
    const [x, wide, sum, n, rest, quadrant, square, sine] = f.locals('v128', 8);
    x.set(argument);
    const halves = [x.get, () => f.v128.shuffle32(x.get(), x.get(), [2, 3, 2, 3])].map((half) => {
      wide.set(f.f64x2.promoteLowF32x4(half()));
      const result = f.locals('v128', 2);
      sum.set(f.f64x2.add(f.f64x2.mul(wide.get(), f.f64x2.const(2 / Math.PI)), f.f64x2.const(magic)));
      n.set(f.f64x2.sub(sum.get(), f.f64x2.const(magic)));
      wide.set(f.f64x2.sub(wide.get(), f.f64x2.mul(n.get(), f.f64x2.const(halfPiHigh))));
      wide.set(f.f64x2.sub(wide.get(), f.f64x2.mul(n.get(), f.f64x2.const(halfPiLow))));
      result[0].set(f.f32x4.demoteF64x2Zero(wide.get()));
      result[1].set(sum.get());
      return result;
    });
    const [[lowRest, lowSum], [highRest, highSum]] = halves;
    rest.set(clamp(f, f.v128.shuffle32(lowRest.get(), highRest.get(), [0, 1, 4, 5]), -0.8, 0.8));
    quadrant.set(f.v128.shuffle32(lowSum.get(), highSum.get(), [0, 2, 4, 6]));
    if (quarters) quadrant.set(f.i32x4.add(quadrant.get(), f.i32x4.const(quarters)));
    square.set(f.f32x4.mul(rest.get(), rest.get()));
    sine.set(f.f32x4.mul(rest.get(), polynomial(f, square.get, [1, ...sinTail])));
    rest.set(polynomial(f, square.get, [1, -0.5, ...cosTail]));
    const isCosine = f.i32x4.shrS(f.i32x4.shl(quadrant.get(), f.i32.const(31)), f.i32.const(31));
    x.set(isCosine);
    const value = f.v128.bitselect(rest.get(), sine.get(), x.get());
    return f.v128.xor(value, f.i32x4.shl(f.v128.and(quadrant.get(), f.i32x4.const(2)), f.i32.const(30)));
  });
}

/**
 * sin x: relative error below 3e-7 for |x| up to 1e6, also near its zeros; absolute error about 1e-16·|x| beyond, and some
 * number in [-1, 1] above 1e15. NaN at ±∞.
 */
export const sin = (f: FunctionBuilder, x: V128): V128 => circular(f, x, 0);

/** cos x: as `sin`. */
export const cos = (f: FunctionBuilder, x: V128): V128 => circular(f, x, 1);

/** The angle of (x, y): relative error below 4e-7; zeros, signs and infinities as in IEEE 754. */
export const atan2 = (f: FunctionBuilder, ordinate: V128, abscissa: V128): V128 =>
  f.scope(() => {
    const [y, x, small, large, t, square] = f.locals('v128', 6);
    x.set(abscissa);
    y.set(ordinate);
    small.set(f.f32x4.pmin(f.f32x4.abs(x.get()), f.f32x4.abs(y.get())));
    large.set(f.f32x4.pmax(f.f32x4.abs(x.get()), f.f32x4.abs(y.get())));
    square.set(f.f32x4.eq(small.get(), large.get()));
    t.set(f.v128.bitselect(f.f32x4.const(1), f.f32x4.div(small.get(), large.get()), square.get()));
    t.set(f.v128.andnot(t.get(), f.f32x4.eq(large.get(), f.f32x4.const(0))));
    square.set(f.f32x4.mul(t.get(), t.get()));
    square.set(f.f32x4.mul(f.f32x4.mul(t.get(), square.get()), polynomial(f, square.get, atanTail)));
    t.set(f.f32x4.add(t.get(), square.get()));
    small.set(f.f32x4.gt(f.f32x4.abs(y.get()), f.f32x4.abs(x.get())));
    t.set(f.v128.bitselect(f.f32x4.sub(f.f32x4.const(Math.PI / 2), t.get()), t.get(), small.get()));
    small.set(f.i32x4.shrS(x.get(), f.i32.const(31)));
    t.set(f.v128.bitselect(f.f32x4.sub(f.f32x4.const(Math.PI), t.get()), t.get(), small.get()));
    t.set(f.v128.bitselect(y.get(), t.get(), f.i32x4.const(0x80000000)));
    small.set(f.v128.or(f.f32x4.ne(x.get(), x.get()), f.f32x4.ne(y.get(), y.get())));
    return f.v128.or(t.get(), small.get());
  });
