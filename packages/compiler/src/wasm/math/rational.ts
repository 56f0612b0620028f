import type { FunctionBuilder, V128 } from '../assembler/index.js';
import { clamp, polynomial } from './polynomial.js';

/**
 * x·above(x²)/below(x²), both best in relative error, over [-limit, limit], beyond which the function is ±1 in float32.
 * Coefficients by reweighted linear least squares on Chebyshev nodes (Sanathanan and Koerner 1963; Lawson 1961).
 */
interface Quotient {
  readonly limit: number;
  readonly above: readonly number[];
  readonly below: readonly number[];
}

/** tanh, relative error 2.1e-8 before rounding; all coefficients positive, so that nothing cancels. */
const tanhQuotient: Quotient = {
  limit: 9.02,
  above: [1, 0.1337970644235611, 0.0034940207842737436, 2.058325662801508e-5, 1.3318768310455198e-8],
  below: [1, 0.46713021397590637, 0.025871021673083305, 0.00032830704003572464, 7.76189324369625e-7],
};

/** erf, relative error 2.1e-8 before rounding. */
const erfQuotient: Quotient = {
  limit: 3.95,
  above: [
    1.1283791065216064, 0.19154870510101318, 0.05287519842386246, 0.0038080825470387936, 0.00028468435630202293, 2.025900130320224e-6,
  ],
  below: [1, 0.5030882954597473, 0.11455892771482468, 0.015054932795464993, 0.0011707035591825843, 3.783154170378111e-5],
};

const quotient = (f: FunctionBuilder, argument: V128, { limit, above, below }: Quotient): V128 =>
  f.scope(() => {
    const [x, square] = f.locals('v128', 2);
    x.set(clamp(f, argument, -limit, limit));
    square.set(f.f32x4.mul(x.get(), x.get()));
    const numerator = f.f32x4.mul(polynomial(f, square.get, above), x.get());
    return clamp(f, f.f32x4.div(numerator, polynomial(f, square.get, below)), -1, 1);
  });

/** tanh: relative error below 4e-7 everywhere; ±1 exactly where that is the nearest float. 23 instructions, 15 fused. */
export const tanh = (f: FunctionBuilder, x: V128): V128 => quotient(f, x, tanhQuotient);

/** The error function: relative error below 5e-7. 27 instructions, 17 fused. */
export const erf = (f: FunctionBuilder, x: V128): V128 => quotient(f, x, erfQuotient);
