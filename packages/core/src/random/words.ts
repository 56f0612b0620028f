import { AdvectError } from '@advect/base/errors';
import { type Domain, highWord } from './domains.js';
import type { Key } from './key.js';
import { normalKernel } from './normal-kernel.js';
import { threefry } from './threefry.js';

/** Words `first` to `first + count − 1` of the endless row of random 32-bit words that the key and the domain name. */
export function words(key: Key, domain: Domain, first: number, count: number): Uint32Array {
  const skipped = first % 2;
  const blocks = Math.ceil((skipped + count) / 2);
  const out = new Uint32Array(2 * blocks);
  fillWords(out, key.hi, key.lo, domain, (first - skipped) / 2);
  return out.subarray(skipped, skipped + count);
}

/** Numbers from which on a call of WebAssembly costs less than it gains. */
export const WORTH_A_KERNEL = 32;

/** Fills an array of even length with the words of consecutive blocks. As signed words all numbers here stay off the heap. */
export function fillWords(out: Uint32Array, hi: number, lo: number, domain: Domain, firstBlock: number): void {
  const upper = highWord(firstBlock, domain);
  const kernel = out.length >= WORTH_A_KERNEL && highWord(firstBlock + out.length / 2, domain) === upper ? normalKernel() : undefined;
  if (kernel) return kernel.words(out, hi, lo, upper, firstBlock);
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
