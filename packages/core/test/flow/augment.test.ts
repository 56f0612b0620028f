import test from 'ava';
import { augment, cnf, dequantise, flowMatching, likelihood, logProbGradient, mlp, sampledBase, train } from '#src/index.js';
import { loadModel, saveModel } from '#src/model/index.js';
import { key, normals, split } from '#src/random/index.js';
import { ready } from '#src/tensor/index.js';
import { linearField } from './fields.js';
import { exponential, gaussianLogDensity, multiplyMatrices } from './linear-algebra.js';

test.before(async () => void (await ready()));

/** x is one number, a another: a linear flow of both, so that the joint is Gaussian and all integrals over a are known. */
const field = linearField(
  [
    [0.3, -0.5],
    [0.4, -0.2],
  ],
  [0.2, -0.1],
);
const flow = cnf({ field, transforms: [augment({ dims: 1 })] });
const block = exponential([
  [0.3, -0.5, 0.2],
  [0.4, -0.2, -0.1],
  [0, 0, 0],
]);
const phi = block.slice(0, 2).map((row) => row.slice(0, 2));
const mean = block.slice(0, 2).map((row) => row[2]);
const covariance = multiplyMatrices(phi, [
  [phi[0][0], phi[1][0]],
  [phi[0][1], phi[1][1]],
]);
const marginal = (x: number): number => gaussianLogDensity([x], [mean[0]], [[covariance[0][0]]]);
/** E over a ~ N(0, 1) of log p(x, a) − log q(a), by Gaussian moments. */
function bound(x: number): number {
  const determinant = covariance[0][0] * covariance[1][1] - covariance[0][1] ** 2;
  const precision = covariance[0][0] / determinant; // of a given x
  const centre = mean[1] + (covariance[0][1] / covariance[0][0]) * (x - mean[0]);
  return marginal(x) + 0.5 * Math.log(precision) - 0.5 * precision * (1 + centre ** 2) + 0.5;
}

const quick = { method: 'rk4', steps: 6, solverError: false } as const;

const average = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
const errorOf = (values: readonly number[]): number =>
  Math.sqrt(average(values.map((v) => (v - average(values)) ** 2)) / (values.length - 1));

test('one draw: its mean over the noise is the bound in closed form, below the marginal; more draws rise towards it', async (t) => {
  const x = 0.7;
  const seeds = 400;
  const means: number[] = [];
  for (const samples of [1, 4, 16]) {
    const values: number[] = [];
    for (let seed = 0; seed < seeds / samples; seed++) values.push(...(await flow.logProb([[x]], { seed, samples, ...quick })).logProb);
    if (samples === 1) t.true(Math.abs(average(values) - bound(x)) < 4 * errorOf(values), `${average(values)} ${bound(x)}`);
    t.true(average(values) < marginal(x) + 4 * errorOf(values));
    means.push(average(values));
  }
  t.true(means[0] < means[1] && means[1] < means[2] && marginal(x) - bound(x) > 0.02, `${means.join()} ${marginal(x)}`);
});

test('many draws: the marginal, within the standard error that is stated; and never called exact', async (t) => {
  const x = normals(key(3), 500);
  const wider = cnf({ field, transforms: [augment({ dims: 1, scale: 3 })] });
  const gaps = (await wider.logProb({ shape: [100, 1], data: x.subarray(0, 100) }, { samples: 64, ...quick })).logProb.map(
    (v, i) => v - marginal(x[i]),
  );
  t.true(Math.abs(average([...gaps])) < 0.1, 'whatever the scale of the noise');
  const found = await flow.logProb({ shape: [500, 1], data: x }, { samples: 64, ...quick });
  const within = [...x].filter((v, i) => Math.abs(found.logProb[i] - marginal(v)) <= 2 * found.standardError[i]).length;
  t.log(`${within} of 500 within twice the standard error`);
  t.true(within >= 0.92 * 500, 'the weights of a few draws are skewed');
  t.true(average([...found.standardError]) < 0.1);
  t.is(found.bound, true);
  t.deepEqual([found.report.samples, found.report.divergence], [64, 'exact']);
  t.deepEqual([found.report.evaluations, found.report.rowEvaluations], [64 * 24, 64 * 24 * 500]);
  t.is((await flow.logProb([[0]])).report.samples, 1);
  t.is((await flow.logProb([[0]])).bound, true);
});

test('a row’s bound is its own, whatever stands beside it', async (t) => {
  const x = [[0.1], [2], [-1]];
  const together = await flow.logProb(x, { samples: 3, seed: 5 });
  for (let i = 0; i < 3; i++) t.is((await flow.logProb([x[i]], { samples: 3, seed: 5 })).logProb[0], together.logProb[i]);
  t.not((await flow.logProb([x[0]], { samples: 3, seed: 6 })).logProb[0], together.logProb[0]);
});

test('the gradient of a bound in x is that of the joint density, at the noise that was drawn', async (t) => {
  const precise = { method: 'rk4', steps: 20 } as const;
  const x = 0.6;
  const found = await logProbGradient(flow, [[x]], precise);
  const value = (await flow.logProb([[x]], precise)).logProb[0];
  t.true(Math.abs(found.logProb[0] - value) < 1e-5);
  // a is drawn from x, and read off the code: [x, a] = Φ z + m.
  const [z] = [(await flow.encode([[x]], precise)).z.data];
  const a = phi[1][0] * z[0] + phi[1][1] * z[1] + mean[1];
  const joint = (at: number): number => gaussianLogDensity([at, a], mean, covariance);
  t.true(Math.abs(found.x.data[0] - (joint(x + 1e-4) - joint(x - 1e-4)) / 2e-4) < 1e-3);
});

test('samples leave the further numbers behind and are distributed as the marginal; codes have them', async (t) => {
  const { x } = await flow.sample(4000, { seed: 1, rtol: 1e-3, atol: 1e-3 });
  t.deepEqual(x.shape, [4000, 1]);
  const values = [...x.data];
  t.true(Math.abs(average(values) - mean[0]) < 4 * errorOf(values));
  t.true(Math.abs(average(values.map((v) => (v - mean[0]) ** 2)) / covariance[0][0] - 1) < 0.1);
  t.deepEqual((await flow.trajectory(3, { times: [0, 1] })).x.shape, [2, 3, 1]);
  const { z } = await flow.encode([[0.4], [1]]);
  t.deepEqual(z.shape, [2, 2]);
  const back = await flow.decode(z);
  t.deepEqual(back.x.shape, [2, 1]);
  [0.4, 1].forEach((v, i) => t.true(Math.abs(back.x.data[i] - v) < 1e-4));
  await t.throwsAsync(flow.sampleWithLogProb(2), { code: 'unsupported', message: /leaves numbers behind/ });
});

test('an augmented flow learns by either objective, adds up to 1 by its bound, and is saved and loaded', async (t) => {
  const data = { shape: [1000, 1], data: normals(key(7), 1000).map((v, i) => (i % 2 ? 1 : -1) + 0.3 * v) };
  const learner = cnf({ field: mlp({ dim: 3, hidden: [32, 32], activation: 'tanh' }), transforms: [augment({ dims: 2 })] });
  await train(learner, data, { objective: flowMatching(), steps: 400, batch: 128, learningRate: 1e-2, ema: 0.95 });
  await train(learner, data, {
    objective: likelihood({ method: 'rk4', steps: 6 }),
    steps: 30,
    batch: 128,
    learningRate: 1e-3,
    ema: false,
  });
  const grid = { shape: [120, 1], data: Float32Array.from({ length: 120 }, (_, i) => -3 + (i + 0.5) / 20) };
  const { logProb } = await learner.logProb(grid, { samples: 100, ...quick });
  const total = logProb.reduce((sum, v) => sum + Math.exp(v) / 20, 0);
  const truth = (x: number) =>
    Math.log((0.5 * (Math.exp(-((x - 1) ** 2) / 0.18) + Math.exp(-((x + 1) ** 2) / 0.18))) / (0.3 * Math.sqrt(2 * Math.PI)));
  const gap = [...data.data.subarray(0, 200)].map((x) => truth(x) - logProb[Math.min(119, Math.max(0, Math.floor((x + 3) * 20)))]);
  t.log(`adds up to ${total.toFixed(3)}; ${average(gap).toFixed(3)} nats below the truth`);
  t.true(Math.abs(total - 1) < 0.03 && average(gap) < 0.2 && average(gap) > -0.1);

  const again = await loadModel(await saveModel(learner, { name: 'augmented' }));
  t.deepEqual((await again.logProb([[0.5]])).logProb, (await learner.logProb([[0.5]])).logProb);
});

test('several draws tighten the bound of a dequantised flow too', async (t) => {
  const pixels = cnf({ field: mlp({ dim: 4, hidden: [16], lastLayer: 'random' }), transforms: [dequantise({ levels: 3 })] });
  const x = { shape: [800, 4], data: normals(split(key(1), 'x'), 3200).map((v) => Math.min(2, Math.floor(Math.abs(v)))) };
  const [one, many] = [await pixels.logProb(x, quick), await pixels.logProb(x, { samples: 20, ...quick })];
  t.is(one.bound, true);
  t.true(average([...many.logProb]) > average([...one.logProb]));
});

test('where all draws are impossible the bound is −∞, not NaN', async (t) => {
  const nowhere = sampledBase({
    sample: (count) => ({ shape: [count, 2], data: new Float32Array(2 * count) }),
    logProb: ({ shape }) => new Float64Array(shape[0]).fill(-Infinity),
  });
  const impossible = cnf({ field, base: nowhere, transforms: [augment({ dims: 1 })] });
  for (const samples of [1, 3]) t.is((await impossible.logProb([[0.5]], { samples, ...quick })).logProb[0], -Infinity);
});

test('what does not fit is refused', async (t) => {
  t.throws(() => augment({ dims: 0 }), { code: 'invalid-option' });
  t.throws(() => cnf({ field: mlp({ dim: 2 }), transforms: [augment({ dims: 2 })] }), { code: 'invalid-shape', message: /\[2\].*2 more/ });
  t.throws(() => cnf({ field: mlp({ event: [2, 2] }), transforms: [augment({ dims: 1 })] }), { code: 'invalid-shape' });
  await t.throwsAsync(flow.logProb([[0, 0]]), { code: 'invalid-shape', message: /logProb: x/ });
  const exact = cnf({ field: mlp({ dim: 2 }) });
  await t.throwsAsync(exact.logProb([[0, 0]], { samples: 4 }), { code: 'invalid-option', message: /no transform/ });
  t.is((await exact.logProb([[0, 0]])).bound, undefined);
});
