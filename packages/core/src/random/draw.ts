import { AdvectError } from '@advect/base/errors';
import { domains } from './domains.js';
import type { Key } from './key.js';
import { checkRange, words } from './words.js';

/** `count` numbers in [0, 1), multiples of 2^−24. Element i depends on (key, start + i) only. */
export function uniforms(key: Key, count: number, start = 0): Float32Array {
  checkRange(count, start);
  const drawn = words(key, domains.uniform, start, count);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = (drawn[i] >>> 8) * 2 ** -24;
  return out;
}

/** `count` fair signs, −1 or +1. Element i depends on (key, start + i) only. */
export function rademachers(key: Key, count: number, start = 0): Float32Array {
  checkRange(count, start);
  const firstWord = Math.floor(start / 32);
  const offset = start - 32 * firstWord;
  const bits = words(key, domains.rademacher, firstWord, Math.ceil((offset + count) / 32));
  const signs = new Float32Array(count);
  for (let i = 0; i < count; i++) signs[i] = (bits[(offset + i) >>> 5] >>> ((offset + i) & 31)) & 1 ? 1 : -1;
  return signs;
}

/**
 * `count` whole numbers in [0, below), below at most 2^31. Element i depends on (key, start + i) only. A value's
 * probability differs from 1/below by at most 2^−52.
 */
export function integers(key: Key, count: number, below: number, start = 0): Int32Array {
  checkRange(count, start);
  if (!Number.isInteger(below) || below < 1 || below > 2 ** 31) {
    throw new AdvectError('invalid-value', `Integers below ${below} were asked for`, 'Give a whole upper bound from 1 to 2^31.');
  }
  const drawn = words(key, domains.integer, 2 * start, 2 * count);
  const out = new Int32Array(count);
  for (let i = 0; i < count; i++) out[i] = below53(drawn[2 * i], drawn[2 * i + 1], below);
  return out;
}

/** The numbers 0 to n − 1 in a random order, every order equally likely (Fisher and Yates's shuffle). */
export function permutation(key: Key, n: number): Int32Array {
  checkRange(n, 0);
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  const drawn = words(key, domains.permutation, 0, 2 * n);
  for (let i = n - 1; i > 0; i--) {
    const j = below53(drawn[2 * i], drawn[2 * i + 1], i + 1);
    const moved = order[i];
    order[i] = order[j];
    order[j] = moved;
  }
  return order;
}

/** Two words as a whole number in [0, below): the uppermost 53 bits as a fraction, scaled. */
const below53 = (hi: number, lo: number, below: number): number => Math.floor((hi * 2 ** 21 + (lo >>> 11)) * 2 ** -53 * below);
