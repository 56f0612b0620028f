/** The mean of some numbers with its standard error; the error is infinite where the numbers do not tell it (fewer than two, or an infinite one). */
export function meanWithError(values: Float64Array): { mean: number; standardError: number } {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2 || !Number.isFinite(mean)) return { mean, standardError: Infinity };
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
  return { mean, standardError: Math.sqrt(variance / n) };
}
