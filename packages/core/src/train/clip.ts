import type { Gradients } from './optimizer.js';

/**
 * √Σ g² over all entries of all gradients, summed in float64 in the order of their names, so that the same gradients give
 * the same bits however they are listed. NaN or infinite if any entry is.
 */
export function globalNorm(gradients: Gradients): number {
  let sum = 0;
  for (const name of Object.keys(gradients).sort()) {
    const g = gradients[name];
    for (let i = 0; i < g.length; i++) sum += g[i] * g[i];
  }
  return Math.sqrt(sum);
}

/**
 * Scales all gradients in place by one factor so that their global norm is at most `limit`. Returns the norm they had.
 *
 * Reference: Pascanu, Mikolov & Bengio (2013), algorithm 1.
 */
export function clipByGlobalNorm(gradients: Gradients, limit: number): number {
  const norm = globalNorm(gradients);
  if (!(norm > limit)) return norm;
  const factor = limit / norm;
  for (const g of Object.values(gradients)) for (let i = 0; i < g.length; i++) g[i] *= factor;
  return norm;
}
