/**
 * A root of a function between two points where it has opposite signs (ITP: I. F. D. Oliveira, R. H. C. Takahashi 2020, An
 * enhancement of the bisection method average performance preserving minmax optimality, ACM TOMS 47(1), with κ₁ = 0.2,
 * κ₂ = 2, n₀ = 1): superlinear on smooth functions, and never more than one evaluation beyond bisection.
 *
 * Yields the points to evaluate and is to be given the function's values there. Returns the far end of an interval of at
 * most `tolerance` that holds a root: the value there has the sign of the one at `b`, or is 0. Where the function is NaN the
 * search ends with what it has.
 */
export function* findRoot(
  [a, valueA]: readonly [number, number],
  [b, valueB]: readonly [number, number],
  tolerance: number,
): Generator<number, number, number> {
  const sign = Math.sign(valueB);
  const halvings = Math.max(0, Math.ceil(Math.log2((b - a) / tolerance)));
  const slack = 0.2 / (b - a);
  for (let j = 0; b - a > tolerance && valueB !== 0; j++) {
    const middle = a + (b - a) / 2;
    // A thousandth less than the bound allows, so that rounding does not cost an evaluation.
    const reach = 0.4995 * tolerance * 2 ** (halvings + 1 - j) - (b - a) / 2;
    const secant = (valueB * a - valueA * b) / (valueB - valueA);
    const towards = Math.sign(middle - secant);
    const truncated = secant + towards * Math.min(Math.abs(middle - secant), slack * (b - a) ** 2);
    const projected = Math.abs(truncated - middle) <= reach ? truncated : middle - towards * reach;
    // Rounding may put the point on an end, where nothing is to be learnt.
    const point = projected > a && projected < b ? projected : middle;
    if (!(point > a && point < b)) break;
    const value = yield point;
    if (Number.isNaN(value)) break;
    if (value !== 0 && Math.sign(value) !== sign) [a, valueA] = [point, value];
    else [b, valueB] = [point, value];
  }
  return b;
}
