import type { Key } from './key.js';
import { threefry } from './threefry.js';
import { checkRange, domains, fillWords, highWord, words } from './words.js';

/**
 * `count` standard normal numbers. Element i depends on (key, start + i) only: the normal quantile of
 * (word + ½) / 2^32, so that none exceeds 6.34 in size. Computed with + − × ÷ and √ alone, hence the same bytes on every
 * engine.
 */
export function normals(key: Key, count: number, start = 0): Float32Array {
  checkRange(count, start);
  const drawn = words(key, domains.normal, start, count);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = normalQuantile(drawn[i]);
  return out;
}

/** Rows of normals, each `normals(split(key, start + i), width)`, without a key or an array for each. */
export function normalRows(key: Key, rows: number, width: number, start = 0): Float32Array {
  checkRange(rows, start);
  const out = new Float32Array(rows * width);
  const drawn = new Uint32Array(width + (width & 1));
  const child = new Uint32Array(2);
  for (let row = 0; row < rows; row++) {
    const index = start + row;
    threefry(child, 0, key.hi | 0, key.lo | 0, index | 0, highWord(index, domains.childNumber));
    fillWords(drawn, child[0] | 0, child[1] | 0, domains.normal, 0);
    for (let i = 0; i < width; i++) out[row * width + i] = normalQuantile(drawn[i]);
  }
  return out;
}

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

const LN2 = 0.6931471805599453;
const SQRT2 = 1.4142135623730951;

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

/** artanh(s) / s in powers of s²; the next term is below 1e-17 for |s| < 0.172. */
const artanh = Array.from({ length: 11 }, (_, n) => 1 / (2 * n + 1));

/** c[0] + c[1]·x + c[2]·x² + … */
function horner(c: readonly number[], x: number): number {
  let sum = c[c.length - 1];
  for (let i = c.length - 2; i >= 0; i--) sum = sum * x + c[i];
  return sum;
}

// prettier-ignore
const centre = {
  numerator: [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  denominator: [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077,
    21213.794301586595867, 39307.89580009271061, 28729.085735721942674, 5226.495278852854561,
  ],
};

// prettier-ignore
const shoulder = {
  numerator: [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833, 7.7454501427834140764e-4,
  ],
  denominator: [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455,
    0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
};
