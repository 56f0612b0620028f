import { AdvectError } from '@advect/base/errors';
import { meanWithError } from './mean.js';

/**
 * How far a model's mean negative log-likelihood lies above the data's entropy, in nats, with its standard error: an
 * estimate of the Kullback–Leibler divergence from data to model, below zero by chance alone.
 *
 * @param logProb the model's log-densities of samples that it was not trained on
 * @param entropy the data's entropy in nats
 */
export function entropyGap(logProb: ArrayLike<number>, entropy: number): { gap: number; standardError: number } {
  if (logProb.length === 0) {
    throw new AdvectError('invalid-shape', 'entropyGap: no log-densities were given', 'Give one for each of many held-out samples.');
  }
  const { mean, standardError } = meanWithError(Float64Array.from(logProb));
  return { gap: -mean - entropy, standardError };
}
