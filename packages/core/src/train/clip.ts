import type { Gradients } from './optimizer.js';

/**
 * √Σ g² over all entries of all gradients, summed in float64 in the order of their names, so that the same gradients give
 * the same bits however they are listed: every fourth entry of an array in a sum of its own, which a processor adds up side
 * by side. NaN or infinite if any entry is.
 */
export function globalNorm(gradients: Gradients): number {
  let sum = 0;
  for (const name of Object.keys(gradients).sort()) {
    const g = gradients[name];
    sum += squares(g);
  }
  return Math.sqrt(sum);
}

function squares(g: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < g.length; i += 4) {
    a += g[i] * g[i];
    b += g[i + 1] * g[i + 1];
    c += g[i + 2] * g[i + 2];
    d += g[i + 3] * g[i + 3];
  }
  for (; i < g.length; i++) a += g[i] * g[i];
  return a + b + (c + d);
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
