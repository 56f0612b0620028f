import type { FunctionBuilder, Local, V128 } from '../assembler/index.js';
import { clamp, polynomial } from './polynomial.js';

/** Adding this to a float below 2²² rounds it to a whole number n and leaves n + 126 in the low bits. */
const magic = 12_582_912 + 126;
const log2e = 1.4426950408889634;
/** ln 2 as a number of nine bits, whose product with n is exact, and a rest (Cody and Waite, 1980). */
const ln2High = 0.693359375;
const ln2Low = -2.1219444005469057e-4;

/** Minimax coefficients of 2eʳ for |r| <= ln(2)/2, relative error 1.1e-7. */
const twiceExp = [2, 2, 0.999984622001648, 0.33334231376647, 0.0837806686758995, 0.01662500575184822];
/** (eʳ - 1 - r)/r² on the same interval, for a relative error of 1.4e-8 in eʳ - 1. */
const expTail = [0.4999999701976776, 0.1666654348373413, 0.04166720062494278, 0.008366547524929047, 0.0013882514322176576];
/** (log(1 + e) - 2s)/s³ in s², where s = e/(2 + e) and 0 <= e <= 1, for a relative error of 4.5e-9. */
const log1pTail = [0.666664183139801, 0.40021541714668274, 0.28001558780670166, 0.2801331877708435];

/**
 * Writes x = sign·(n·ln 2 + r) with |r| <= ln(2)/2, or little more: leaves sign·r in `rest`, 2ⁿ⁻¹ in `scale` (0 for n = -126).
 * Halving the scale and doubling the polynomial lets results up to the largest float come out right, and beyond it infinity.
 */
function reduce(f: FunctionBuilder, x: V128, sign: 1 | -1, rest: Local<'v128'>, scale: Local<'v128'>): void {
  const [low, high] = sign > 0 ? [-87.6, 89] : [-89, 87.6];
  rest.set(clamp(f, x, low, high));
  scale.set(f.f32x4.madd(rest.get(), f.f32x4.const(sign * log2e), () => f.f32x4.const(magic)));
  f.scope(() => {
    const n = f.local('v128');
    n.set(f.f32x4.sub(scale.get(), f.f32x4.const(magic)));
    rest.set(f.f32x4.madd(n.get(), f.f32x4.const(-sign * ln2High), rest.get));
    rest.set(f.f32x4.madd(n.get(), f.f32x4.const(-sign * ln2Low), rest.get));
  });
  scale.set(f.i32x4.shl(scale.get(), f.i32.const(23)));
}

const exponential = (f: FunctionBuilder, x: V128, sign: 1 | -1): V128 =>
  f.scope(() => {
    const [rest, scale] = f.locals('v128', 2);
    reduce(f, x, sign, rest, scale);
    const coefficients = sign > 0 ? twiceExp : twiceExp.map((c, i) => (i % 2 ? -c : c));
    return f.f32x4.mul(polynomial(f, rest.get, coefficients), scale.get());
  });

/** eˣ: relative error below 3e-7; 0 where it is below 1.7e-38, infinity above the largest float. 21 instructions, 13 fused. */
export const exp = (f: FunctionBuilder, x: V128): V128 => exponential(f, x, 1);

/** 1/(1 + e⁻ˣ): relative error below 4e-7; 0 where it is below 3e-39. 23 instructions, 15 fused. */
export const sigmoid = (f: FunctionBuilder, x: V128): V128 =>
  f.scope(() => {
    const below = f.local('v128');
    below.set(f.f32x4.add(exponential(f, x, -1), f.f32x4.const(1)));
    return f.f32x4.div(f.f32x4.const(1), below.get());
  });

/** eˣ - 1: relative error below 4e-7. */
export const expm1 = (f: FunctionBuilder, x: V128): V128 =>
  f.scope(() => {
    const [rest, scale, tail] = f.locals('v128', 3);
    reduce(f, x, 1, rest, scale);
    tail.set(f.f32x4.mul(polynomial(f, rest.get, expTail), f.f32x4.mul(rest.get(), rest.get())));
    tail.set(f.f32x4.add(tail.get(), rest.get()));
    rest.set(f.f32x4.sub(scale.get(), f.f32x4.const(0.5)));
    rest.set(f.f32x4.madd(tail.get(), scale.get(), rest.get));
    return f.f32x4.add(rest.get(), rest.get());
  });

/** log(1 + eˣ) as max(x, 0) + log(1 + e^-|x|): relative error below 5e-7; 0 where it is below 1.7e-38. */
export const softplus = (f: FunctionBuilder, x: V128): V128 =>
  f.scope(() => {
    const [input, power, s, square] = f.locals('v128', 4);
    input.set(x);
    power.set(exponential(f, f.f32x4.abs(input.get()), -1));
    s.set(f.f32x4.div(power.get(), f.f32x4.add(power.get(), f.f32x4.const(2))));
    square.set(f.f32x4.mul(s.get(), s.get()));
    power.set(f.f32x4.madd(polynomial(f, square.get, log1pTail), square.get(), () => f.f32x4.const(2)));
    input.set(f.f32x4.pmax(input.get(), f.f32x4.const(0)));
    return f.f32x4.madd(power.get(), s.get(), input.get);
  });
