import test from 'ava';
import { rowKeys } from '#src/flow/row-key.js';
import { key, normals, split } from '#src/random/index.js';

const x = { shape: [1000, 3], data: normals(key(5), 3000) };
const text = (keys: readonly { hi: number; lo: number }[]): string[] => keys.map(({ hi, lo }) => `${hi}/${lo}`);

test('a row has the same key wherever it stands, and other rows have others', (t) => {
  const keys = text(rowKeys(key(0), x));
  t.is(new Set(keys).size, 1000);
  const last = { shape: [1, 3], data: x.data.slice(2997) };
  t.deepEqual(text(rowKeys(key(0), last)), [keys[999]]);
  t.notDeepEqual(text(rowKeys(key(1), last)), [keys[999]]);
});

test('swapped entries and a changed last bit change the key', (t) => {
  const [a, b, c] = text(rowKeys(key(0), { shape: [3, 2], data: Float32Array.of(1, 2, 2, 1, 1, 2 + 2 ** -22) }));
  t.is(new Set([a, b, c]).size, 3);
});

test('the keys are split by two hashes of the bytes, those of a Python program written from the definitions', (t) => {
  const keys = rowKeys(key(7), { shape: [3, 2], data: Float32Array.of(1, 2, -0.5, 3e38, 0, -0) });
  const hashes = [
    [1344147423, 1894856132],
    [75761991, 3490970223],
    [2523227619, 976693818],
  ];
  t.deepEqual(keys, hashes.map(([low, high]) => split(split(key(7), low), high))); // prettier-ignore
});
