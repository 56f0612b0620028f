/**
 * Σ values / Σ weights, such as nats for each stroke over grooves, with its standard error over the pairs: by the residuals about the
 * ratio, to first order. Infinite where there is one pair alone.
 */
export function ratioOfSums(
  values: readonly number[],
  weights: readonly number[],
): { readonly ratio: number; readonly standardError: number } {
  const total = weights.reduce((a, b) => a + b, 0);
  const ratio = values.reduce((a, b) => a + b, 0) / total;
  const n = values.length;
  const squares = values.reduce((sum, value, i) => sum + (value - ratio * weights[i]) ** 2, 0);
  return { ratio, standardError: n < 2 ? Infinity : Math.sqrt((squares / (n - 1)) * n) / total };
}
