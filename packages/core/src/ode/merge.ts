import type { VectorSpace } from './problem.js';

/**
 * The rows of `fresh` where the mask is set and of `old` elsewhere. Frees both but for what it returns. A mask of one
 * entry under joint control stands for all rows. Without an old state the other rows become NaN.
 */
export function merge<V>(space: VectorSpace<V>, mask: Uint8Array, old: V | undefined, fresh: V): V {
  if (mask.every(Boolean)) {
    if (old !== undefined) space.release(old);
    return fresh;
  }
  if (old !== undefined && !mask.some(Boolean)) {
    space.release(fresh);
    return old;
  }
  const base = old ?? space.blend([fresh], [Float64Array.from(mask, () => NaN)]);
  const merged = space.select(mask, base, fresh);
  space.release(base);
  space.release(fresh);
  return merged;
}
