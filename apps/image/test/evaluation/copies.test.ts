import { readFileSync } from 'node:fs';
import test from 'ava';
import { integers, key, split } from '@advect/core/random';
import type { Pictures } from '#src/data/picture-set.js';
import { copyTest, rankTest } from '#src/evaluation/copies.js';

const { cases } = JSON.parse(readFileSync(new URL('../../../test/evaluation/reference/mann-whitney.json', import.meta.url), 'utf8')) as {
  cases: { a: number[]; b: number[]; chanceBelow: number; score: number }[];
};

test('the rank test is SciPy’s, ties included', (t) => {
  for (const { a, b, chanceBelow, score } of cases) {
    const found = rankTest(Float64Array.from(a), Float64Array.from(b));
    t.true(Math.abs(found.chanceNearer - chanceBelow) < 1e-12);
    t.true(Math.abs(found.score - score) < 1e-9, `${found.score} ${score}`);
  }
});

const form = { size: 4, channels: 1, levels: 256, classes: [] } as const;
const drawn = (count: number, name: string): Pictures => ({
  count,
  pixels: Uint8Array.from(integers(split(key(1), name), count * 16, 256)),
  labels: new Int32Array(count).fill(-1),
});

test('new pictures are not taken for copies', async (t) => {
  const found = await copyTest(drawn(1000, 'generated'), drawn(1000, 'held out'), drawn(300, 'training'), form);
  t.true(Math.abs(found.score) < 4, `${found.score}`);
  const { share, standardError } = found.nearerThanFirstPercentile;
  // The first percentile of a thousand is itself only known to some 0.3 %.
  t.true(Math.abs(share - 0.01) < 4 * Math.hypot(standardError, 0.0032), `${share}`);
  t.is(found.identical, 0);
  for (const { generated, heldOut } of found.quantiles) t.true(Math.abs(generated / heldOut - 1) < 0.1);
});

test('copies are found: whole ones, and ones with a little noise', async (t) => {
  const training = drawn(300, 'training');
  const noisy = training.pixels.map((v, i) => Math.min(255, Math.max(0, v + (i % 3) - 1)));
  const some = { ...drawn(300, 'generated') };
  const generated: Pictures = {
    count: 300,
    // A hundred whole copies, a hundred noisy ones, a hundred new pictures.
    pixels: Uint8Array.from([...training.pixels.subarray(0, 1600), ...noisy.subarray(1600, 3200), ...some.pixels.subarray(3200)]),
    labels: some.labels,
  };
  const found = await copyTest(generated, drawn(1000, 'held out'), training, form);
  t.is(found.identical, 100);
  t.true(found.nearerThanFirstPercentile.right >= 200);
  t.true(found.score > 10 && found.chanceNearer > 0.7);
  t.deepEqual(
    found.closest.map(({ generated: i, training: j }) => i - j),
    found.closest.map(() => 0),
  );
});
