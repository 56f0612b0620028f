import { advance, type Code, f32x4, get, i32, set, type, type WasmFunction, whileLoop } from './assembler.js';

/**
 * tanh of `count` floats from `x` to `y`: Lambert's continued fraction x/(1 + x²/(3 + x²/(5 + …))) cut after thirteen
 * terms, as a quotient of two polynomials in x². All coefficients are positive, so nothing cancels: the relative error is
 * below 4e-7 everywhere, near 0 too. Beyond ±9.05 the result is ±1 in float32. NaN stays NaN.
 */
export function tanh(name: string): WasmFunction {
  const [from, to, count, x, square, numerator, denominator] = [0, 1, 2, 3, 4, 5, 6];
  const limit = 9.05;
  const clamp = (value: Code, bound: number): Code => [value, f32x4.const(bound), f32x4.min, f32x4.const(-bound), f32x4.max].flat();
  const horner = (target: number, coefficients: readonly number[]): Code => {
    const [highest, ...lower] = coefficients.toReversed();
    const steps = lower.map((c) => set(target, get(target), get(square), f32x4.mul, f32x4.const(c), f32x4.add));
    return [...set(target, f32x4.const(highest)), ...steps.flat()];
  };
  const { above, below } = lambert(13);
  const quotient: Code = [
    ...set(x, clamp(get(x), limit)),
    ...set(square, get(x), get(x), f32x4.mul),
    ...horner(numerator, above),
    ...horner(denominator, below),
    ...set(x, clamp([...get(x), ...get(numerator), ...f32x4.mul, ...get(denominator), ...f32x4.div], 1)),
  ];
  const loop = (lanes: number, load: Code, store: Code): Code =>
    whileLoop(
      [...get(count), ...i32.const(lanes), ...i32.ge],
      [
        ...set(x, get(from), load),
        ...quotient,
        ...[get(to), get(x), store].flat(),
        ...advance(from, i32.const(4 * lanes)),
        ...advance(to, i32.const(4 * lanes)),
        ...advance(count, i32.const(-lanes)),
      ],
    );
  return {
    name,
    parameters: 3,
    locals: [type.v128, type.v128, type.v128, type.v128],
    body: [...loop(4, f32x4.load(0), f32x4.store(0)), ...loop(1, f32x4.loadSplat(0), f32x4.storeFirst)],
  };
}

/** tanh x ≈ x · above(x²)/below(x²), lowest power first, scaled so that both begin with 1. */
function lambert(terms: number): { above: number[]; below: number[] } {
  let [below, above] = [[2 * terms - 1], [1]];
  for (let k = terms - 1; k >= 1; k--) {
    const length = Math.max(below.length, above.length + 1);
    const next = Array.from({ length }, (_, i) => (2 * k - 1) * (below[i] ?? 0) + (above[i - 1] ?? 0));
    [below, above] = [next, below];
  }
  return { above: above.map((c) => c / below[0]), below: below.map((c) => c / below[0]) };
}
