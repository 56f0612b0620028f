import type { Groove } from '../groove.js';

/**
 * A groove between two with the same strokes: velocities and offsets of `from` at 0, of `to` at 1, and straight in between. At 0
 * and at 1 it is the one and the other exactly.
 */
export function between(from: Groove, to: Groove, amount: number): Groove {
  if (amount === 1) return to;
  const mixed = (a: Float32Array, b: Float32Array): Float32Array => a.map((v, i) => v + amount * (b[i] - v));
  return { ...from, velocities: mixed(from.velocities, to.velocities), offsets: mixed(from.offsets, to.offsets) };
}
