import test from 'ava';
import { mismatch } from '@advect/testkit';
import { cnf, guideDensity, mlp, standardNormal, gaussianMixture } from '#src/index.js';
import type { VelocityField } from '#src/field/field.js';
import { loadModel, saveModel } from '#src/model/index.js';
import { key, normals } from '#src/random/index.js';
import { ready, type Tensor, tf } from '#src/tensor/index.js';

test.before(async () => void (await ready()));

const [mean, deviation] = [0.7, 0.4];
/** Variance of the points at time t on straight paths from N(0, 1) to N(mean, deviation²). */
const variance = (t: number): number => (1 - t) ** 2 + (t * deviation) ** 2;
/** Their velocity, E[x₁ − x₀ | x]. */
const drift = (x: number, t: number): number => mean + (((deviation ** 2 + 1) * t - 1) / variance(t)) * (x - t * mean);

/** The same as a field, in each of two entries. */
const gaussian: VelocityField = {
  config: { kind: 'test' },
  event: [2],
  conditionDim: 0,
  init: () => ({}),
  velocity: (_, { x, t }) => {
    const at = tf.reshape(t, [-1, 1]);
    const width = tf.add(tf.square(tf.sub(1, at)), tf.square(tf.mul(at, deviation)));
    const slope = tf.div(tf.sub(tf.mul(deviation ** 2 + 1, at), 1), width);
    return tf.add<Tensor>(mean, tf.mul(slope, tf.sub(x, tf.mul(at, mean))));
  },
};
const flow = cnf({ field: gaussian });
const z = { shape: [5, 2], data: normals(key(2), 10) };
const strengths = [-0.6, -0.2, 0, 0.3, 1];
const condition = strengths.map((strength) => [strength]);

/** Where z arrives under u + λ·(1 − t)·∇log p_t, in float64, with the gradient of the Gaussian in closed form. */
function arrival(from: number, strength: number): number {
  const rate = (x: number, t: number): number => drift(x, t) - (strength * (1 - t) * (x - t * mean)) / variance(t);
  const steps = 2000;
  const h = 1 / steps;
  let x = from;
  for (let i = 0; i < steps; i++) {
    const t = i * h;
    const a = rate(x, t);
    const b = rate(x + (h / 2) * a, t + h / 2);
    const c = rate(x + (h / 2) * b, t + h / 2);
    x += (h / 6) * (a + 2 * b + 2 * c + rate(x + h * c, t + h));
  }
  return x;
}

test('of a Gaussian, points go where the gradient of its log-density in closed form pulls them; compiled as well as eager', async (t) => {
  for (const executor of ['wasm', 'eager'] as const) {
    const { x } = await guideDensity(flow).decode(z, { condition, rtol: 1e-6, atol: 1e-6, executor });
    const expected = Float64Array.from(z.data, (v, i) => arrival(v, strengths[Math.floor(i / 2)]));
    t.is(mismatch(x.data, expected, { atol: 2e-5 }), undefined);
  }
});

test('the stronger the pull, the more probable the point', async (t) => {
  const rows = { shape: [5, 2], data: Float32Array.from(z.data, (_, i) => [1.3, -0.8][i % 2]) };
  const { x } = await guideDensity(flow).decode(rows, { condition, rtol: 1e-5, atol: 1e-5 });
  const { logProb } = await flow.logProb(x, { rtol: 1e-5, atol: 1e-5 });
  logProb.slice(1).forEach((v, i) => t.true(v > logProb[i] + 0.01, `${strengths[i]}: ${logProb[i]}, then ${v}`));
});

test('no pull, and no condition, is the flow itself, under each class', async (t) => {
  const own = cnf({ field: mlp({ dim: 2, hidden: [8, 8], classes: 3, lastLayer: 'random' }), seed: 3 });
  const label = [0, 1, 2, -1, 0];
  const guided = guideDensity(own);
  const still = label.map((of) => [0, 1, 2, 3].map((i) => Number(i === of)));
  const plain = await own.decode(z, { label });
  t.is(mismatch((await guided.decode(z, { condition: still })).x.data, plain.x.data, { atol: 2 ** -20 }), undefined);
  t.is(mismatch((await guided.decode(z)).x.data, (await own.decode(z)).x.data, { atol: 2 ** -20 }), undefined);
  const again = await loadModel(await saveModel(guided, { name: 'pulled' }));
  const pulled = still.map((row) => [...row.slice(0, 3), 0.5]);
  t.deepEqual((await again.decode(z, { condition: pulled })).x.data, (await guided.decode(z, { condition: pulled })).x.data);
  t.notDeepEqual((await guided.decode(z, { condition: pulled })).x.data, plain.x.data);
});

test('it claims no likelihood, and what has no straight paths is refused', async (t) => {
  await t.throwsAsync(guideDensity(flow).logProb(z, { condition }), { code: 'unsupported', message: /pulled along the gradient/ });
  t.notThrows(() => guideDensity(cnf({ field: gaussian, base: standardNormal() })));
  const corners = [
    [0, 0],
    [1, 1],
  ];
  const mixture = gaussianMixture({ means: corners, standardDeviations: [1, 1] });
  t.throws(() => guideDensity(cnf({ field: gaussian, base: mixture })), { code: 'unsupported', message: /no straight paths/ });
});
