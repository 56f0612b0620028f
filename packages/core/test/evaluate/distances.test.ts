import { readFileSync } from 'node:fs';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { energyDistance, mmd, slicedWasserstein2, wasserstein2 } from '#src/evaluate/index.js';
import { squaresAlong } from '#src/evaluate/sliced-wasserstein.js';
import { toRows } from '#src/evaluate/rows.js';
import { type Key, key, normals, split } from '#src/random/index.js';

const reference = JSON.parse(readFileSync(new URL('../../../test/evaluate/reference/transport.json', import.meta.url), 'utf8')) as {
  cases: { x: number[][]; y: number[][]; directions: number[][]; squared: number; sliced: number[] }[];
};
const cloud = (rows: readonly number[][]) => ({ shape: [rows.length, rows[0].length], data: Float64Array.from(rows.flat()) });

/** n points of N(mean, sd² I). */
const gaussian = (from: Key, n: number, mean: readonly number[], sd = 1) => ({
  shape: [n, mean.length],
  data: normals(from, n * mean.length).map((v, i) => mean[i % mean.length] + sd * v),
});

test('exact and sliced Wasserstein-2 agree with POT and SciPy', (t) => {
  for (const { x, y, directions, squared, sliced } of reference.cases) {
    const [a, b] = [cloud(x), cloud(y)];
    if (x.length === y.length) {
      const found = wasserstein2(a, b);
      t.true(Math.abs(found.squared / squared - 1) < 1e-12, `${found.squared} ${squared}`);
      t.is(found.distance, Math.sqrt(found.squared));
    }
    // Directions are float32 here, hence 1e-6, and no more.
    squaresAlong(toRows(a, 'a'), toRows(b, 'b'), Float32Array.from(directions.flat())).forEach((v, i) =>
      t.true(Math.abs(v / sliced[i] - 1) < 1e-6, `${v} ${sliced[i]}`),
    );
  }
});

test('a cloud that is moved as a whole is at the distance it was moved by; its floor is that of two samples of the truth', (t) => {
  const truth = gaussian(key(1), 200, [0, 0]);
  const moved = { shape: truth.shape, data: truth.data.map((v, i) => v + [3, -4][i % 2]) };
  const { distance, floor } = wasserstein2(moved, truth, truth);
  t.true(Math.abs(distance - 5) < 1e-5);
  t.is(floor, 0);
  const other = gaussian(key(2), 200, [0, 0]);
  t.is(wasserstein2(truth, truth, other).floor, wasserstein2(other, truth).distance);
  t.is(wasserstein2(moved, truth).floor, undefined);
  t.throws(() => wasserstein2(truth, gaussian(key(1), 199, [0, 0])), { instanceOf: AdvectError, code: 'invalid-shape' });
});

test('sliced Wasserstein-2 of Gaussians is that in closed form', (t) => {
  // Along θ: (θ·m)² + (s₁ − s₂)², whose mean over θ is |m|²/D + (s₁ − s₂)².
  const a = gaussian(key(3), 4000, [0, 0, 0], 1);
  const b = gaussian(key(4), 3000, [1, -2, 0.5], 2);
  const { squared, standardError } = slicedWasserstein2(a, b, { projections: 400, seed: 7 });
  const expected = 5.25 / 3 + 1;
  t.true(Math.abs(squared - expected) < 4 * standardError + 0.05, `${squared} ± ${standardError}`);
  // (θ·m)² = |m|² u² with u uniform on [−1, 1] in three dimensions: the variance of u² is 4/45.
  t.true(Math.abs(standardError / (5.25 * Math.sqrt(4 / 45 / 400)) - 1) < 0.1);
  t.true(slicedWasserstein2(a, b, { seed: 7 }).squared !== slicedWasserstein2(a, b, { seed: 8 }).squared);
});

const erf = (x: number): number => {
  // Maclaurin series, fine for |x| < 3.
  let [term, sum] = [x, x];
  for (let k = 1; k < 60; k++) sum += (term *= (-x * x) / k) / (2 * k + 1);
  return (2 / Math.sqrt(Math.PI)) * sum;
};
/** E|N(m, s²)|. */
const folded = (m: number, s: number) => s * Math.sqrt(2 / Math.PI) * Math.exp((-m * m) / (2 * s * s)) + m * erf(m / (s * Math.SQRT2));
/** E exp(−|X − Y|²/2h²) for a difference X − Y ~ N(m, s² I) in `dim` dimensions with |m|² = square. */
const overlap = (square: number, s2: number, h: number, dim: number) =>
  (1 + s2 / (h * h)) ** (-dim / 2) * Math.exp(-square / (2 * (h * h + s2)));

test('MMD² and the energy distance of Gaussians: closed forms within a standard error that the spread of many runs confirms', (t) => {
  const runs = 100;
  const h = 0.8;
  const mmd2 = overlap(0, 2, h, 2) + overlap(0, 4.5, h, 2) - 2 * overlap(1.25, 3.25, h, 2);
  const energy = 2 * folded(1, Math.sqrt(3.25)) - folded(0, Math.SQRT2) - folded(0, Math.sqrt(4.5));
  const cases = {
    mmd: {
      expected: mmd2,
      run: (k: Key) => mmd(gaussian(split(k, 0), 60, [0, 0]), gaussian(split(k, 1), 80, [1, 0.5], 1.5), { bandwidth: h }),
    },
    energy: { expected: energy, run: (k: Key) => energyDistance(gaussian(split(k, 0), 80, [0]), gaussian(split(k, 1), 60, [1], 1.5)) },
  };
  for (const [name, { expected, run }] of Object.entries(cases)) {
    const results = Array.from({ length: runs }, (_, i) => run(split(key(11), i)));
    const mean = results.reduce((sum, { value }) => sum + value, 0) / runs;
    const spread = Math.sqrt(results.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (runs - 1));
    const stated = Math.sqrt(results.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / runs);
    t.true(Math.abs(mean - expected) < (4 * spread) / Math.sqrt(runs), `${name}: ${mean} for ${expected}`);
    // The spread of 100 runs is known to 7 %.
    t.true(Math.abs(stated / spread - 1) < 0.3, `${name}: stated ${stated}, spread ${spread}`);
  }
});

test('p-values: uniform where the distributions agree, least where they do not; the bandwidth is the median distance', (t) => {
  const o = { permutations: 19 };
  const same = Array.from({ length: 60 }, (_, i) => {
    const [a, b] = [0, 1].map((side) => gaussian(split(split(key(5), i), side), 25, [0]));
    return energyDistance(a, b, { ...o, seed: i }).pValue!;
  });
  const share = same.filter((p) => p <= 0.25).length / 60;
  // Binomial(60, 1/4): four standard deviations are 0.22.
  t.true(Math.abs(share - 0.25) < 0.22, `${share}`);
  t.is(mmd(gaussian(key(6), 30, [0]), gaussian(key(7), 30, [3]), o).pValue, 1 / 20);
  const line = { shape: [2, 1], data: Float64Array.of(0, 1) };
  const line2 = { shape: [2, 1], data: Float64Array.of(3, 7) };
  // The distances are 1, 2, 3, 4, 6, 7.
  t.is(mmd(line, line2).bandwidth, 4);
  t.is(mmd(line, line2).pValue, undefined);
});

test('what cannot be meant is an error', (t) => {
  const one = gaussian(key(1), 1, [0, 0]);
  const many = gaussian(key(1), 5, [0, 0]);
  t.throws(() => mmd(one, many), { instanceOf: AdvectError, code: 'invalid-shape' });
  t.throws(() => energyDistance(many, gaussian(key(1), 5, [0])), { instanceOf: AdvectError, code: 'invalid-shape' });
  t.throws(() => mmd({ shape: [3, 1], data: new Float32Array(3) }, { shape: [3, 1], data: new Float32Array(3) }), {
    instanceOf: AdvectError,
    code: 'invalid-value',
  });
  t.throws(() => slicedWasserstein2(many, many, { projection: 3 } as never), { instanceOf: AdvectError, code: 'unknown-option' });
});
