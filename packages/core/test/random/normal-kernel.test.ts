import test from 'ava';
import { domains, highWord } from '#src/random/domains.js';
import { key, normals, split } from '#src/random/index.js';
import { normalKernel } from '#src/random/normal-kernel.js';
import { normalRows } from '#src/random/normal.js';
import { normalQuantile } from '#src/random/quantile.js';
import { threefry } from '#src/random/threefry.js';
import { fillWords } from '#src/random/words.js';

const kernel = normalKernel()!;
const bits = (x: Float32Array): Uint32Array => new Uint32Array(x.buffer, x.byteOffset, x.length);

test('the kernel’s quantiles are those of the plain function, bit for bit, over all regions and at their borders', (t) => {
  const borders = [
    0,
    2 ** 31,
    2 ** 32 - 1,
    Math.round(0.075 * 2 ** 32),
    Math.round(0.925 * 2 ** 32),
    ...Array.from({ length: 32 }, (_, i) => 2 ** i),
  ];
  const words = Uint32Array.from([
    ...borders.flatMap((word) => [word - 2, word - 1, word, word + 1, word + 2]),
    ...Array.from({ length: 100_003 }, (_, i) => Math.imul(i, 0x9e3779b1)),
  ]);
  const out = new Float32Array(words.length);
  kernel.quantiles(words, out);
  t.deepEqual(bits(out), bits(Float32Array.from(words, normalQuantile)));
});

test('the kernel’s words are Threefry’s', (t) => {
  for (const [hi, lo, first, blocks] of [
    [0, 0, 0, 1],
    [0x13198a2e, 0x03707344, 0x243f6a88, 1001],
    [0xffffffff, 0xffffffff, 2 ** 32 - 30_000, 20_001],
    [1, 2, 5 * 2 ** 32 + 7, 33],
  ]) {
    const out = new Uint32Array(2 * blocks);
    const plain = new Uint32Array(2 * blocks);
    kernel.words(out, hi, lo, highWord(first, domains.normal), first);
    for (let i = 0; i < blocks; i++) threefry(plain, 2 * i, hi, lo, first + i, highWord(first + i, domains.normal));
    t.deepEqual(out, plain);
  }
});

test('where the upper half of the counter changes, words are made without the kernel', (t) => {
  const out = new Uint32Array(80);
  fillWords(out, 3, 4, domains.uniform, 2 ** 32 - 20);
  const plain = new Uint32Array(80);
  for (let i = 0; i < 40; i++) threefry(plain, 2 * i, 3, 4, 2 ** 32 - 20 + i, highWord(2 ** 32 - 20 + i, domains.uniform));
  t.deepEqual(out, plain);
});

test('rows of any width are what each row’s own key gives', (t) => {
  const parent = split(key(7), 'rows');
  for (const [rows, width, start] of [
    [512, 2, 0],
    [33, 1, 5],
    [7, 5, 2 ** 32 - 100],
    [40, 3, 2 ** 32 - 20],
    [9, 784, 3],
    [6, 4096, 0],
    [3, 5000, 1],
    [2, 20_001, 0],
  ]) {
    const made = normalRows(parent, rows, width, start);
    for (let row = 0; row < rows; row++) {
      t.deepEqual(
        bits(made.subarray(row * width, (row + 1) * width).slice()),
        bits(normals(split(parent, start + row), width)),
        `${rows} × ${width}`,
      );
    }
  }
});
