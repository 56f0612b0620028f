import test from 'ava';
import { centralDifference, stencil } from '@advect/testkit';
import { distributions } from '#src/data/distributions.js';
import { wasserstein2 } from '#src/evaluate/index.js';
import { averageField, fieldFromConfig, mlp } from '#src/field/index.js';
import { cnf, sampleFewSteps } from '#src/flow/index.js';
import { byWeight, marked } from '#src/flow/programs/index.js';
import { alongFlow } from '#src/objective/along-flow.js';
import { meanFlow, meanFlowLoss } from '#src/objective/mean-flow.js';
import { flowMatching } from '#src/objective/flow-matching.js';
import { reflow } from '#src/objective/reflow.js';
import { gradientFunction } from '#src/objective/row-loss.js';
import { key, normals, uniforms } from '#src/random/index.js';
import { countTensors, ready, type Tensor, type Tensor1D, tf, uploadParameters, withScope } from '#src/tensor/index.js';
import { train } from '#src/train/index.js';
import { linearAverageField } from './linear-average-field.js';

test.before(() => ready());

const rate = 0.8;
const linear = linearAverageField(2, rate);

test.serial('a linear flow: its mean velocity obeys u − d·du/dt = v, and one step is exact', async (t) => {
  const rows = 64;
  const x = tf.tensor2d(normals(key(1), 2 * rows), [rows, 2]);
  const time = tf.tensor1d(uniforms(key(2), rows).map((v) => 0.5 * v));
  const duration = tf.tensor1d(uniforms(key(3), rows).map((v) => 0.1 + 0.4 * v));
  const residual = tf.tidy(() => {
    const v = tf.mul(x, rate);
    const slope = alongFlow((at, d) => linear.average({}, at, d), { x, t: time }, duration, v);
    const u = linear.average({}, { x, t: time }, duration);
    return tf.max(tf.abs(tf.sub(tf.sub(u, tf.mul(tf.reshape(duration, [-1, 1]), slope)), v))).dataSync()[0];
  });
  t.true(residual < 1e-5, `residual ${residual}`);
  const flow = cnf({ field: linear });
  const { x: ode } = await flow.sample(20, { seed: 4, rtol: 1e-6, atol: 1e-6 });
  for (const steps of [1, 2, 4]) {
    const { x: few } = await sampleFewSteps(flow, 20, { seed: 4, steps });
    few.data.forEach((v, i) => t.true(Math.abs(v - ode.data[i]) < 1e-5 * (1 + Math.abs(v)), `${steps} steps, ${i}: ${v}, ${ode.data[i]}`));
  }
});

const classed = averageField({ field: mlp({ dim: 2, hidden: [9], conditionDim: 3, lastLayer: 'random', activation: 'tanh' }) });
const rowsOf = (count: number) => ({
  xt: tf.tensor2d(normals(key(11), 2 * count), [count, 2]) as Tensor,
  velocity: tf.tensor2d(normals(key(12), 2 * count), [count, 2]) as Tensor,
  t: tf.tensor1d(uniforms(key(13), count).map((v) => 0.5 * v)) as Tensor,
  duration: tf.tensor1d(uniforms(key(14), count).map((v) => 0.4 * v)) as Tensor,
  condition: tf.tensor2d(
    Float32Array.from({ length: 2 * count }, (_, i) => Number((i >> 1) % 2 === i % 2)),
    [count, 2],
  ) as Tensor,
});

test.serial('the derivative along the flow agrees with central differences, also under a condition', async (t) => {
  const before = countTensors();
  const { parameters } = cnf({ field: classed, seed: 3 });
  await withScope((scope) => {
    const weights = uploadParameters(parameters, scope);
    return scope.run(() => {
      const { xt, velocity, t: time, duration, condition } = rowsOf(12);
      const input = { x: xt, t: time as Tensor1D, condition: condition as never };
      const exact = alongFlow((at, d) => classed.average(weights, at, d), input, duration as Tensor1D, velocity).dataSync();
      const at = (by: number): Float32Array =>
        classed
          .average(
            weights,
            { ...input, x: tf.add(xt, tf.mul(by, velocity)), t: tf.add<Tensor1D>(time, by) },
            tf.sub<Tensor1D>(duration, by),
          )
          .dataSync() as Float32Array;
      const h = 2 ** -6;
      const found = stencil(h).map(at);
      exact.forEach((v, i) => {
        const difference = centralDifference(
          found.map((values) => values[i]),
          h,
        );
        t.true(Math.abs(v - difference) < 1e-4 * Math.max(1, Math.abs(v)), `${i}: ${v}, ${difference}`);
      });
    });
  });
  t.is(countTensors(), before);
});

test.serial('the gradient of the loss is that with the target and weights held fixed; compiled and eager agree', async (t) => {
  const flow = cnf({ field: classed, seed: 3 });
  const of = meanFlowLoss(classed, 1);
  await withScope((scope) => {
    const weights = uploadParameters(flow.parameters, scope);
    return scope.run(() => {
      const rows = rowsOf(16);
      const all = { ...rows, ...of.fixed!(weights, rows) };
      const lossAt = (by: number): number => {
        const moved = Object.fromEntries(
          Object.entries(weights).map(([name, w], i) => [name, tf.add(w, tf.mul(by, tf.tensor(normals(key(50 + i), w.size), w.shape)))]),
        );
        return tf.sum(of.loss(moved, all)).dataSync()[0];
      };
      const traced = gradientFunction(of, {}, flow.parameters);
      const gradients = byWeight(traced.f({ ...rows, ...marked(weights), scale: tf.tensor1d([1]) }));
      const exact = Object.keys(weights).reduce((sum, name, i) => {
        const g = gradients[name];
        return sum + tf.sum(tf.mul(g, tf.tensor(normals(key(50 + i), g.size), g.shape))).dataSync()[0];
      }, 0);
      const h = 2 ** -6;
      const numeric = centralDifference(stencil(h).map(lossAt), h);
      t.true(Math.abs(exact - numeric) < 1e-3 * Math.max(1, Math.abs(exact)), `${exact}, ${numeric}`);
    });
  });
  const batch = { x: { shape: [40, 2], data: normals(key(6), 80) }, condition: { shape: [40, 2], data: new Float32Array(80).fill(0.5) } };
  const before = countTensors();
  const objective = meanFlow({ coupling: 'exact-ot', instant: 0.3 });
  const [fast, slow] = [
    await objective.evaluate(flow, flow.parameters, batch, key(8), { executor: 'wasm' }),
    await objective.evaluate(flow, flow.parameters, batch, key(8), { executor: 'eager' }),
  ];
  t.true(Math.abs(fast.loss - slow.loss) < 1e-5 * slow.loss);
  t.true(Math.abs(fast.loss - (await objective.measure!(flow, flow.parameters, batch, key(8)))) < 1e-5 * fast.loss);
  for (const [name, g] of Object.entries(slow.gradients)) {
    const size = Math.max(...g.map(Math.abs));
    g.forEach((v, i) =>
      t.true(Math.abs(v - fast.gradients[name][i]) < 1e-4 * size + 1e-6, `${name} ${i}: ${v} ${fast.gradients[name][i]}`),
    );
  }
  t.is(countTensors(), before);
});

test.serial('with duration 0 everywhere, mean flow is flow matching', async (t) => {
  const flow = cnf({ field: classed, seed: 3 });
  const only = averageField({ field: mlp({ dim: 2, hidden: [9], conditionDim: 1, lastLayer: 'random' }) });
  const plain = cnf({ field: only, seed: 5 });
  const batch = { x: { shape: [30_000, 2], data: normals(key(6), 60_000) } };
  const mean = await meanFlow({ instant: 1, power: 0 }).measure!(plain, plain.parameters, batch, key(1));
  const matching = await flowMatching().measure!(plain, plain.parameters, batch, key(1));
  t.true(Math.abs(mean - matching) < 0.02, `${mean} ${matching}`);
  t.deepEqual(fieldFromConfig(flow.field.config).config, flow.field.config);
  const { logProb } = await plain.logProb([[0.3, 1]]);
  t.true(Number.isFinite(logProb[0]));
});

test.serial('what cannot be trained or sampled so is refused', async (t) => {
  const flow = cnf({ field: mlp({ dim: 2, hidden: [4] }) });
  const batch = { x: { shape: [1, 2], data: new Float32Array(2) } };
  await t.throwsAsync(meanFlow().evaluate(flow, flow.parameters, batch, key(0)), { code: 'unsupported', message: /mlp/ });
  await t.throwsAsync(sampleFewSteps(flow, 1), { code: 'unsupported' });
  t.throws(() => averageField({ field: flow.field }), { code: 'invalid-option', message: /duration/ });
  t.throws(() => meanFlow({ instants: 1 } as object), { code: 'unknown-option', message: /instants/ });
});

test.serial('moons in one, two and four steps, near what the flow’s own equation gives', async (t) => {
  const flow = cnf({ field: averageField({ field: mlp({ dim: 2, hidden: [64, 64], conditionDim: 1 }) }) });
  const data = distributions.moons;
  await train(flow, data, { objective: meanFlow(), steps: 800, batch: 256, learningRate: 5e-3 });
  const n = 500;
  const truth = data.sample(n, key(91));
  const distance = (x: { shape: readonly number[]; data: Float32Array }): number => wasserstein2(x, truth).distance;
  const ode = distance((await flow.sample(n, { seed: 3 })).x);
  const euler = distance((await flow.sample(n, { seed: 3, method: 'euler', steps: 1 })).x);
  const few = await Promise.all([1, 2, 4].map(async (steps) => distance((await sampleFewSteps(flow, n, { seed: 3, steps })).x)));
  t.log(`W2: solver ${ode.toFixed(3)}; Euler in one step ${euler.toFixed(3)}; mean flow ${few.map((v) => v.toFixed(3)).join(', ')}`);
  t.true(few.every((v) => v < 1.3 * ode + 0.05) && few[0] < euler / 3);
});

test.serial('reflow makes paths straight: one Euler step then follows the flow, and pairs are kept together', async (t) => {
  const flow = cnf({ field: mlp({ dim: 2, hidden: [48, 48] }) });
  const data = distributions['8gaussians'];
  await train(flow, data, { objective: flowMatching(), steps: 500, batch: 256, learningRate: 1e-2 });
  const error = async (): Promise<number> => {
    const [{ x: whole }, { x: step }] = [
      await flow.sample(500, { seed: 5 }),
      await flow.sample(500, { seed: 5, method: 'euler', steps: 1 }),
    ];
    return Math.sqrt(whole.data.reduce((sum, v, i) => sum + (v - step.data[i]) ** 2, 0) / 500);
  };
  const before = await error();
  const pairs = await reflow(flow, 4000, { seed: 1 });
  await train(flow, pairs, { objective: flowMatching(), steps: 400, batch: 256, learningRate: 5e-3, seed: 1 });
  const after = await error();
  t.log(`one Euler step is off by ${before.toFixed(3)}, after reflow by ${after.toFixed(3)}`);
  t.true(after < before / 3);
  const batch = { x: pairs.x1, x0: pairs.x0 };
  await t.throwsAsync(async () => flowMatching({ coupling: 'exact-ot' }).evaluate(flow, flow.parameters, batch, key(1)), {
    code: 'invalid-option',
    message: /pairs/,
  });
});
