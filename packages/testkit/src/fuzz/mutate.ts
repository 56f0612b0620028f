import type { Dice } from './dice.js';

type Bytes = Uint8Array;
type Mutation = (bytes: Bytes, dice: Dice, corpus: readonly Bytes[]) => Bytes;

/** A file that some whole ones were turned into: one of them, changed in up to four places, or nothing like them. */
export function mutated(corpus: readonly Bytes[], dice: Dice): Bytes {
  if (dice.below(20) === 0) return noise(dice, dice.below(300));
  let bytes = dice.one(corpus);
  for (let changes = 1 + dice.below(4); changes > 0; changes--) bytes = dice.one(mutations)(bytes, dice, corpus);
  return bytes;
}

const noise = (dice: Dice, length: number): Bytes => Uint8Array.from({ length }, () => dice.below(256));

/** Bytes `from` to `to` replaced by others. */
function spliced(bytes: Bytes, from: number, to: number, others: Bytes): Bytes {
  const result = new Uint8Array(bytes.length - (to - from) + others.length);
  result.set(bytes.subarray(0, from));
  result.set(others, from);
  result.set(bytes.subarray(to), from + others.length);
  return result;
}

/** A range of up to `most` bytes. */
function range(bytes: Bytes, dice: Dice, most: number): [from: number, to: number] {
  const from = dice.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + dice.below(most))];
}

const truncate: Mutation = (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1));

const flip: Mutation = (bytes, dice) => {
  if (bytes.length === 0) return bytes;
  const copy = bytes.slice();
  for (let flips = 1 + dice.below(8); flips > 0; flips--) copy[dice.below(copy.length)] ^= 1 << dice.below(8);
  return copy;
};

const overwrite: Mutation = (bytes, dice) => {
  const [from, to] = range(bytes, dice, 16);
  return spliced(
    bytes,
    from,
    to,
    dice.below(2) ? noise(dice, to - from) : new Uint8Array(to - from).fill(dice.one([0, 0xff, 0x20, 0x7f, 0x80])),
  );
};

const remove: Mutation = (bytes, dice) => spliced(bytes, ...range(bytes, dice, 32), new Uint8Array());

const insert: Mutation = (bytes, dice) => {
  const at = dice.below(bytes.length + 1);
  return spliced(bytes, at, at, noise(dice, 1 + dice.below(8)));
};

const repeat: Mutation = (bytes, dice) => {
  const [from, to] = range(bytes, dice, 64);
  const at = dice.below(bytes.length + 1);
  return spliced(bytes, at, at, bytes.subarray(from, to));
};

/** The head of one file and the tail of another. */
const cross: Mutation = (bytes, dice, corpus) => {
  const other = dice.one(corpus);
  const head = bytes.subarray(0, dice.below(bytes.length + 1));
  return spliced(head, head.length, head.length, other.subarray(dice.below(other.length + 1)));
};

const lengths = [0, 1, 2, 7, 8, 127, 128, 255, 256, 0x7fff, 0x8000, 0xffff, 2 ** 20, 2 ** 28, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** A number of 1, 2, 4 or 8 bytes forged: a size, an offset, a count. */
const forge: Mutation = (bytes, dice) => {
  const size = dice.one([1, 2, 4, 8]);
  if (bytes.length < size) return bytes;
  const copy = bytes.slice();
  const at = dice.below(bytes.length - size + 1);
  const value = dice.one([...lengths, bytes.length, bytes.length - at, bytes.length + 1]);
  const little = dice.below(2) === 0;
  for (let i = 0; i < size; i++) copy[at + (little ? i : size - 1 - i)] = Math.floor(value / 2 ** (8 * i)) & 0xff;
  if (size === 8 && dice.below(4) === 0) copy.fill(0xff, at, at + 8);
  return copy;
};

const numbers = '0 -1 1 0.5 1e999 -0 4294967296 9007199254740993 18446744073709551615 999999999999 NaN Infinity 1_000 0x10';
const punctuation = '{ } [ ] [[[[[[[[ {"a": , : " \\ \\u0000 null true "" [] {} ( ) \n \t \r\n \ufeff \u0000 💥';
const names = '"__proto__" "constructor" "kind" "dtype" "shape"';
const words = [numbers, punctuation, names].flatMap((list) => list.split(' ')).map((word) => new TextEncoder().encode(word));

/** A word put in, where the file is text. */
const word: Mutation = (bytes, dice) => {
  const at = dice.below(bytes.length + 1);
  return spliced(bytes, at, at, dice.one(words));
};

/** A number, name or word of text replaced by another word. */
const reword: Mutation = (bytes, dice) => {
  const start = dice.below(bytes.length + 1);
  const isLetter = (at: number): boolean => /[\w.+-]/.test(String.fromCharCode(bytes[at] ?? 0));
  let from = start;
  while (from < bytes.length && !isLetter(from)) from++;
  let to = from;
  while (to < bytes.length && to - from < 40 && isLetter(to)) to++;
  return spliced(bytes, from, to, dice.one(words));
};

const mutations: readonly Mutation[] = [truncate, flip, flip, overwrite, remove, insert, repeat, cross, forge, forge, word, reword, reword];
