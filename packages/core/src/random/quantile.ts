import { artanh, centre, LN2, shoulder, SQRT2 } from './quantile-numbers.js';

/**
 * The normal quantile of (word + ½) / 2^32, for a word in [0, 2^32), to a relative 1e-15. The smallest probability is 2^−33, which
 * needs two of the three regions of the reference.
 *
 * Reference: Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution", PPND16.
 */
export function normalQuantile(word: number): number {
  const odd = 2 * word + 1;
  const q = odd * 2 ** -33 - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * horner(centre.numerator, r)) / horner(centre.denominator, r);
  }
  const tail = q < 0 ? odd : 2 ** 33 - odd;
  const r = Math.sqrt(33 * LN2 - log(tail)) - 1.6;
  const size = horner(shoulder.numerator, r) / horner(shoulder.denominator, r);
  return q < 0 ? -size : size;
}

/** Natural logarithm of a whole number in [1, 2^33), by halving to near 1 and the series of artanh. */
export function log(x: number): number {
  let exponent = x < 2 ** 31 ? 31 - Math.clz32(x) : x < 2 ** 32 ? 31 : 32;
  let mantissa = x / 2 ** exponent;
  if (mantissa > SQRT2) {
    exponent += 1;
    mantissa /= 2;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  return exponent * LN2 + 2 * s * horner(artanh, s * s);
}

/** c[0] + c[1]·x + c[2]·x² + … */
function horner(c: readonly number[], x: number): number {
  let sum = c[c.length - 1];
  for (let i = c.length - 2; i >= 0; i--) sum = sum * x + c[i];
  return sum;
}
