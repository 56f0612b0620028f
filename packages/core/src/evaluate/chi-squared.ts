/**
 * The probability that a χ² variable of so many degrees of freedom is at least `x`: the regularised upper incomplete gamma
 * function Q(k/2, x/2), by its series below k/2 + 1 and Lentz's continued fraction above. Relative error below 1e-12 for up
 * to some thousand degrees.
 *
 * Reference: Press et al., Numerical Recipes, §6.2.
 */
export function chiSquaredTail(x: number, degrees: number): number {
  const a = degrees / 2;
  const y = x / 2;
  if (y <= 0) return 1;
  const front = Math.exp(a * Math.log(y) - y - logGamma(a));
  return y < a + 1 ? 1 - front * series(a, y) : front * fraction(a, y);
}

/** Σ yⁿ / (a (a + 1) … (a + n)) */
function series(a: number, y: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * 1e-16; n++) sum += term *= y / (a + n);
  return sum;
}

function fraction(a: number, y: number): number {
  let b = y + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 10_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return h;
}

/** log Γ(a) for a > 0: Stirling's series after shifting a above 10. */
function logGamma(a: number): number {
  let shift = 0;
  let z = a;
  for (; z < 10; z++) shift += Math.log(z);
  const r = 1 / (z * z);
  const correction = (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + correction - shift;
}
