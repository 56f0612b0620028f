import { type NdArray, sizeOf } from '@advect/base/array';
import { type Key, split } from '../random/index.js';

/**
 * One key for each row, made from the row's own bytes: the noise that a point meets (Hutchinson probes, dequantisation)
 * depends on the point and the seed, never on its place in a batch or on its batch mates.
 */
export function rowKeys(key: Key, x: NdArray): Key[] {
  const dim = sizeOf(x.shape.slice(1));
  const words = new Uint32Array(x.data.buffer, x.data.byteOffset, x.data.length);
  return Array.from({ length: x.shape[0] }, (_, i) => {
    const [low, high] = hash(words, i * dim, (i + 1) * dim);
    return split(split(key, low), high);
  });
}

/** Two independent 32-bit hashes of a run of words (multiply, rotate, and a final avalanche). */
function hash(words: Uint32Array, from: number, to: number): [number, number] {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  for (let i = from; i < to; i++) {
    a = Math.imul(a ^ words[i], 0x9e3779b1);
    a = (a << 13) | (a >>> 19);
    b = Math.imul(b + words[i], 0x85ebca77);
    b = (b << 17) | (b >>> 15);
  }
  return [avalanche(a ^ (to - from)), avalanche(b ^ a)];
}

function avalanche(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
  return (x ^ (x >>> 16)) >>> 0;
}
