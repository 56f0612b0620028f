/**
 * A lower bound, in expectation, of log (1/K) Σ exp lₖ from two independent noisy estimates of each lₖ. The log of the mean of the
 * estimates' exponentials would be too large, by half their variance where one term leads; Gibbs' inequality is linear in lₖ
 * instead: Σ wₖ lₖ − Σ wₖ log wₖ − log K ≤ log (1/K) Σ exp lₖ for any weights that sum to 1. Weights come from one estimate, lₖ
 * from the other, and the other way round; without noise it is the log of the mean itself.
 *
 * Estimates are drawn towards their mean before they make weights, by as much of their variance as is noise.
 *
 * @param noise variance of the noise of each estimate
 */
export function crossedLogMean(a: readonly number[], b: readonly number[], noise: number): number {
  return (gibbs(a, b, noise) + gibbs(b, a, noise)) / 2;
}

function gibbs(from: readonly number[], values: readonly number[], noise: number): number {
  const count = from.length;
  const middle = from.reduce((sum, v) => sum + v, 0) / count;
  const variance = from.reduce((sum, v) => sum + (v - middle) ** 2, 0) / (count - 1);
  const trust = noise === 0 ? 1 : Math.max(0, 1 - noise / variance);
  const top = trust * Math.max(...from);
  const weights = from.map((v) => Math.exp(trust * v - top));
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.reduce((sum, w, k) => (w === 0 ? sum : sum + (w / total) * (values[k] - Math.log(w / total))), -Math.log(count));
}
