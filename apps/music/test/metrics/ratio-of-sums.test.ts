import test from 'ava';
import { normals, key, uniforms } from '@advect/core/random';
import { ratioOfSums } from '#src/metrics/ratio-of-sums.js';

test('with equal weights it is the mean with its error; a fixed ratio has none', (t) => {
  const { ratio, standardError } = ratioOfSums([1, 2, 3, 6], [2, 2, 2, 2]);
  t.is(ratio, 1.5);
  t.true(Math.abs(standardError - Math.sqrt(14 / 3 / 4) / 2) < 1e-12);
  t.deepEqual(ratioOfSums([2, 4, 10], [1, 2, 5]), { ratio: 2, standardError: 0 });
  t.is(ratioOfSums([2], [1]).standardError, Infinity);
});

test('the error is the spread of the ratio over many samples', (t) => {
  const [samples, n] = [400, 50];
  const noise = normals(key(1), samples * n);
  const draws = uniforms(key(2), samples * n);
  const each = Array.from({ length: samples }, (_, s) => {
    const weights = Array.from({ length: n }, (_, i) => 1 + 9 * draws[s * n + i]);
    return ratioOfSums(
      weights.map((weight, i) => 2 * weight + noise[s * n + i]),
      weights,
    );
  });
  const mean = each.reduce((sum, { ratio }) => sum + ratio, 0) / samples;
  const spread = Math.sqrt(each.reduce((sum, { ratio }) => sum + (ratio - mean) ** 2, 0) / (samples - 1));
  const said = each.reduce((sum, { standardError }) => sum + standardError, 0) / samples;
  // The spread of 400 samples is itself uncertain by 3.5 %.
  t.true(Math.abs(said / spread - 1) < 0.1, `${said} and ${spread}`);
  t.true(Math.abs(mean - 2) < 4 * (spread / Math.sqrt(samples)), String(mean));
});
