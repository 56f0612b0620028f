/** The error function to float64 accuracy (relative error about 1e-15). */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size < 2.5) return series(x);
  return size > 6 ? Math.sign(x) : Math.sign(x) * (1 - complement(size));
}

/** 2/√π e^(−x²) Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!!, whose terms have one sign (Abramowitz and Stegun, 1964, 7.1.6). */
function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** erfc as a continued fraction, for x well above 0 (Abramowitz and Stegun, 1964, 7.1.14). */
function complement(x: number): number {
  let tail = x;
  for (let k = 60; k >= 1; k--) tail = x + k / 2 / tail;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / tail;
}
