import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { integers, key, normals, permutation, rademachers, split, uniforms } from '#src/random/index.js';
import { domains } from '#src/random/domains.js';
import { words } from '#src/random/words.js';

const n = 200_000;

/** Σ (observed − expected)² / expected for equally likely cells. */
const chiSquare = (counts: readonly number[]): number => {
  const expected = counts.reduce((a, b) => a + b) / counts.length;
  return counts.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
};

const histogram = (values: Iterable<number>, cells: number): number[] => {
  const counts = Array.from({ length: cells }, () => 0);
  for (const v of values) counts[v]++;
  return counts;
};

/** An upper bound of the chi-square quantile at 1 − 1e-4 (Wilson and Hilferty 1931; 3.72 is the normal quantile). */
const chiSquareBound = (freedom: number): number => freedom * (1 - 2 / (9 * freedom) + 3.72 * Math.sqrt(2 / (9 * freedom))) ** 3;

test('uniforms lie in [0, 1) and fill 1000 cells evenly, alone and in pairs of neighbours', (t) => {
  const u = uniforms(key(0), n);
  t.true(u.every((v) => v >= 0 && v < 1));
  t.true(
    chiSquare(
      histogram(
        u.map((v) => Math.floor(1000 * v)),
        1000,
      ),
    ) < chiSquareBound(999),
  );
  const pairs = Array.from({ length: n / 2 }, (_, i) => 30 * Math.floor(30 * u[2 * i]) + Math.floor(30 * u[2 * i + 1]));
  t.true(chiSquare(histogram(pairs, 900)) < chiSquareBound(899));
});

test('rademachers are −1 and +1, fair, also given their predecessor', (t) => {
  const signs = rademachers(key(0), n);
  t.deepEqual(new Set(signs), new Set([-1, 1]));
  t.true(Math.abs(signs.reduce((a, b) => a + b)) < 4 * Math.sqrt(n));
  for (const lag of [1, 2, 32, 64]) {
    t.true(Math.abs(signs.subarray(lag).reduce((sum, s, i) => sum + s * signs[i], 0)) < 4 * Math.sqrt(n), `lag ${lag}`);
  }
});

test('integers are below the bound and equally likely', (t) => {
  for (const below of [1, 2, 7, 1000]) {
    t.true(chiSquare(histogram(integers(key(0), n, below), below)) < (below === 1 ? 1 : chiSquareBound(below - 1)), `below ${below}`);
  }
  const wide = integers(key(0), n, 2 ** 31);
  t.true(wide.every((v) => v >= 0));
  t.true(Math.abs(wide.reduce((a, b) => a + b) / n / 2 ** 31 - 0.5) < 4 / Math.sqrt(12 * n));
});

test('an integer is the uppermost 53 bits of two words, scaled: in exact arithmetic too', (t) => {
  const k = key(11);
  const drawn = words(k, domains.integer, 0, 2000);
  // A bound that is no power of two, and large: the second word decides one number in eight.
  const below = 3 * 2 ** 29;
  const exact = Array.from({ length: 1000 }, (_, i) => {
    const fraction = (BigInt(drawn[2 * i]) << 21n) | BigInt(drawn[2 * i + 1] >>> 11);
    return Number((fraction * BigInt(below)) >> 53n);
  });
  t.deepEqual([...integers(k, 1000, below)], exact);
  t.true(exact.filter((value, i) => value !== Math.floor((drawn[2 * i] / 2 ** 32) * below)).length > 80);
});

test('no more words are drawn than the blocks of the answer hold', (t) => {
  for (const [first, count, blocks] of [
    [0, 0, 0],
    [0, 1, 1],
    [1, 1, 1],
    [1, 2, 2],
    [7, 100, 51],
  ]) {
    const drawn = words(key(0), domains.uniform, first, count);
    t.is(drawn.length, count);
    t.is(drawn.buffer.byteLength, 8 * blocks);
  }
});

test('a permutation holds every number once, and all 24 orders of four are equally likely', (t) => {
  t.deepEqual(
    permutation(key(0), 1000).toSorted(),
    Int32Array.from({ length: 1000 }, (_, i) => i),
  );
  t.deepEqual([...permutation(key(0), 0)], []);
  const orders = new Map<string, number>();
  for (let i = 0; i < 24_000; i++) {
    const order = permutation(split(key(5), i), 4).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  t.is(orders.size, 24);
  t.true(chiSquare([...orders.values()]) < chiSquareBound(23));
});

test('slices equal the whole, and the same key gives the same bytes', (t) => {
  const k = key(2 ** 40 + 3);
  for (const draw of [uniforms, rademachers, (key: typeof k, count: number, start?: number) => integers(key, count, 100, start)]) {
    const whole = draw(k, 300);
    t.deepEqual(draw(k, 300), whole);
    for (const [start, count] of [
      [0, 1],
      [1, 1],
      [31, 34],
      [63, 100],
      [299, 1],
      [300, 0],
    ]) {
      t.deepEqual(draw(k, count, start), whole.slice(start, start + count), `${start}, ${count}`);
    }
  }
  t.is(uniforms(k, 3, 2 ** 52 - 3).length, 3);
});

test('different kinds of draws from one key share no words', (t) => {
  const u = uniforms(key(0), n);
  const z = normals(key(0), n);
  const correlation = u.reduce((sum, v, i) => sum + (v - 0.5) * Math.sqrt(12) * z[i], 0) / n;
  t.true(Math.abs(correlation) < 4 / Math.sqrt(n));
});

test('keys and draws are those of a Python program with its own Threefry, written from the definitions', (t) => {
  const k = key(2 ** 40 + 3);
  t.deepEqual(
    [7, 2 ** 52 + 1, '', 'noise', 'жé😀'].map((tag) => split(k, tag)),
    [
      { hi: 4063640843, lo: 547825159 },
      { hi: 3539675034, lo: 2627951954 },
      { hi: 1364267080, lo: 2993944773 },
      { hi: 1059753171, lo: 3368993315 },
      { hi: 4089796776, lo: 2459691685 },
    ],
  );
  t.deepEqual([...uniforms(k, 3)], [0.44316983222961426, 0.7196200489997864, 0.056800901889801025]);
  // The counter passes 2^32 here.
  t.deepEqual([...uniforms(k, 3, 2 ** 33 - 1)], [0.9593473672866821, 0.4419237971305847, 0.48764103651046753]);
  t.is([...rademachers(k, 40, 30)].map((sign) => (sign > 0 ? '+' : '-')).join(''), '--++-++-+++--+++++-++---++++---+-++----+');
  t.deepEqual([...integers(k, 4, 1000)], [403, 520, 729, 588]);
  t.deepEqual([...integers(k, 4, 2 ** 31)], [866985664, 1118201182, 1565719939, 1264143550]);
  t.deepEqual([...integers(k, 3, 6, 2 ** 40)], [3, 1, 0]);
  t.deepEqual([...permutation(k, 12)], [11, 9, 3, 8, 5, 7, 1, 6, 4, 0, 2, 10]);
});

test('a bad count, start or bound is an error that says the values', (t) => {
  for (const call of [
    () => uniforms(key(0), -1),
    () => normals(key(0), 1.5),
    () => rademachers(key(0), 1, -1),
    () => uniforms(key(0), 2, 2 ** 52 - 1),
    () => integers(key(0), 1, 0),
    () => integers(key(0), 1, 2 ** 31 + 1),
    () => integers(key(0), 1, 2.5),
    () => permutation(key(0), NaN),
  ]) {
    t.throws(call, { instanceOf: AdvectError, code: 'invalid-value' });
  }
});
