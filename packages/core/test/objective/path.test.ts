import test from 'ava';
import { alongPath } from '#src/objective/flow-matching.js';
import { type PathName, pathNames, pathOf } from '#src/objective/path.js';
import { drawTimes } from '#src/objective/times.js';
import { key, normals } from '#src/random/index.js';

const SIGMA = 0.4;
const interior = [0.01, 0.1, 0.33, 0.5, 0.77, 0.95, 0.99];

test('the rates of every path are the derivatives of its coefficients', (t) => {
  for (const name of pathNames) {
    const { at } = pathOf(name, SIGMA);
    for (const time of interior) {
      const h = 1e-5;
      const [before, after] = [at(time - h), at(time + h)];
      const here = at(time);
      for (const part of ['noise', 'data', 'blur'] as const) {
        const rate = here[`${part}Rate`];
        const difference = (after[part] - before[part]) / (2 * h);
        t.true(Math.abs(rate - difference) < 1e-5 * Math.max(1, Math.abs(rate)), `${name} ${part} at ${time}: ${rate}, ${difference}`);
      }
    }
  }
});

test('paths lead from noise to data, with the ends that they state', (t) => {
  const ends: Record<PathName, readonly [number, number, number, number]> = {
    straight: [1, 0, 0, 1],
    'conditional-ot': [1, 0, SIGMA, 1],
    cosine: [1, 0, 0, 1],
    'variance-preserving': [Math.sqrt(1 - 0.00657 ** 2), 0.00657, 0, 1],
    bridge: [1, 0, 0, 1],
  };
  for (const name of pathNames) {
    const { at } = pathOf(name, SIGMA);
    const got = [at(0).noise, at(0).data, at(1).noise, at(1).data];
    got.forEach((v, i) => t.true(Math.abs(v - ends[name][i]) < 1e-5, `${name} ${i}: ${v}`));
  }
  for (const name of ['cosine', 'variance-preserving'] as const) {
    for (const time of interior) {
      const { noise, data } = pathOf(name, 0).at(time);
      t.true(Math.abs(noise ** 2 + data ** 2 - 1) < 1e-12);
    }
  }
});

test('the points of a bridge have its mean and variance; velocities are those of the points', (t) => {
  const count = 40_000;
  const [from, to] = [-1, 2];
  const x0 = { shape: [count, 1], data: new Float32Array(count).fill(from) };
  const x1 = { shape: [count, 1], data: new Float32Array(count).fill(to) };
  for (const time of [0.05, 0.5, 0.9]) {
    const { xt, target } = alongPath(pathOf('bridge', SIGMA), x0, x1, new Float32Array(count).fill(time), key(3));
    const mean = xt.data.reduce((sum, v) => sum + v, 0) / count;
    const variance = xt.data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / count;
    const expected = SIGMA ** 2 * time * (1 - time);
    t.true(Math.abs(mean - (from + 3 * time)) < 4 * Math.sqrt(expected / count));
    t.true(Math.abs(variance / expected - 1) < 4 * Math.sqrt(2 / count));
    // Tong et al. (2024), §3.3: u = (1 − 2t)/(2t(1 − t))·(x − mean) + x1 − x0.
    const slope = (1 - 2 * time) / (2 * time * (1 - time));
    target.data.forEach((u, i) => t.assert(Math.abs(u - (slope * (xt.data[i] - (from + 3 * time)) + 3)) < 1e-4 * (1 + Math.abs(slope))));
  }
});

/** Nodes and weights for E f(z), z standard normal: the trapezoidal rule, exact to rounding for smooth f. */
const nodes = Array.from({ length: 65 }, (_, i) => (i - 32) / 4);
const weights = nodes.map((z) => Math.exp((-z * z) / 2) / (4 * Math.sqrt(2 * Math.PI)));

test('Gaussian to Gaussian: the mean velocity of every path at a point is the closed form', (t) => {
  const [mean, spread] = [0.7, 1.6];
  for (const name of pathNames) {
    const path = pathOf(name, SIGMA);
    for (const time of [0.1, 0.4, 0.9]) {
      const c = path.at(time);
      const variance = c.noise ** 2 + (c.data * spread) ** 2 + c.blur ** 2;
      const slope = (c.noise * c.noiseRate + c.data * c.dataRate * spread ** 2 + c.blur * c.blurRate) / variance;
      const optimal = (x: number): number => c.dataRate * mean + slope * (x - c.data * mean);
      for (const probe of [(): number => 1, (x: number): number => x, Math.tanh, (x: number): number => Math.exp(-x * x)]) {
        let [direct, viaOptimal] = [0, 0];
        nodes.forEach((z0, i) =>
          nodes.forEach((z1, j) =>
            nodes
              .filter((_, k) => k % 2 === 0)
              .forEach((e, k) => {
                const w = 2 * weights[i] * weights[j] * weights[2 * k];
                const x1 = mean + spread * z1;
                const x = c.noise * z0 + c.data * x1 + c.blur * e;
                direct += w * (c.noiseRate * z0 + c.dataRate * x1 + c.blurRate * e) * probe(x);
                viaOptimal += w * optimal(x) * probe(x);
              }),
          ),
        );
        t.true(Math.abs(direct - viaOptimal) < 1e-5, `${name} at ${time}: ${direct}, ${viaOptimal}`);
      }
    }
  }
});

test('finite data: the mean velocity of the straight path is that of the softmax over the data points', (t) => {
  const points = [-1.2, 0.3, 2];
  const time = 0.6;
  const c = pathOf('straight', 0).at(time);
  /** Σᵢ wᵢ (pointᵢ − x)/(1 − t), w the softmax of −(x − t·pointᵢ)²/(2(1 − t)²). */
  const optimal = (x: number): number => {
    const w = points.map((p) => Math.exp(-((x - time * p) ** 2) / (2 * (1 - time) ** 2)));
    const total = w.reduce((sum, v) => sum + v, 0);
    return points.reduce((sum, p, i) => sum + ((w[i] / total) * (p - x)) / (1 - time), 0);
  };
  for (const probe of [Math.tanh, (x: number): number => x * x, (x: number): number => Math.exp(-x * x)]) {
    let [direct, viaOptimal] = [0, 0];
    nodes.forEach((z, i) =>
      points.forEach((p) => {
        const x = c.noise * z + c.data * p;
        direct += (weights[i] / 3) * (c.noiseRate * z + c.dataRate * p) * probe(x);
        viaOptimal += (weights[i] / 3) * optimal(x) * probe(x);
      }),
    );
    t.true(Math.abs(direct - viaOptimal) < 1e-6, `${direct}, ${viaOptimal}`);
  }
});

test('times stay where a path has its rates; logit-normal times have their median in the middle', (t) => {
  for (const name of pathNames) {
    const { times } = pathOf(name, SIGMA);
    for (const distribution of ['uniform', 'logit-normal'] as const) {
      const drawn = drawTimes(distribution, times, 5000, key(9)).sort();
      t.true(drawn[0] >= times[0] && drawn[4999] <= times[1]);
      t.true(Math.abs(drawn[2500] - (times[0] + times[1]) / 2) < 0.03);
      const { xt, target } = alongPath(pathOf(name, SIGMA), ...pair(drawn.length), drawn, key(2));
      t.true([...xt.data, ...target.data].every(Number.isFinite), name);
    }
  }
});

test('times for the likelihood have the density t / (1 − t), up to nearly 1', (t) => {
  const drawn = drawTimes('likelihood', [0, 1], 20_000, key(4)).sort();
  t.true(drawn[0] >= 0 && drawn[19_999] <= 1 - 0.99e-4);
  // ∫₀ᵗ s / (1 − s) ds = −t − log(1 − t).
  const integral = (time: number): number => -time - Math.log1p(-time);
  for (const time of [0.1, 0.5, 0.9, 0.99, 0.999]) {
    const share = drawn.filter((v) => v <= time).length / 20_000;
    const expected = integral(time) / integral(1 - 1e-4);
    t.true(Math.abs(share - expected) < 4 * Math.sqrt((expected * (1 - expected)) / 20_000), `${time}: ${share} ${expected}`);
  }
});

const pair = (count: number) =>
  [
    { shape: [count, 1], data: normals(key(5), count) },
    { shape: [count, 1], data: normals(key(6), count) },
  ] as const;
