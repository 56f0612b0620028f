/**
 * How far a model's mean negative log-likelihood lies above the data's entropy, in nats, with its standard error: an
 * estimate of the Kullback–Leibler divergence from data to model, below zero by chance alone.
 *
 * @param logProb the model's log-densities of samples that it was not trained on
 * @param entropy the data's entropy in nats
 */
export function entropyGap(logProb: ArrayLike<number>, entropy: number): { gap: number; standardError: number } {
  const logs = Float64Array.from(logProb);
  const mean = logs.reduce((a, b) => a + b, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / Math.max(1, logs.length - 1);
  return { gap: -mean - entropy, standardError: Math.sqrt(variance / logs.length) };
}
