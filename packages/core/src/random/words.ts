import { AdvectError } from '@advect/base/errors';
import type { Key } from './key.js';
import { threefry } from './threefry.js';

/**
 * What a counter is for. It fills the top byte of the counter, so that different kinds of draws from one key never share
 * a block: the normals, the uniforms and the child keys of one key are independent of each other.
 */
export const domains = { uniform: 0, normal: 1, rademacher: 2, integer: 3, permutation: 4, childNumber: 5, childName: 6 } as const;

export type Domain = (typeof domains)[keyof typeof domains];

/** The upper half of a counter: bits 32–52 of the index below the domain. */
export const highWord = (index: number, domain: Domain): number => (domain << 24) | Math.floor(index / 2 ** 32);

/** Words `first` to `first + count − 1` of the endless row of random 32-bit words that the key and the domain name. */
export function words(key: Key, domain: Domain, first: number, count: number): Uint32Array {
  const skipped = first % 2;
  const blocks = Math.ceil((skipped + count) / 2);
  const out = new Uint32Array(2 * blocks);
  fillWords(out, key.hi, key.lo, domain, (first - skipped) / 2);
  return out.subarray(skipped, skipped + count);
}

/** Fills an array of even length with the words of consecutive blocks. As signed words all numbers here stay off the heap. */
export function fillWords(out: Uint32Array, hi: number, lo: number, domain: Domain, firstBlock: number): void {
  const [k0, k1] = [hi | 0, lo | 0];
  for (let i = 0; 2 * i < out.length; i++) {
    const block = firstBlock + i;
    threefry(out, 2 * i, k0, k1, block | 0, highWord(block, domain));
  }
}

/** Throws `invalid-value` unless `count` elements from `start` on can be asked for. */
export function checkRange(count: number, start: number): void {
  if (!Number.isSafeInteger(count) || count < 0 || !Number.isSafeInteger(start) || start < 0 || start + count > 2 ** 52) {
    throw new AdvectError(
      'invalid-value',
      `Cannot draw ${count} random numbers from element ${start} on`,
      'Give a whole count and a whole start, neither negative, with start + count at most 2^52.',
    );
  }
}
