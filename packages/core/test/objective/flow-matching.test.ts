import test from 'ava';
import { distributions } from '#src/data/distributions.js';
import type { Parameters, VelocityField } from '#src/field/field.js';
import { mlp } from '#src/field/index.js';
import { cnf, type Flow, sampledBase } from '#src/flow/index.js';
import { couple, couplingNames } from '#src/objective/coupling.js';
import { alongPath, flowMatching, type FlowMatchingOptions } from '#src/objective/flow-matching.js';
import { pathNames, pathOf } from '#src/objective/path.js';
import type { Batch } from '#src/objective/objective.js';
import { type Key, key, normals, split } from '#src/random/index.js';
import { countTensors, downloadSync, ready, tf, upload, uploadParameters, withScope } from '#src/tensor/index.js';
import { train } from '#src/train/loop.js';
import { alongWeights } from './along-weights.js';

test.before(() => ready());

const lossOf = (flow: Flow, parameters: Parameters, batch: Batch, options: FlowMatchingOptions = {}, seed = 7): Promise<number> =>
  flowMatching(options).measure!(flow, parameters, batch, key(seed));

/** A field with one weight that does nothing, given as a function of (x, t). */
const fieldOf = (velocity: VelocityField['velocity']): VelocityField => ({
  config: { kind: 'test' },
  event: [2],
  conditionDim: 0,
  init: () => ({ unused: { shape: [1], data: new Float32Array(1) } }),
  velocity: (parameters, input) => tf.tidy(() => velocity(parameters, input)),
});

const constantRows = (count: number, c: readonly [number, number]): Batch => ({
  x: { shape: [count, 2], data: Float32Array.from({ length: 2 * count }, (_, i) => c[i % 2]) },
});

test.serial('for a single data point c the velocity (c − x)/(1 − t) meets the target exactly', async (t) => {
  const c = [1.5, -0.5] as const;
  const flow = cnf({
    field: fieldOf((_, { x, t: times }) => tf.div(tf.sub(tf.tensor2d([[...c]]), x), tf.sub(1, tf.reshape(times, [-1, 1])))),
  });
  for (const time of ['uniform', 'logit-normal'] as const) {
    for (const coupling of ['independent', 'exact-ot'] as const) {
      t.true(
        (await lossOf(flow, flow.parameters, constantRows(64, c), { timeDistribution: time, coupling })) < 1e-6,
        `${time}, ${coupling}`,
      );
    }
  }
});

test.serial('times and positions have the distributions that the path gives them', async (t) => {
  const c = [2, -1] as const;
  const sigma = 0.3;
  const count = 20000;
  for (const time of ['uniform', 'logit-normal'] as const) {
    let times = new Float32Array();
    let xs = new Float32Array();
    const field = fieldOf((_, input) => {
      times = downloadSync(input.t).data.slice();
      xs = downloadSync(input.x).data.slice();
      return tf.zerosLike(input.x);
    });
    const flow = cnf({ field });
    await lossOf(flow, flow.parameters, constantRows(count, c), { timeDistribution: time, sigma });
    const standard = time === 'uniform' ? times.map((s) => (s - 0.5) * Math.sqrt(12)) : times.map((s) => Math.log(s / (1 - s)));
    const residuals = xs.map((x, i) => (x - times[i >> 1] * c[i % 2]) / Math.sqrt((1 - times[i >> 1]) ** 2 + sigma ** 2));
    for (const [name, values] of Object.entries({ times: standard, positions: residuals })) {
      const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
      const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
      t.true(Math.abs(mean) < 4 / Math.sqrt(values.length), `${name}, ${time}: mean ${mean}`);
      t.true(Math.abs(variance - 1) < 4 * Math.sqrt(2 / values.length), `${name}, ${time}: variance ${variance}`);
    }
  }
});

test.serial('the gradient agrees with central differences of the loss', async (t) => {
  const flow = cnf({ field: mlp({ dim: 2, hidden: [7], lastLayer: 'random', classes: 2 }), seed: 5 });
  const batch: Batch = {
    x: { shape: [16, 2], data: normals(key(2), 32) },
    condition: { shape: [16, 2], data: Float32Array.from({ length: 32 }, (_, i) => ((i >> 1) % 3 === i % 2 ? 1 : 0)) },
  };
  for (const [index, path] of pathNames.entries()) {
    const options = { path, coupling: couplingNames[index % 3], sigma: 0.1, acrossConditions: index % 2 === 0 };
    const { loss, gradients } = await flowMatching(options).evaluate(flow, flow.parameters, batch, key(7));
    t.true(Math.abs(loss - (await lossOf(flow, flow.parameters, batch, options))) < 1e-6 * Math.max(1, loss));
    for (let trial = 0; trial < 4; trial++) {
      const lossAt = (parameters: Parameters): Promise<number> => lossOf(flow, parameters, batch, options);
      const { exact, numeric } = await alongWeights(flow.parameters, gradients, lossAt, split(key(3), trial));
      t.true(Math.abs(numeric - exact) < 1e-4 * Math.max(1, Math.abs(exact)), `${path}, ${trial}: ${exact}, differences give ${numeric}`);
    }
  }
});

test('options that do not go together are refused', (t) => {
  t.throws(() => flowMatching({ path: 'bridge' }), { code: 'invalid-option', message: /bridge/ });
  t.throws(() => flowMatching({ path: 'conditional-ot', sigma: 1 }), { code: 'invalid-option', message: /sigma 1/ });
  t.throws(() => flowMatching({ regularisation: 1 }), { code: 'invalid-option', message: /independent/ });
  t.throws(() => flowMatching({ path: 'strait' as never }), { code: 'invalid-option', message: /path is 'strait'/ });
});

test.serial('from moons to eight Gaussians: the noise of a flow may be data, and its density carries over', async (t) => {
  const from = distributions['moons-tcfm'];
  const flow = cnf({ field: mlp({ dim: 2, hidden: [48, 48] }), base: sampledBase(from) });
  const to = distributions['8gaussians-tcfm'];
  await train(flow, to, { objective: flowMatching({ coupling: 'exact-ot' }), steps: 300, batch: 128, learningRate: 1e-2 });
  const { x } = await flow.sample(400, { seed: 3 });
  const mean = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const near = mean(to.logProb(x));
  t.log(`mean log-density of the samples ${near.toFixed(2)}, entropy ${to.entropy.toFixed(2)}`);
  t.true(near > -to.entropy - 2);
  const start = flow.base.sample(50, key(5), [2], 0);
  const { x: there } = await flow.decode(start);
  const { logProb } = await flow.logProb(there, { rtol: 1e-6, atol: 1e-6 });
  t.true(logProb.every((v) => Number.isFinite(v)));
});

const mean = [1, -0.5];
const spread = [0.5, 1.5];
const gaussian = {
  sample: (count: number, sampleKey: Key) => ({
    shape: [count, 2],
    data: normals(sampleKey, 2 * count).map((z, i) => mean[i % 2] + spread[i % 2] * z),
  }),
};

/** E[x1 − x0 | x_t = x] = m + (t s² − (1 − t)) / ((1 − t)² + t² s²) · (x − t m) for data N(m, s²), entry by entry. */
const optimalVelocity = (x: number, t: number, m: number, s: number): number =>
  m + ((t * s * s - (1 - t)) / ((1 - t) ** 2 + (t * s) ** 2)) * (x - t * m);

test.serial('among the optimal velocities of all Gaussians, flow matching picks that of the data', async (t) => {
  const field: VelocityField = {
    ...fieldOf(({ mean: m, logSpread }, { x, t: times }) => {
      const time = tf.reshape(times, [-1, 1]);
      const variance = tf.exp(tf.mul(2, logSpread));
      const rest = tf.sub(1, time);
      const slope = tf.div(tf.sub(tf.mul(time, variance), rest), tf.add(tf.square(rest), tf.mul(tf.square(time), variance)));
      return tf.add(m, tf.mul(slope, tf.sub(x, tf.mul(time, m))));
    }),
    init: () => ({ mean: { shape: [2], data: new Float32Array(2) }, logSpread: { shape: [2], data: new Float32Array(2) } }),
  };
  const flow = cnf({ field });
  await train(flow, gaussian, { objective: flowMatching(), steps: 1200, batch: 512, learningRate: 2e-2 });
  const found = [...flow.parameters.mean.data, ...flow.parameters.logSpread.data.map(Math.exp)];
  t.log(found.map((v) => v.toFixed(4)).join(' '));
  [...mean, ...spread].forEach((truth, i) => t.true(Math.abs(found[i] - truth) < 0.01, `${found[i]} for ${truth}`));
});

test.serial('a network trained on a Gaussian finds the optimal velocity to 1 % of its mean square, and the least loss', async (t) => {
  const flow = cnf({ field: mlp({ dim: 2, hidden: [32, 32] }) });
  await train(flow, gaussian, { objective: flowMatching(), steps: 1500, batch: 256, learningRate: 1e-2 });
  const count = 1000;
  const noise = normals(key(77), 2 * count);
  const sums = { error: 0, velocity: 0 };
  for (const time of [0.05, 0.25, 0.5, 0.75, 0.95]) {
    const x = noise.map((z, i) => time * mean[i % 2] + Math.hypot(1 - time, time * spread[i % 2]) * z);
    const u = await withScope((scope) => {
      const parameters = uploadParameters(flow.parameters, scope);
      return downloadSync(
        scope.run(() => flow.field.velocity(parameters, { x: upload({ shape: [count, 2], data: x }), t: tf.tensor1d([time]) })),
      ).data;
    });
    x.forEach((v, i) => {
      const optimal = optimalVelocity(v, time, mean[i % 2], spread[i % 2]);
      sums.error += (u[i] - optimal) ** 2;
      sums.velocity += optimal ** 2;
    });
  }
  t.log(`mean squared error ${((100 * sums.error) / sums.velocity).toFixed(3)} % of the mean square`);
  t.true(sums.error < 0.01 * sums.velocity);
  // The least loss is the mean over t of Var[x1 − x0 | x_t] = 1 + s² − (t s² − (1 − t))² / ((1 − t)² + t² s²).
  const times = Array.from({ length: 2000 }, (_, i) => (i + 0.5) / 2000);
  const least = spread.flatMap((s) =>
    times.map((time) => 1 + s * s - (time * s * s - (1 - time)) ** 2 / ((1 - time) ** 2 + (time * s) ** 2)),
  );
  const floor = least.reduce((sum, v) => sum + v, 0) / least.length;
  const loss = await lossOf(flow, flow.parameters, { x: gaussian.sample(100_000, key(78)) });
  t.log(`loss ${loss.toFixed(4)}, least ${floor.toFixed(4)}`);
  t.true(Math.abs(loss - floor) < 0.02, `loss ${loss}, least ${floor}`);
});

test.serial('neither the loss nor a field that throws leaves a tensor', async (t) => {
  const before = countTensors();
  const flow = cnf({ field: mlp({ dim: 2, hidden: [4] }) });
  await lossOf(flow, flow.parameters, constantRows(4, [0, 0]));
  const broken = cnf({
    field: fieldOf((_, { x }) => {
      tf.square(x);
      throw new Error('broken field');
    }),
  });
  const evaluate = () => flowMatching().evaluate(broken, broken.parameters, constantRows(4, [0, 0]), key(1));
  await t.throwsAsync(evaluate, { message: 'broken field' });
  await t.throwsAsync(() => lossOf(broken, broken.parameters, constantRows(4, [0, 0])), { message: 'broken field' });
  t.is(countTensors(), before);
});

test('bridge and Sinkhorn: points and velocities have the moments of the Schrödinger bridge between two Gaussians', (t) => {
  const [middle, wide, sigma, n, batches] = [1, 2, 1, 256, 12];
  const covariance = (Math.sqrt(4 * wide ** 2 + sigma ** 4) - sigma ** 2) / 2;
  const varianceAt = (s: number): number => (1 - s) ** 2 + (s * wide) ** 2 + 2 * s * (1 - s) * covariance + sigma ** 2 * s * (1 - s);
  for (const time of [0.5, 0.9]) {
    const sums = { x: 0, u: 0, xx: 0, xu: 0 };
    for (let batch = 0; batch < batches; batch++) {
      const [a, b, plan, noise] = ['a', 'b', 'plan', 'noise'].map((name) => split(split(key(5), batch), name));
      const x0 = { shape: [n, 1], data: normals(a, n) };
      const x1 = { shape: [n, 1], data: normals(b, n).map((z) => middle + wide * z) };
      const paired = couple({ name: 'sinkhorn', regularisation: 2 * sigma ** 2, key: plan }, x0, x1);
      const { xt, target } = alongPath(pathOf('bridge', sigma), paired, x1, new Float32Array(n).fill(time), noise);
      xt.data.forEach((x, i) => {
        sums.x += x;
        sums.u += target.data[i];
        sums.xx += x * x;
        sums.xu += x * target.data[i];
      });
    }
    const count = n * batches;
    const [x, u] = [sums.x / count, sums.u / count];
    const variance = sums.xx / count - x * x;
    // The best velocity is linear in x, and its slope makes the variance grow as it does.
    const slope = (sums.xu / count - x * u) / variance;
    const h = 1e-4;
    const expected = (varianceAt(time + h) - varianceAt(time - h)) / (4 * h * varianceAt(time));
    t.log(`variance ${variance.toFixed(3)} for ${varianceAt(time).toFixed(3)}, slope ${slope.toFixed(3)} for ${expected.toFixed(3)}`);
    t.true(Math.abs(variance / varianceAt(time) - 1) < 4 * Math.sqrt(2 / count) && Math.abs(slope - expected) < 0.05);
    t.true(Math.abs(x - middle * time) < 4 * Math.sqrt(variance / count) && Math.abs(u - middle) < 0.15);
  }
});

test("every step of training with the coupling 'sinkhorn' tells what share of its rows the assignment has paired, others do not", async (t) => {
  const told: unknown[] = [];
  for (const coupling of ['sinkhorn', 'exact-ot'] as const) {
    const flow = cnf({ field: mlp({ dim: 2, hidden: [4] }), seed: 1 });
    const objective = flowMatching({ coupling });
    const data = { shape: [40, 2], data: normals(split(key(3), 'b'), 80) };
    for await (const { metrics } of train(flow, data, { objective, steps: 1, batch: 40 })) told.push(metrics);
  }
  t.deepEqual(told, [{ assigned: 0 }, undefined]);
});
