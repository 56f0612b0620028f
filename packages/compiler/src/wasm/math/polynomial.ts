import type { FunctionBuilder, V128 } from '../assembler/index.js';

/** c₀ + c₁x + c₂x² + … in every lane by Horner's rule; x is pushed by a function, once for each degree. */
export function polynomial(f: FunctionBuilder, x: () => V128, coefficients: readonly number[]): V128 {
  const [highest, ...lower] = coefficients.toReversed();
  if (lower.length === 0) return f.f32x4.const(highest);
  return lower.slice(1).reduce<V128>(
    (sum, c) => f.f32x4.madd(sum, x(), () => f.f32x4.const(c)),
    f.f32x4.madd(f.f32x4.const(highest), x(), () => f.f32x4.const(lower[0])),
  );
}

/** The same in two double lanes. */
export function polynomial64(f: FunctionBuilder, x: () => V128, coefficients: readonly number[]): V128 {
  const [highest, ...lower] = coefficients.toReversed();
  return lower.reduce<V128>((sum, c) => f.f64x2.add(f.f64x2.mul(sum, x()), f.f64x2.const(c)), f.f64x2.const(highest));
}

/** Clamped to [low, high]; NaN stays. */
export const clamp = (f: FunctionBuilder, x: V128, low: number, high: number): V128 =>
  f.f32x4.pmax(f.f32x4.pmin(x, f.f32x4.const(high)), f.f32x4.const(low));

/** Applies a function of two doubles to all four lanes of a single-precision vector's operands, one half after the other. */
export function inDoubles(f: FunctionBuilder, operands: readonly (() => V128)[], body: (doubles: readonly (() => V128)[]) => V128): V128 {
  return f.scope(() => {
    const wide = f.locals('v128', operands.length);
    const half = (high: boolean): V128 => {
      operands.forEach((operand, i) => {
        const value = high ? f.v128.shuffle32(operand(), operand(), [2, 3, 2, 3]) : operand();
        wide[i].set(f.f64x2.promoteLowF32x4(value));
      });
      return f.f32x4.demoteF64x2Zero(body(wide.map((local) => local.get)));
    };
    return f.v128.shuffle32(half(false), half(true), [0, 1, 4, 5]);
  });
}
