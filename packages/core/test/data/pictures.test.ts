import test from 'ava';
import { ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { augmentPictures, onColour } from '#src/data/index.js';
import { key, split } from '#src/random/index.js';

const keys = (count: number) => Array.from({ length: count }, (_, i) => split(key(3), i));

/** `count` times the same picture. */
const copies = (count: number, picture: number[], shape: [number, number, number]) =>
  ndarray(Uint8Array.from(Array.from({ length: count }, () => picture).flat()), [count, ...shape]);

const rows = (x: ReturnType<typeof augmentPictures>): string[] => {
  const size = x.data.length / x.shape[0];
  return Array.from({ length: x.shape[0] }, (_, i) => x.data.subarray(i * size, (i + 1) * size).join());
};

test('half of the pictures are mirrored, channels staying together', (t) => {
  const count = 400;
  const seen = rows(augmentPictures(copies(count, [1, 2, 3, 4], [1, 2, 2]), keys(count), { flip: true }));
  t.deepEqual(new Set(seen), new Set(['1,2,3,4', '3,4,1,2']));
  const mirrored = seen.filter((row) => row.startsWith('3')).length;
  // Five standard deviations of a fair coin.
  t.true(Math.abs(mirrored - count / 2) < 5 * Math.sqrt(count / 4), String(mirrored));
});

test('pictures are moved by every amount up to the largest, and the edge repeats', (t) => {
  const seen = new Set(rows(augmentPictures(copies(300, [1, 2, 3], [1, 3, 1]), keys(300), { shift: 1 })));
  t.deepEqual(seen, new Set(['1,1,2', '1,2,3', '2,3,3']));
  const both = new Set(rows(augmentPictures(copies(300, [1, 2, 3, 4], [2, 2, 1]), keys(300), { shift: 1 })));
  t.is(both.size, 9);
  t.true(both.has('1,1,1,1') && both.has('4,4,4,4') && both.has('3,4,3,4'));
});

test('a picture is changed by its own key, whatever else is in the batch', (t) => {
  const x = copies(6, [1, 2, 3, 4, 5, 6], [2, 3, 1]);
  const all = rows(augmentPictures(x, keys(6), { flip: true, shift: 2 }));
  const alone = rows(augmentPictures(copies(1, [1, 2, 3, 4, 5, 6], [2, 3, 1]), [keys(6)[4]], { flip: true, shift: 2 }));
  t.is(alone[0], all[4]);
  t.deepEqual(augmentPictures(x, keys(6)), x, 'without options nothing is changed');
});

test('opacity lets a colour through in proportion', (t) => {
  const x = ndarray(Uint8Array.of(200, 100, 0, 255, 200, 100, 0, 0, 200, 100, 0, 51), [1, 1, 3, 4]);
  t.deepEqual(onColour(x, [10, 20, 255]), ndarray(Uint8Array.of(200, 100, 0, 10, 20, 255, 48, 36, 204), [1, 1, 3, 3]));
});

test('what does not fit is refused', (t) => {
  t.throws(() => augmentPictures(copies(2, [1], [1, 1, 1]), keys(1)), { instanceOf: AdvectError, code: 'invalid-shape' });
  t.throws(() => augmentPictures(ndarray(Uint8Array.of(1), [1, 1]), keys(1)), { instanceOf: AdvectError, code: 'invalid-shape' });
  t.throws(() => onColour(copies(1, [1, 2, 3], [1, 1, 3]), [0, 0, 0]), { instanceOf: AdvectError, code: 'invalid-shape' });
});
