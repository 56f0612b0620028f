import test from 'ava';
import { distributions } from '#src/data/distributions.js';
import { type AverageField, averageField } from '#src/field/average.js';
import { fieldFromConfig, mlp } from '#src/field/index.js';
import { cnf, logProbFewSteps, sampleFewSteps } from '#src/flow/index.js';
import { meanDivergence, meanDivergenceLoss } from '#src/objective/mean-divergence.js';
import { meanFlow } from '#src/objective/mean-flow.js';
import { key, normals, uniforms } from '#src/random/index.js';
import { countTensors, ready, type Tensor, type Tensor1D, tf, uploadParameters, withScope } from '#src/tensor/index.js';
import { train } from '#src/train/index.js';
import { linearAverageField } from './linear-average-field.js';

test.before(() => ready());

const linear = linearAverageField(3, 0.6);

test.serial('a linear flow: one step gives the log-density that the solver gives', async (t) => {
  const before = countTensors();
  const flow = cnf({ field: linear });
  const x = { shape: [20, 3], data: normals(key(1), 60) };
  const { logProb } = await flow.logProb(x, { rtol: 1e-6, atol: 1e-6 });
  for (const steps of [1, 3]) {
    const { estimate, learned, report } = await logProbFewSteps(flow, x, { steps, chunk: 8 });
    t.true(learned && report.evaluations === 3 * steps && report.executor !== undefined);
    estimate.forEach((v, i) => t.true(Math.abs(v - logProb[i]) < 1e-5, `${v} ${logProb[i]}`));
  }
  t.is(countTensors(), before);
});

test.serial('in 16 dimensions one step gives the density of a linear flow, which is known', async (t) => {
  // u = 0.6·x, so that x(1) is normal with the deviation e^0.6 in each of its entries.
  const dim = 16;
  const flow = cnf({ field: linearAverageField(dim, 0.6) });
  const x = { shape: [50, dim], data: normals(key(8), 50 * dim) };
  const { estimate } = await logProbFewSteps(flow, x, { steps: 1 });
  estimate.forEach((v, i) => {
    const squares = x.data.subarray(dim * i, dim * (i + 1)).reduce((sum, z) => sum + z * z, 0);
    const truth = -0.5 * squares * Math.exp(-1.2) - dim * (0.6 + 0.5 * Math.log(2 * Math.PI));
    t.true(Math.abs(v - truth) < 5e-5, `${v} ${truth}`);
  });
});

const headed = (classes: number, hidden: readonly number[]) => {
  const options = { dim: 2, hidden, conditionDim: classes + 1, activation: 'tanh', lastLayer: 'random' } as const;
  return averageField({ field: mlp(options), divergence: mlp(options) });
};

test.serial('the loss pulls at the head alone, and its gradient is that with the target held fixed', async (t) => {
  const flow = cnf({ field: headed(2, [8]), seed: 2 });
  const batch = { x: { shape: [12, 2], data: normals(key(3), 24) }, condition: { shape: [12, 2], data: new Float32Array(24).fill(0.5) } };
  for (const divergence of ['exact', 'rademacher'] as const) {
    const objective = meanDivergence({ divergence, backward: true });
    const { gradients, loss } = await objective.evaluate(flow, flow.parameters, batch, key(4));
    const eager = await objective.evaluate(flow, flow.parameters, batch, key(4), { executor: 'eager' });
    t.true(Math.abs(loss - eager.loss) < 1e-4 * loss);
    for (const [name, g] of Object.entries(gradients)) {
      t.is(
        g.some((v) => v !== 0),
        name.startsWith('divergence/'),
        name,
      );
      const size = Math.max(1e-3, ...g.map(Math.abs));
      g.forEach((v, i) => t.true(Math.abs(v - eager.gradients[name][i]) < 1e-3 * size, `${name} ${i}`));
    }
  }
  const of = meanDivergenceLoss(flow.field as never, { kind: 'exact' });
  await withScope((scope) => {
    const weights = uploadParameters(flow.parameters, scope);
    return scope.run(() => {
      const rows = {
        xt: tf.tensor2d(normals(key(5), 24), [12, 2]) as Tensor,
        t: tf.tensor1d(uniforms(key(6), 12).map((v) => v / 2)) as Tensor,
        duration: tf.tensor1d(uniforms(key(7), 12).map((v) => v / 2)) as Tensor,
      };
      const { target } = of.fixed!(weights, rows);
      // The identity in finite differences of the head and of the velocity.
      const field = flow.field as Required<AverageField>;
      const input = { x: rows.xt, t: rows.t as never };
      const v = field.velocity(weights, input);
      const h = 2 ** -7;
      const head = (by: number): Tensor =>
        field.meanDivergence(
          weights,
          { x: tf.add(rows.xt, tf.mul(by, v)), t: tf.add<Tensor1D>(rows.t, by) },
          tf.sub<Tensor1D>(rows.duration, by),
        );
      const slope = tf.div(tf.sub(tf.mul(8, tf.sub(head(h), head(-h))), tf.sub(head(2 * h), head(-2 * h))), 12 * h);
      const unit = [tf.tensor2d([[1, 0]]), tf.tensor2d([[0, 1]])];
      const along = (e: Tensor, by: number): Tensor => field.velocity(weights, { x: tf.add(rows.xt, tf.mul(by, e)), t: rows.t as never });
      const partial = unit.map((e) =>
        tf.sum(
          tf.mul(e, tf.div(tf.sub(tf.mul(8, tf.sub(along(e, h), along(e, -h))), tf.sub(along(e, 2 * h), along(e, -2 * h))), 12 * h)),
          1,
        ),
      );
      const expected = tf.add(tf.add(partial[0], partial[1]), tf.mul(rows.duration, slope)).dataSync();
      target
        .dataSync()
        .forEach((value, i) => t.true(Math.abs(value - expected[i]) < 2e-4 * Math.max(1, Math.abs(value)), `${value} ${expected[i]}`));
    });
  });
});

test.serial('moons: after mean flow and mean divergence, a few steps give nearly the density of the solver', async (t) => {
  const data = distributions.moons;
  const options = { dim: 2, hidden: [48, 48], conditionDim: 1 };
  const flow = cnf({ field: averageField({ field: mlp(options), divergence: mlp(options) }) });
  await train(flow, data, { objective: meanFlow({ backward: true }), steps: 600, batch: 256, learningRate: 5e-3 });
  const held = data.sample(300, key(9));
  const solved = (await flow.logProb(held)).logProb;
  const gap = async (steps: number): Promise<{ mean: number; typical: number }> => {
    const { estimate } = await logProbFewSteps(flow, held, { steps });
    const off = Array.from(estimate, (v, i) => Math.abs(v - solved[i])).sort((a, b) => a - b);
    return { mean: estimate.reduce((sum, v, i) => sum + v - solved[i], 0) / off.length, typical: off[150] };
  };
  const velocity = { ...flow.parameters };
  const untrained = (await gap(4)).typical;
  await train(flow, data, { objective: meanDivergence({ backward: true }), steps: 600, batch: 256, learningRate: 5e-3 });
  for (const name of Object.keys(velocity)) if (!name.startsWith('divergence/')) t.deepEqual(flow.parameters[name], velocity[name]);
  for (const steps of [1, 4]) {
    const { mean, typical } = await gap(steps);
    t.log(`${steps} steps: off by ${typical.toFixed(3)} nats (median), ${mean.toFixed(3)} on average; untrained ${untrained.toFixed(3)}`);
    t.true(typical < 0.35 * untrained && Math.abs(mean) < 0.15, `${typical} ${mean}`);
  }
  t.log(`solver's mean ${(solved.reduce((a, b) => a + b, 0) / 300).toFixed(3)}, true entropy ${data.entropy}`);
  const { x } = await sampleFewSteps(flow, 4);
  t.is(x.shape[0], 4);
});

test('the head is part of the config, and what has none is refused', async (t) => {
  const field = headed(0, [4]);
  t.deepEqual(fieldFromConfig(JSON.parse(JSON.stringify(field.config))).config, field.config);
  const plain = cnf({ field: averageField({ field: mlp({ dim: 2, hidden: [4], conditionDim: 1 }) }) });
  const batch = { x: { shape: [1, 2], data: new Float32Array(2) } };
  await t.throwsAsync(meanDivergence().evaluate(plain, plain.parameters, batch, key(0)), {
    code: 'unsupported',
    message: /divergence head/,
  });
  await t.throwsAsync(logProbFewSteps(plain, [[0, 0]]), { code: 'unsupported', message: /no mean divergence/ });
  t.throws(() => averageField({ field: mlp({ dim: 2, conditionDim: 1 }), divergence: mlp({ dim: 3, conditionDim: 1 }) }), {
    code: 'invalid-shape',
  });
});
