import test from 'ava';
import { ndarray } from '@advect/base/array';
import { distributions } from '#src/data/distributions.js';
import { AdvectError } from '@advect/base/errors';
import { entropyGap } from '#src/evaluate/entropy-gap.js';
import { fitGaussian, fitGaussianMixture } from '#src/evaluate/gaussian-mixture.js';
import { key, normals } from '#src/random/index.js';

/** 300 points in three overlapping skewed squares, from two irrational steps; easy to make again elsewhere. */
const points = Float64Array.from({ length: 600 }, (_, at) => {
  const i = at >> 1;
  const [a, b, c] = [((i * 0.7548776662466927) % 1) - 0.5, ((i * 0.5698402909980532) % 1) - 0.5, i % 3];
  return at % 2 === 0 ? 2 * a + 1.2 * c : 1.5 * b + 0.8 * a + (c === 1 ? 0.9 : 0);
});
const x = ndarray(points, [300, 2]);
const query = ndarray(Float64Array.of(0.5, 0.25), [1, 2]);

// scikit-learn 1.9.1 on the same points: GaussianMixture(k, covariance_type=…, tol=1e-13, max_iter=20000, random_state=0,
// n_init=5); score, weights and first coordinates of the means in rising order, score_samples([[0.5, 0.25]]).
const reference = [
  { covariance: 'full', k: 1, score: -2.5174060850827624, weights: [1], means: [1.195089], log: -1.7072215457657496 },
  { covariance: 'diagonal', k: 1, score: -2.5350260818393076, weights: [1], means: [1.195089], log: -1.7269747164147795 },
  {
    covariance: 'full',
    k: 3,
    score: -2.300081944493228,
    weights: [0.081689, 0.556178, 0.362133],
    means: [-0.676946, 0.729629, 2.332245],
    log: -1.3930715042591497,
  },
  {
    covariance: 'diagonal',
    k: 3,
    score: -2.3673458284876494,
    weights: [0.230817, 0.228518, 0.540665],
    means: [-0.282592, 0.660257, 2.051984],
    log: -1.5988301269014464,
  },
] as const;

for (const { covariance, k, score, weights, means, log } of reference) {
  test(`${k} ${covariance} component(s) agree with scikit-learn`, (t) => {
    const model =
      k === 1
        ? fitGaussian(x, { covariance })
        : fitGaussianMixture(x, { components: k, covariance, tolerance: 1e-13, iterations: 2000, starts: 1 });
    const order = model.components
      .map((component, i) => ({ mean: component.mean[0], weight: model.weights[i] }))
      .sort((a, b) => a.mean - b.mean);
    t.true(Math.abs(model.history.at(-1)! - score) < 1e-9, `${model.history.at(-1)}`);
    order.forEach(({ mean, weight }, i) => {
      t.true(Math.abs(mean - means[i]) < 2e-6 && Math.abs(weight - weights[i]) < 2e-6, `${mean}, ${weight}`);
    });
    t.true(Math.abs(model.logProb(query)[0] - log) < 1e-6);
    const scores = model.logProb(x);
    t.true(Math.abs(scores.reduce((a, b) => a + b) / 300 - score) < 1e-9);
  });
}

test('a normal distribution fitted to three points has the closed form’s density', (t) => {
  // Mean (1, 1), covariance [[2/3, 1/3], [1/3, 2/3]], determinant 1/3, inverse [[2, −1], [−1, 2]].
  const model = fitGaussian(ndarray(Float64Array.of(0, 0, 1, 2, 2, 1), [3, 2]), { regularisation: 0 });
  for (const [a, b] of [
    [1, 1],
    [0, 3],
    [-2, 5],
  ]) {
    const [u, v] = [a - 1, b - 1];
    const expected = -Math.log(2 * Math.PI) - 0.5 * Math.log(1 / 3) - 0.5 * (2 * u * u - 2 * u * v + 2 * v * v);
    t.true(Math.abs(model.logProb(ndarray(Float64Array.of(a, b), [1, 2]))[0] - expected) < 1e-12);
  }
});

test('the likelihood never falls from step to step', (t) => {
  for (const components of [2, 5, 9]) {
    const { history } = fitGaussianMixture(x, { components, tolerance: 0, iterations: 60, seed: components });
    for (let i = 1; i < history.length; i++) t.true(history[i] > history[i - 1] - 1e-5, `step ${i}: ${history[i - 1]} to ${history[i]}`);
  }
});

test('eight components reach the entropy of eight Gaussians, one does not, on held-out points', (t) => {
  const { sample, entropy } = distributions['8gaussians'];
  const [train, held] = [sample(4000, key(0)), sample(4000, key(1))];
  const mixture = entropyGap(fitGaussianMixture(train, { components: 8, starts: 8 }).logProb(held), entropy);
  t.true(Math.abs(mixture.gap) < 0.01 + 4 * mixture.standardError, `${mixture.gap} ± ${mixture.standardError}`);
  const single = entropyGap(fitGaussian(train).logProb(held), entropy);
  t.true(single.gap > 1, `${single.gap}`);
});

test('samples have the mixture’s moments, its event shape, and can be made again alone', (t) => {
  const model = fitGaussianMixture(ndarray(points, [300, 1, 2]), { components: 3 });
  const n = 100_000;
  const { shape, data } = model.sample(n, key(0));
  t.deepEqual(shape, [n, 1, 2]);
  t.deepEqual(model.sample(2, key(0), 50).data, data.slice(100, 104));
  const moments = (values: ArrayLike<number>): number[] => {
    const sums = [0, 0, 0, 0, 0];
    const count = values.length / 2;
    for (let i = 0; i < count; i++) {
      const [a, b] = [values[2 * i], values[2 * i + 1]];
      [a, b, a * a, a * b, b * b].forEach((v, k) => (sums[k] += v / count));
    }
    return sums;
  };
  // Expectation and maximisation reproduce the data's first and second moments exactly, but for the regularisation.
  const [drawn, given] = [moments(data), moments(points)];
  drawn.forEach((moment, k) => t.true(Math.abs(moment - given[k]) < 0.04, `moment ${k}: ${moment}, data ${given[k]}`));
});

test('the same key gives the same fit; another may not', (t) => {
  const fit = (seed: number): unknown => fitGaussianMixture(x, { components: 5, seed, iterations: 5, starts: 1 }).history;
  t.deepEqual(fit(0), fit(0));
  t.notDeepEqual(fit(0), fit(1));
});

test('the likeliest of several starts is taken', (t) => {
  const final = (starts: number): number => fitGaussianMixture(x, { components: 6, starts }).history.at(-1)!;
  t.true(final(2) >= final(1) && final(12) > final(1));
});

test('in 64 dimensions the density of the standard normal is recovered', (t) => {
  const [n, dim] = [20_000, 64];
  const model = fitGaussian(ndarray(normals(key(0), n * dim), [n, 8, 8]));
  const held = ndarray(normals(key(1), 500 * dim), [500, 8, 8]);
  const scores = model.logProb(held);
  const mean = scores.reduce((a, b) => a + b) / 500;
  // The expected log-density −½·D·(1 + ln 2π), less the cost of estimating D(D + 3)/2 numbers from n: about D²/4n.
  const expected = -0.5 * dim * (1 + Math.log(2 * Math.PI)) - (dim * (dim + 3)) / 4 / n;
  t.true(Math.abs(mean - expected) < 4 * Math.sqrt(dim / 2 / 500) + 0.05, `${mean}, expected ${expected}`);
});

test('bad data and options are errors with a way out', (t) => {
  const flat = ndarray(new Float64Array(6), [3, 2]);
  const cases: [() => unknown, string, RegExp][] = [
    [() => fitGaussian(flat, { regularisation: 0 }), 'invalid-value', /not positive definite/],
    [() => fitGaussian(ndarray(Float64Array.of(1, NaN), [2, 1])), 'invalid-value', /holds NaN in row 1/],
    [() => fitGaussian(ndarray(new Float64Array(0), [0, 2])), 'invalid-shape', /shape \[0, 2\]/],
    [() => fitGaussian({ shape: [2, 3], data: new Float64Array(5) }), 'invalid-shape', /5 numbers do not fill the shape \[2, 3\]/],
    [() => fitGaussianMixture(flat, { components: 4 }), 'invalid-option', /4 components for 3 samples/],
    [() => fitGaussianMixture(flat, { component: 4 } as never), 'unknown-option', /no option 'component'/],
    [() => fitGaussian(x).logProb(ndarray(new Float64Array(3), [1, 3])), 'invalid-shape', /shape \[1, 3\]/],
  ];
  for (const [call, code, says] of cases) {
    const error = t.throws(call, { instanceOf: AdvectError, code });
    t.regex(error?.message ?? '', says);
  }
  t.notThrows(() => fitGaussian(flat));
});
