import test from 'ava';
import { distributions } from '#src/data/distributions.js';
import { baseFromConfig, gaussianMixture, standardNormal } from '#src/flow/base.js';
import type { Base } from '#src/flow/flow.js';
import { sampledBase } from '#src/flow/sampled-base.js';
import { type Key, key, normals } from '#src/random/index.js';

const mixture = gaussianMixture({
  means: [
    [-1, 0.5],
    [2, -1],
  ],
  standardDeviations: [0.6, 0.9],
  weights: [1, 3],
});
const bases: Record<string, Base> = { 'standard normal': standardNormal(), 'gaussian mixture': mixture };

for (const [name, base] of Object.entries(bases)) {
  test(`${name}: the density integrates to 1 on a grid`, (t) => {
    const step = 0.05;
    const points: number[] = [];
    for (let x = -8; x <= 8; x += step) for (let y = -8; y <= 8; y += step) points.push(x, y);
    const logProb = base.logProb({ shape: [points.length / 2, 2], data: Float32Array.from(points) });
    const total = logProb.reduce((sum, v) => sum + Math.exp(v) * step * step, 0);
    t.true(Math.abs(total - 1) < 1e-4, `${total}`);
  });

  test(`${name}: the score is the gradient of the log-density`, (t) => {
    const at = [0.3, -0.7];
    const logProb = (x: number, y: number): number => base.logProb({ shape: [1, 2], data: Float32Array.of(x, y) })[0];
    const score = base.score({ shape: [1, 2], data: Float32Array.from(at) }).data;
    const h = 2 ** -7;
    const numeric = [
      (logProb(at[0] + h, at[1]) - logProb(at[0] - h, at[1])) / (2 * h),
      (logProb(at[0], at[1] + h) - logProb(at[0], at[1] - h)) / (2 * h),
    ];
    numeric.forEach((v, d) => t.true(Math.abs(v - score[d]) < 1e-3, `${v} ${score[d]}`));
  });

  test(`${name}: the mean log-density of its samples is minus its entropy`, (t) => {
    const count = 40_000;
    const logProb = base.logProb(base.sample(count, key(0), [2], 0));
    const mean = logProb.reduce((sum, v) => sum + v, 0) / count;
    const deviation = Math.sqrt(logProb.reduce((sum, v) => sum + (v - mean) ** 2, 0) / count);
    let entropy = 0;
    const step = 0.05;
    for (let x = -8; x <= 8; x += step) {
      for (let y = -8; y <= 8; y += step) {
        const v = base.logProb({ shape: [1, 2], data: Float32Array.of(x, y) })[0];
        entropy -= v * Math.exp(v) * step * step;
      }
    }
    t.true(Math.abs(mean + entropy) < (4 * deviation) / Math.sqrt(count), `${mean} ${-entropy}`);
  });

  test(`${name}: item i is the same alone and in a batch`, (t) => {
    const all = base.sample(5, key(3), [2], 0).data;
    t.deepEqual(base.sample(1, key(3), [2], 4).data, all.slice(8));
  });
}

test('a mixture says what is wrong with its settings', (t) => {
  t.throws(() => gaussianMixture({ means: [[0, 0]], standardDeviations: [1, 1] }), { code: 'invalid-option' });
  t.throws(() => gaussianMixture({ means: [[0, 0]], standardDeviations: [-1] }), { code: 'invalid-option' });
  t.throws(() => mixture.logProb({ shape: [1, 3], data: new Float32Array(3) }), { code: 'invalid-shape' });
});

const mixtureSource = { sample: (count: number, from: Key) => mixture.sample(count, from, [2], 0) };

test('a sampled base gives row i from (key, start + i) alone, its source’s density, and says what it lacks', (t) => {
  const base = sampledBase(distributions.moons);
  const all = base.sample(5, key(3), [2], 0);
  t.deepEqual(base.sample(2, key(3), [2], 3).data, all.data.slice(6));
  t.deepEqual(base.logProb(all), distributions.moons.logProb(all));
  const known = sampledBase({ ...mixtureSource, logProb: (x) => mixture.logProb(x) });
  const points = mixture.sample(20, key(8), [2], 0);
  const [differences, exact] = [known.score(points).data, mixture.score(points).data];
  differences.forEach((v, i) => t.true(Math.abs(v - exact[i]) < 1e-3 * Math.max(1, Math.abs(exact[i])), `${v} ${exact[i]}`));
  const dumb = sampledBase({ sample: (count, from) => ({ shape: [count, 2], data: normals(from, 2 * count) }) });
  t.throws(() => dumb.score(all), { code: 'unsupported' });
  t.throws(() => dumb.logProb(all), { code: 'unsupported', message: /no density/ });
  t.throws(() => dumb.sample(1, key(0), [3], 0), { code: 'invalid-shape', message: /\[1, 2\]/ });
  t.throws(() => sampledBase({} as never), { code: 'invalid-value' });
  t.throws(() => baseFromConfig(base.config), { code: 'invalid-file', message: /samples/ });
});
