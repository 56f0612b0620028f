import test from 'ava';
import { key, normals, uniforms } from '@advect/core/random';
import { fitGaussian, fitMixture } from '#src/metrics/gaussian-fit.js';

const closeTo = (a: number, b: number, by: number): boolean => Math.abs(a - b) < by;

test('the fitted normal distribution is that of the mean and the covariance, in closed form for two dimensions', (t) => {
  const z = normals(key(1), 4000);
  const rows = Array.from({ length: 2000 }, (_, i) => Float32Array.of(1 + 2 * z[2 * i], -1 + z[2 * i] + 0.5 * z[2 * i + 1]));
  const mean = [0, 1].map((d) => rows.reduce((sum, row) => sum + row[d] / rows.length, 0));
  const cov = (a: number, b: number): number => rows.reduce((sum, row) => sum + ((row[a] - mean[a]) * (row[b] - mean[b])) / rows.length, 0);
  const [xx, xy, yy] = [cov(0, 0), cov(0, 1), cov(1, 1)];
  const determinant = xx * yy - xy * xy;
  const fitted = fitGaussian(rows);
  for (const row of rows.slice(0, 20)) {
    const [x, y] = [row[0] - mean[0], row[1] - mean[1]];
    const square = (yy * x * x - 2 * xy * x * y + xx * y * y) / determinant;
    t.true(closeTo(fitted.logDensity(row), -square / 2 - Math.log(2 * Math.PI) - Math.log(determinant) / 2, 1e-4));
  }
});

test('the fitted mixture finds two clusters, is a density, and never fits worse than one normal part', (t) => {
  const z = normals(key(2), 2000);
  const side = uniforms(key(3), 2000);
  const rows = Array.from({ length: 2000 }, (_, i) => Float32Array.of((side[i] < 0.3 ? -3 : 2) + 0.5 * z[i]));
  const truth = (x: number): number => {
    const part = (m: number): number => Math.exp(-((x - m) ** 2) / 0.5) / (0.5 * Math.sqrt(2 * Math.PI));
    return Math.log(0.3 * part(-3) + 0.7 * part(2));
  };
  const two = fitMixture(rows, [0, rows.findIndex(([x]) => Math.sign(x) !== Math.sign(rows[0][0]))]);
  for (const x of [-3, -2.5, 2, 2.7]) t.true(closeTo(two.logDensity(Float32Array.of(x)), truth(x), 0.1), `at ${x}`);
  let total = 0;
  for (let x = -10; x < 10; x += 0.01) total += 0.01 * Math.exp(two.logDensity(Float32Array.of(x)));
  t.true(closeTo(total, 1, 1e-3), `${total}`);
  const mean = (of: { logDensity(row: Float32Array): number }): number =>
    rows.reduce((sum, row) => sum + of.logDensity(row) / rows.length, 0);
  t.true(mean(two) > mean(fitMixture(rows, [0])) + 0.5);
});
