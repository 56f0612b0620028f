import test from 'ava';
import { key, normals, split } from '@advect/core/random';
import { base64, fromBase64 } from '#src/evaluation/base64.js';
import { frechetRows } from '#src/evaluation/distances.js';
import { recognition } from '#src/evaluation/recognition.js';

test('shares are counted by class, with binomial errors', (t) => {
  const { all, byClass } = recognition(Int32Array.of(0, 0, 1, 1, 1, 1), Int32Array.of(0, 1, 1, 1, 1, 1), 2);
  t.like(all, { right: 5, of: 6, share: 5 / 6 });
  t.deepEqual(
    byClass.map(({ right, of }) => [right, of]),
    [
      [1, 2],
      [4, 4],
    ],
  );
  // (5 + 1) / (6 + 2) = 3/4; where all are right the error is not 0.
  t.true(Math.abs(all.standardError - Math.sqrt(((3 / 4) * (1 / 4)) / 6)) < 1e-15);
  t.true(byClass[1].standardError > 0);
});

test('features of one distribution are as far apart as real ones, shifted ones by the shift', (t) => {
  const features = (name: string, shift = 0) => ({
    shape: [600, 4],
    data: normals(split(key(1), name), 2400).map((v) => v + shift),
  });
  const [test_, training] = [features('test'), features('training')];
  const same = frechetRows(features('generated'), test_, training, 1);
  t.deepEqual(
    same.map(({ count }) => count),
    [600, 300],
  );
  for (const { generated, real } of same) t.true(generated < 0.2 && real < 0.2);
  t.true(same[1].real > same[0].real);
  for (const { generated } of frechetRows(features('generated', 2), test_, training, 1)) t.true(Math.abs(generated - 16) < 2);
});

test('bytes come back from text', (t) => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => i % 256);
  t.deepEqual(fromBase64(base64(bytes)), bytes);
  t.is(base64(Uint8Array.of(1, 2, 3)), 'AQID');
});
