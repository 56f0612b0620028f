import { AdvectError } from '@advect/base/errors';
import { domains, highWord } from './domains.js';
import { threefry } from './threefry.js';

/** 64 bits that name a stream of random numbers; plain data. */
export interface Key {
  readonly hi: number;
  readonly lo: number;
}

/** The key of a seed, a whole number from 0 to 2^53 − 1. Different seeds give different keys; 0 is a seed like any other. */
export function key(seed: number): Key {
  return { hi: Math.floor(wholeNumber(seed, 'The seed') / 2 ** 32), lo: seed >>> 0 };
}

/**
 * A child key, named by a word or a whole number (0 to 2^53 − 1); `split(k, 3)` and `split(k, '3')` differ. It depends on
 * the parent and the tag alone, never on the order of calls, and its stream is independent of the parent's.
 */
export function split(parent: Key, tag: string | number): Key {
  const child = new Uint32Array(2);
  if (typeof tag === 'number') {
    const index = wholeNumber(tag, 'The tag of a split');
    threefry(child, 0, parent.hi, parent.lo, index, highWord(index, domains.childNumber));
  } else {
    threefry(child, 0, parent.hi, parent.lo, tag.length, highWord(tag.length, domains.childName));
    for (let i = 0; i < tag.length; i += 4) {
      threefry(child, 0, child[0], child[1], pair(tag, i), pair(tag, i + 2));
    }
  }
  return { hi: child[0], lo: child[1] };
}

/** Two UTF-16 code units as one word; nothing past the end. */
const pair = (text: string, at: number): number => (text.charCodeAt(at) & 0xffff) | (text.charCodeAt(at + 1) << 16);

function wholeNumber(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new AdvectError('invalid-value', `${name} is ${value}`, 'Give a whole number from 0 to 9007199254740991 (2^53 − 1).');
  }
  return value;
}
