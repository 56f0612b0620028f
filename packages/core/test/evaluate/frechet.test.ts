import { readFileSync } from 'node:fs';
import test from 'ava';
import { frechetDistance } from '#src/evaluate/index.js';
import { symmetricEigen } from '#src/evaluate/symmetric-eigen.js';
import { key, normals, split } from '#src/random/index.js';

interface Case {
  x: number[][];
  y: number[][];
  ofMeans: number;
  ofCovariances: number;
  rank: boolean;
}
const { cases } = JSON.parse(readFileSync(new URL('../../../test/evaluate/reference/frechet.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};
const rows = (x: readonly number[][]) => ({ shape: [x.length, x[0].length], data: Float64Array.from(x.flat()) });
const cloud = (n: number, dim: number, seed: number) => ({ shape: [n, dim], data: Float64Array.from(normals(key(seed), n * dim)) });

test('the Fréchet distance agrees with SciPy’s matrix square root', (t) => {
  for (const { x, y, ofMeans, ofCovariances, rank } of cases) {
    const found = frechetDistance(rows(x), rows(y));
    t.true(Math.abs(found.ofMeans / ofMeans - 1) < 1e-12);
    // Without full rank SciPy's root is that of a singular, unsymmetric matrix, which it knows to half its digits.
    const bound = rank ? 1e-11 : 1e-6;
    t.true(Math.abs(found.ofCovariances / ofCovariances - 1) < bound, `${found.ofCovariances} ${ofCovariances}`);
    t.is(found.squared, found.ofMeans + found.ofCovariances);
  }
});

test('of a cloud that is moved and scaled it is that in closed form, from either side', (t) => {
  // With y = s·x + c: covariances s²Σ and Σ have the roots sΣ^½ and Σ^½, which commute, so that the distance is that of the means and (s − 1)² tr Σ.
  const dim = 6;
  const x = cloud(50, dim, 4);
  const [scale, shift] = [2.5, [1, -2, 0, 3, 0.5, -1]];
  const y = { shape: x.shape, data: x.data.map((v, i) => scale * v + shift[i % dim]) };
  const mean = shift.map((_, d) => x.data.reduce((sum, v, i) => sum + (i % dim === d ? v / 50 : 0), 0));
  const trace = x.data.reduce((sum, v, i) => sum + (v - mean[i % dim]) ** 2 / 49, 0);
  const apart = mean.reduce((sum, m, d) => sum + ((scale - 1) * m + shift[d]) ** 2, 0);
  const expected = apart + (scale - 1) ** 2 * trace;
  for (const [a, b] of [
    [x, y],
    [y, x],
  ]) {
    t.true(Math.abs(frechetDistance(a, b).squared / expected - 1) < 1e-12);
  }
  t.true(Math.abs(frechetDistance(x, x).squared) < 1e-12 * trace);
});

test('it is biased: samples of one distribution are the farther apart the fewer they are', (t) => {
  const apart = (n: number): number => frechetDistance(cloud(n, 8, 5), cloud(n, 8, 6)).squared;
  t.true(apart(100) > 3 * apart(1000));
});

test('samples that do not fit are refused', (t) => {
  t.throws(() => frechetDistance(cloud(1, 2, 1), cloud(5, 2, 1)), { code: 'invalid-shape', message: /1 and 5 samples/ });
  t.throws(() => frechetDistance(cloud(5, 3, 1), cloud(5, 2, 1)), { code: 'invalid-shape' });
});

test('eigenvalues and eigenvectors of symmetric matrices make them again, small eigenvalues too', (t) => {
  for (const n of [1, 2, 7, 30]) {
    const draws = normals(split(key(9), n), n * n);
    const matrix = Float64Array.from(draws, (v, at) => v + draws[(at % n) * n + Math.floor(at / n)]);
    const { values, vectors } = symmetricEigen(matrix, n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let [entry, product] = [0, 0];
        for (let k = 0; k < n; k++) {
          entry += vectors[k * n + i] * values[k] * vectors[k * n + j];
          product += vectors[i * n + k] * vectors[j * n + k];
        }
        t.true(Math.abs(entry - matrix[i * n + j]) < 1e-13 * n, `entry ${i} ${j} of ${n}`);
        t.true(Math.abs(product - Number(i === j)) < 1e-14 * n);
      }
    }
  }
  // [[1, b], [b, b²]] has the eigenvalues 0 and 1 + b².
  const { values } = symmetricEigen(Float64Array.of(1, 1e-4, 1e-4, 1e-8), 2);
  t.true(Math.abs(Math.max(...values) - (1 + 1e-8)) < 1e-15 && Math.abs(Math.min(...values)) < 1e-23);
});
