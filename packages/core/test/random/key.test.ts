import test from 'ava';
import fc from 'fast-check';
import { AdvectError } from '@advect/base/errors';
import { type Key, key, normals, split, uniforms } from '#src/random/index.js';

const name = (k: Key): string => `${k.hi}:${k.lo}`;

test('every seed from 0 to 2^53 − 1 has a key of its own', (t) => {
  t.deepEqual(key(0), { hi: 0, lo: 0 });
  t.deepEqual(key(Number.MAX_SAFE_INTEGER), { hi: 0x1fffff, lo: 0xffffffff });
  const seed = fc.maxSafeNat();
  fc.assert(fc.property(seed, seed, (a, b) => (a === b) === (name(key(a)) === name(key(b)))));
});

test('a bad seed or tag is an error that says the value', (t) => {
  for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
    const error = t.throws(() => key(bad), { instanceOf: AdvectError, message: `The seed is ${bad}` });
    t.is(error?.code, 'invalid-value');
    t.true(error?.message.includes(String(bad)));
    t.throws(() => split(key(0), bad), { instanceOf: AdvectError, code: 'invalid-value', message: `The tag of a split is ${bad}` });
  }
});

test('children of one parent differ from each other, from the parent and between numbers and words', (t) => {
  const parent = key(0);
  const tags = [
    '',
    'a',
    'b',
    'ab',
    'ba',
    'abcd',
    'abcde',
    'a\0',
    '\0',
    '\0\0',
    '0',
    '1',
    'ж',
    '😀',
    'x'.repeat(1000),
    0,
    1,
    2 ** 32,
    2 ** 32 + 1,
  ];
  const names = [parent, ...tags.map((tag) => split(parent, tag))].map(name);
  t.is(new Set(names).size, tags.length + 1);
  t.not(name(split(split(parent, 'a'), 'b')), name(split(split(parent, 'b'), 'a')));
});

test('a child depends on the parent and the tag alone', (t) => {
  const before = split(key(3), 'noise');
  split(key(3), 'something else');
  normals(key(3), 10);
  t.deepEqual(split(key(3), 'noise'), before);
});

test('10 000 numbered children are 10 000 keys whose first uniforms are uniform', (t) => {
  const children = Array.from({ length: 10_000 }, (_, i) => split(key(1), i));
  t.is(new Set(children.map(name)).size, 10_000);
  const first = children.map((child) => uniforms(child, 1)[0]);
  // The mean of n uniforms has the standard error 1/√(12 n) = 0.0029.
  t.true(Math.abs(first.reduce((a, b) => a + b) / 10_000 - 0.5) < 4 * 0.0029);
});

test('streams of neighbouring seeds, of parent and child, and of siblings are uncorrelated', (t) => {
  const n = 20_000;
  const correlation = (a: Float32Array, b: Float32Array): number => a.reduce((sum, v, i) => sum + v * b[i], 0) / n;
  const streams = [key(0), key(1), key(2 ** 32), split(key(0), 0), split(key(0), 1), split(key(0), 'a'), split(key(1), 0)].map((k) =>
    normals(k, n),
  );
  for (let i = 0; i < streams.length; i++) {
    for (let j = 0; j < i; j++) {
      // The product of two independent standard normals has variance 1, also when one of them is shifted.
      t.true(Math.abs(correlation(streams[i], streams[j])) < 4.5 / Math.sqrt(n), `${i} and ${j}`);
      t.true(Math.abs(correlation(streams[i].subarray(1), streams[j].subarray(0, n - 1))) < 4.5 / Math.sqrt(n), `${i} and ${j}, shifted`);
    }
  }
});
