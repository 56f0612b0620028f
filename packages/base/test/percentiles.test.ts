import test from 'ava';
import { arePercentiles, percentilesOf, shareAbove } from '#src/percentiles.js';

test('percentiles are linear between neighbours', (t) => {
  const found = percentilesOf([3, 1, 2, 5, 4]);
  t.is(found.length, 101);
  for (const [p, value] of [[0, 1], [25, 2], [30, 2.2], [50, 3], [100, 5]] as const) t.true(Math.abs(found[p] - value) < 1e-12); // prettier-ignore
  t.deepEqual(
    percentilesOf(Float32Array.of(7)),
    Array.from({ length: 101 }, () => 7),
  );
});

test('a number stands by how many in a hundred are above it', (t) => {
  const found = percentilesOf(Array.from({ length: 101 }, (_, i) => i / 10));
  t.is(shareAbove(-1, found), 100);
  t.is(shareAbove(10, found), 0);
  t.is(shareAbove(11, found), 0);
  t.true(Math.abs(shareAbove(2.5, found) - 75) < 1e-9);
  t.true(Math.abs(shareAbove(2.54, found) - 74.6) < 1e-9);
});

test('what a file holds is looked at', (t) => {
  const found = percentilesOf([1, 2]);
  t.true(arePercentiles(found));
  for (const wrong of [undefined, 'x', [], found.slice(1), found.toReversed(), found.with(3, NaN)]) t.false(arePercentiles(wrong));
});
