import test from 'ava';
import { cnf } from '#src/flow/cnf.js';
import { affine, dequantise, logit } from '#src/flow/transforms/index.js';
import { gaussianMixture } from '#src/flow/base.js';
import { mlp } from '#src/field/mlp.js';
import { methodNames } from '#src/ode/methods/index.js';
import { key, normals } from '#src/random/index.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';
import { fieldOf, linearField } from './fields.js';
import { exponential, gaussianLogDensity, multiplyMatrices } from './linear-algebra.js';

const field = mlp({ dim: 3, hidden: [16, 16], activation: 'tanh', lastLayer: 'random', classes: 4 });
const flow = cnf({ field, seed: 5 });
const points = { shape: [6, 3], data: normals(key(9), 18) };

test.before(async () => {
  await ready();
});

test('a linear field: log-density and samples are those of the Gaussian in closed form', async (t) => {
  const a = [
    [0.3, -0.8, 0.1],
    [0.6, -0.2, 0.4],
    [-0.3, 0.2, 0.5],
  ];
  const b = [0.4, -0.3, 0.2];
  const linear = cnf({ field: linearField(a, b) });
  // x(1) = Φ x(0) + m with Φ = exp A and m = ∫ exp(As) b ds, read off exp of the matrix [[A, b], [0, 0]].
  const block = exponential([...a.map((row, i) => [...row, b[i]]), [0, 0, 0, 0]]);
  const phi = block.slice(0, 3).map((row) => row.slice(0, 3));
  const mean = block.slice(0, 3).map((row) => row[3]);
  const covariance = multiplyMatrices(
    phi,
    phi[0].map((_, j) => phi.map((row) => row[j])),
  );

  const { logProb, standardError, report } = await linear.logProb(points, { rtol: 1e-6, atol: 1e-6 });
  t.is(report.divergence, 'exact');
  for (let i = 0; i < 6; i++) {
    const expected = gaussianLogDensity(
      [0, 1, 2].map((d) => points.data[3 * i + d]),
      mean,
      covariance,
    );
    t.true(Math.abs(logProb[i] - expected) < 1e-5, `${logProb[i]} ${expected}`);
    t.true(standardError[i] > 0 && standardError[i] < 1e-4);
  }
  const { z } = await linear.encode(points, { rtol: 1e-6, atol: 1e-6 });
  const { x } = await linear.decode(z, { rtol: 1e-6, atol: 1e-6 });
  x.data.forEach((v, i) => t.true(Math.abs(v - points.data[i]) < 2e-5));
  for (let i = 0; i < 6; i++) {
    for (let d = 0; d < 3; d++) {
      const there = mean[d] + phi[d].reduce((sum, v, j) => sum + v * z.data[3 * i + j], 0);
      t.true(Math.abs(there - points.data[3 * i + d]) < 2e-5);
    }
  }
});

test('a rotation preserves density; u = x·g(t) scales it by the integral of its divergence', async (t) => {
  const turn = cnf({
    field: linearField(
      [
        [0, -3],
        [3, 0],
      ],
      [0, 0],
    ),
  });
  const at = { shape: [2, 2], data: Float32Array.of(0.3, -1.2, 2, 0.5) };
  const { logProb } = await turn.logProb(at);
  logProb.forEach((v, i) => {
    const r2 = at.data[2 * i] ** 2 + at.data[2 * i + 1] ** 2;
    t.true(Math.abs(v + 0.5 * r2 + Math.log(2 * Math.PI)) < 1e-4);
  });
  const swell = cnf({ field: fieldOf(2, (x, time) => tf.mul(x, tf.reshape(time, [-1, 1]))) });
  const scale = Math.exp(0.5);
  const { logProb: swollen } = await swell.logProb(at);
  swollen.forEach((v, i) => {
    const r2 = (at.data[2 * i] / scale) ** 2 + (at.data[2 * i + 1] / scale) ** 2;
    t.true(Math.abs(v + 0.5 * r2 + Math.log(2 * Math.PI) + 2 * 0.5) < 1e-4);
  });
});

for (const divergence of ['exact', 'rademacher', 'gaussian'] as const) {
  test(`${divergence}: a point's log-density is the same alone, in a batch and in any order`, async (t) => {
    const { logProb } = await flow.logProb(points, { divergence, seed: 2, label: 1 });
    for (let i = 0; i < 6; i++) {
      const alone = await flow.logProb({ shape: [1, 3], data: points.data.slice(3 * i, 3 * i + 3) }, { divergence, seed: 2, label: 1 });
      t.true(Math.abs(alone.logProb[0] - logProb[i]) < 1e-6, `${alone.logProb[0]} ${logProb[i]}`);
    }
    const order = [3, 5, 0, 2, 4, 1];
    const shuffled = Float32Array.from({ length: 18 }, (_, i) => points.data[3 * order[Math.floor(i / 3)] + (i % 3)]);
    const again = await flow.logProb({ shape: [6, 3], data: shuffled }, { divergence, seed: 2, label: 1, chunk: 4 });
    order.forEach((from, i) => t.true(Math.abs(again.logProb[i] - logProb[from]) < 1e-6));
  });
}

test('a stiff batch mate does not change a point', async (t) => {
  const stretch = cnf({ field: fieldOf(2, (x) => tf.mul(x, tf.sin(tf.mul(x, 3)))) });
  const alone = await stretch.logProb([[0.2, -0.4]]);
  const beside = await stretch.logProb([
    [0.2, -0.4],
    [40, -35],
  ]);
  t.true(Math.abs(alone.logProb[0] - beside.logProb[0]) < 1e-6);
  const joint = await stretch.logProb(
    [
      [0.2, -0.4],
      [40, -35],
    ],
    { control: 'joint' },
  );
  t.true(Math.abs(joint.logProb[0] - alone.logProb[0]) < 1e-3);
});

test('Hutchinson agrees with the exact divergence within its standard error', async (t) => {
  const exact = await flow.logProb(points);
  const many = await flow.logProb(points, { divergence: 'rademacher', probes: 64, seed: 4 });
  many.logProb.forEach((v, i) => t.true(Math.abs(v - exact.logProb[i]) < 5 * many.standardError[i] + 1e-4));
  const one = await flow.logProb(points, { divergence: 'gaussian', probes: 1 });
  t.true(one.standardError.every(Number.isNaN));
});

test('sampleWithLogProb gives the samples of sample and their log-densities', async (t) => {
  for (const transforms of [[], [affine({ shift: [1, 2, 3], scale: [0.5, 2, 1] })], [logit({ alpha: 0.2 })]]) {
    const shifted = cnf({ field, transforms, seed: 5 });
    const { x, logProb } = await shifted.sampleWithLogProb(4, { seed: 0, label: [0, 1, 2, 3] });
    const plain = await shifted.sample(4, { seed: 0, label: [0, 1, 2, 3] });
    x.data.forEach((v, i) => t.true(Math.abs(v - plain.x.data[i]) < 1e-4));
    const back = await shifted.logProb(x, { label: [0, 1, 2, 3] });
    logProb.forEach((v, i) => t.true(Math.abs(v - back.logProb[i]) < 1e-3, `${v} ${back.logProb[i]}`));
  }
});

test('an affine transform changes the log-density by its log-determinant', async (t) => {
  const scale = [0.5, 2, 4];
  const shifted = cnf({ field, transforms: [affine({ shift: 0.3, scale })], parameters: flow.parameters });
  const inside = { shape: [6, 3], data: points.data.map((v, i) => v * scale[i % 3] + 0.3) };
  const [a, b] = [await shifted.logProb(inside), await flow.logProb(points)];
  a.logProb.forEach((v, i) => t.true(Math.abs(v + Math.log(4) - b.logProb[i]) < 1e-4));
});

test('the report tells how steep and how stiff the field is, and a failure says why and what to do', async (t) => {
  const linear = (rate: number) => cnf({ field: fieldOf(2, (x) => tf.mul(x, rate)) });
  const { report } = await linear(-3).sample(4, { rtol: 1e-4 });
  t.true(Math.abs(report.lipschitz! / 3 - 1) < 0.02 && !report.stiff, JSON.stringify(report));
  t.regex(report.diagnosis!, /^Reached t = 1 from 0 in \d+ accepted/);
  // Drawn fast to a point that moves: accuracy would allow steps that stability does not.
  const followed = cnf({ field: fieldOf(2, (x, time) => tf.mul(tf.sub(x, tf.reshape(tf.cos(time), [-1, 1])), -800)) });
  const stiff = (await followed.sample(4, { rtol: 1e-3, atol: 1e-3 })).report;
  t.true(stiff.stiff && Math.abs(stiff.lipschitz! / 800 - 1) < 0.1, JSON.stringify(stiff));
  t.regex(stiff.diagnosis!, /the field is stiff there .* take method 'rodas4'/);
  const failures: [ReturnType<typeof cnf>, object, RegExp][] = [
    [followed, { rtol: 1e-3, atol: 1e-3, maxSteps: 60 }, /4 of 4 rows stopped at t = 0\.\d+ .* the field is stiff/],
    [cnf({ field: fieldOf(2, (x) => tf.mul(tf.mul(x, tf.square(x)), 30)) }), { rtol: 1e-3, maxSteps: 2000 }, /the solution explodes/],
    [
      cnf({ field: fieldOf(2, (x, time) => tf.mul(x, tf.sqrt(tf.sub(0.5, tf.reshape(time, [-1, 1]))))) }),
      { rtol: 1e-3 },
      /t = 0\.5.* not finite there/,
    ],
    [linear(3), { maxSteps: 2 }, /raise maxSteps/],
  ];
  for (const [failing, options, sentence] of failures)
    await t.throwsAsync(failing.sample(4, options), { code: 'solve-failed', message: sentence });
});

test('the same seed gives the same bytes, seed 0 is a seed, and an item can be made again alone', async (t) => {
  const first = await flow.sample(5, { seed: 0 });
  t.deepEqual((await flow.sample(5, { seed: 0 })).x.data, first.x.data);
  t.deepEqual((await flow.sample(5)).x.data, first.x.data);
  t.notDeepEqual((await flow.sample(5, { seed: 1 })).x.data, first.x.data);
  const last = await flow.sample(1, { seed: 0, start: 4 });
  last.x.data.forEach((v, i) => t.true(Math.abs(v - first.x.data[12 + i]) < 1e-6));
  t.deepEqual(cnf({ field, seed: 0 }).parameters, cnf({ field }).parameters);
});

test('a trajectory runs from the noise to the samples', async (t) => {
  const { times, x } = await flow.trajectory(4, { seed: 3, times: [0, 0.25, 1] });
  t.deepEqual(times, [0, 0.25, 1]);
  t.deepEqual(x.shape, [3, 4, 3]);
  const { x: samples } = await flow.sample(4, { seed: 3 });
  const { z } = await flow.encode(samples);
  samples.data.forEach((v, i) => t.true(Math.abs(v - x.data[24 + i]) < 1e-4));
  z.data.forEach((v, i) => t.true(Math.abs(v - x.data[i]) < 1e-3));
});

test('temperature scales the noise, labels and conditions are the same thing, and methods agree', async (t) => {
  const still = cnf({ field: fieldOf(2, (x) => tf.zerosLike(x)) });
  const [hot, cold] = [await still.sample(3), await still.sample(3, { temperature: 0.5 })];
  cold.x.data.forEach((v, i) => t.is(v, hot.x.data[i] / 2));

  const byLabel = await flow.logProb(points, { label: 2 });
  const byRow = await flow.logProb(points, { condition: Array.from({ length: 6 }, () => [0, 0, 1, 0]) });
  t.deepEqual(byLabel.logProb, byRow.logProb);
  t.deepEqual((await flow.logProb(points, { condition: [0, 0, 1, 0] })).logProb, byRow.logProb, 'one condition for all rows');
  t.notDeepEqual((await flow.logProb(points, { label: 1 })).logProb, byLabel.logProb);
  t.notDeepEqual((await flow.logProb(points)).logProb, byLabel.logProb);

  for (const method of methodNames) {
    const steps = method === 'rodas4' ? undefined : 200;
    const { logProb, report } = await flow.logProb(points, { label: 2, method, steps });
    logProb.forEach((v, i) => t.true(Math.abs(v - byLabel.logProb[i]) < (method === 'euler' ? 5e-3 : 2e-5), method));
    t.is(report.method, method);
  }
});

test("rodas4 takes the field's own Jacobian, of each row and under its condition; differences where the field has none", async (t) => {
  const { velocityAndJvp: _, ...without } = flow.field;
  const plain = cnf({ field: without, parameters: flow.parameters });
  const o = { method: 'rodas4', rtol: 1e-4, atol: 1e-4, label: [0, 1, 2, 3, 1, -1] } as const;
  const [own, differences] = [await flow.encode(points, o), await plain.encode(points, o)];
  const { z } = await flow.encode(points, { ...o, method: 'dopri8', rtol: 1e-5, atol: 1e-5 });
  for (const found of [own, differences]) found.z.data.forEach((v, i) => t.true(Math.abs(v - z.data[i]) < 3e-4, `${v} ${z.data[i]}`));
  // Six evaluations and one for the derivative by time each attempt; with differences three more, for three numbers.
  t.true(own.report.evaluations < 0.85 * differences.report.evaluations, `${own.report.evaluations} ${differences.report.evaluations}`);
  const alone = await flow.encode({ shape: [1, 3], data: points.data.subarray(3, 6) }, { ...o, label: 1 });
  alone.z.data.forEach((v, i) => t.true(Math.abs(v - own.z.data[3 + i]) < 1e-6));
});

test('a mixture as base', async (t) => {
  const base = gaussianMixture({
    means: [
      [-2, 0],
      [2, 0],
    ],
    standardDeviations: [0.5, 0.5],
  });
  const still = cnf({ field: fieldOf(2, (x) => tf.zerosLike(x)), base });
  const { x, logProb } = await still.sampleWithLogProb(3);
  t.deepEqual(logProb, base.logProb(x));
});

test('tensors are taken as well as plain arrays, and stay the caller’s', async (t) => {
  const tensor = tf.tensor2d(points.data, [6, 3]);
  const [a, b] = [await flow.logProb(tensor), await flow.logProb(points)];
  t.deepEqual(a.logProb, b.logProb);
  t.false(tensor.isDisposed);
  tensor.dispose();
});

test.serial('no verb leaves a tensor behind, whether it returns or throws', async (t) => {
  const before = countTensors();
  const controller = new AbortController();
  controller.abort();
  const broken = cnf({ field: fieldOf(2, () => { throw new Error('a broken field'); }) }); // prettier-ignore
  const burst = cnf({ field: fieldOf(2, (x) => tf.exp(tf.mul(x, 1e4))) });
  await Promise.all([flow.sample(3), flow.logProb(points), flow.encode(points), flow.trajectory(2), flow.sampleWithLogProb(2)]);
  await flow.logProb(points, { divergence: 'rademacher', chunk: 2 });
  await flow.decode(points, { method: 'rk4', steps: 3, label: 1 });
  await t.throwsAsync(flow.sample(3, { signal: controller.signal }), { code: 'aborted' });
  await t.throwsAsync(broken.sample(3), { message: 'a broken field' });
  await t.throwsAsync(broken.logProb([[0, 0]]), { message: 'a broken field' });
  await t.throwsAsync(burst.sample(3), { code: 'solve-failed' });
  await t.throwsAsync(burst.logProb([[1, 1]]), { code: 'solve-failed' });
  await t.throwsAsync(flow.logProb(points, { maxSteps: 1, rtol: 1e-6 }), { code: 'solve-failed' });
  t.is(countTensors(), before);
});

test.serial('a field without a forward derivative that fails late, is constant, or returns its own input', async (t) => {
  const before = countTensors();
  for (let late = 0; late < 40; late += 3) {
    let calls = 0;
    const failing = fieldOf(2, (x) => {
      const y = tf.tanh(tf.exp(x));
      if (calls++ === late) throw new Error('a late failure');
      return y;
    });
    await t.throwsAsync(cnf({ field: failing }).logProb([[0.1, 0.2]], { rtol: 1e-6, atol: 1e-6, executor: 'eager' }), {
      message: 'a late failure',
    });
    t.is(countTensors(), before, `at call ${late}`);
  }
  const base = -Math.log(2 * Math.PI);
  const constant = await cnf({ field: fieldOf(2, (x) => tf.fill(x.shape, 0.5)) }).logProb([[0.5, 0.5]]);
  t.true(Math.abs(constant.logProb[0] - base) < 1e-5);
  const itself = await cnf({ field: fieldOf(2, (x) => x) }).logProb([[0, 0]]);
  t.true(Math.abs(itself.logProb[0] - (base - 2)) < 1e-4, 'u = x has the divergence 2');
  t.is(countTensors(), before);
});

test('nothing in, nothing out', async (t) => {
  t.deepEqual((await flow.sample(0)).x.shape, [0, 3]);
  t.is((await flow.logProb({ shape: [0, 3], data: new Float32Array(0) })).logProb.length, 0);
});

test('bad input is refused with its place and a way out', async (t) => {
  const refused = async (attempt: Promise<unknown>, code: string, message: RegExp): Promise<void> => {
    const error = await t.throwsAsync(attempt);
    t.is((error as unknown as { code: string }).code, code);
    t.regex(`${error.message} ${(error as unknown as { hint: string }).hint}`, message);
  };
  await refused(flow.sample(2, { rtoll: 1e-3 } as never), 'unknown-option', /no option 'rtoll'.*Did you mean 'rtol'/);
  await refused(flow.sample(-1), 'invalid-option', /-1/);
  await refused(flow.sample(2, { seed: 0.5 }), 'invalid-option', /seed/);
  await refused(flow.sample(2, { label: 4 }), 'invalid-value', /label 4.*from 0 to 3/);
  await refused(flow.sample(2, { label: [1] }), 'invalid-shape', /1 labels for 2 rows/);
  await refused(flow.sample(2, { label: 1, condition: [[1, 0, 0, 0]] }), 'invalid-option', /both/);
  await refused(flow.sample(2, { label: 1.5 }), 'invalid-value', /label 1.5.*from 0 to 3/);
  await refused(flow.sample(2, { label: NaN }), 'invalid-value', /label NaN/);
  await refused(flow.sample(1, { condition: [[1, NaN, 0, 0]] }), 'invalid-value', /condition holds NaN in row 0, entry 1/);
  await refused(flow.sample(2, 5 as never), 'invalid-option', /options argument is 5/);
  await refused(flow.logProb(new Float32Array(300_000) as never), 'invalid-value', /^logProb: x holds a Float32Array where .*shape, data/);
  await refused(flow.logProb({ shape: [1, 3], data: Float64Array.of(1e39, 1, 1) }), 'invalid-value', /row 0, entry 0/);
  const gone = tf.zeros([1, 3]);
  gone.dispose();
  await refused(flow.logProb(gone), 'invalid-value', /disposed/);
  await refused(flow.sample(2, { method: 'rk4' }), 'invalid-option', /rk4/);
  await refused(flow.sample(2, { rtol: 1e-12 }), 'invalid-option', /finer/);
  await refused(flow.logProb([1, 2, 3]), 'invalid-shape', /\[rows, 3\]/);
  await refused(flow.logProb([[1, 2, NaN]]), 'invalid-value', /NaN in row 0, entry 2/);
  await refused(flow.logProb([[1, 2, 3], [1]]), 'invalid-shape', /ragged/);
  await refused(flow.logProb([[1, 2, 'x']] as never), 'invalid-value', /x/);
  const pixels = cnf({ field, transforms: [dequantise({ levels: 4 })] });
  await refused(pixels.logProb([[1, 2, 4]]), 'invalid-value', /row 0 holds 4/);
  await refused(flow.trajectory(2, { times: [1, 0] }), 'invalid-option', /times/);
  t.throws(() => cnf({ field: {} as never }), { code: 'invalid-option' });
  t.throws(() => cnf({ feild: field } as never), { code: 'unknown-option' });
  t.throws(() => cnf({ field: { velocity: field.velocity } as never }), { code: 'invalid-option' });
  t.throws(() => cnf({ field, parameters: {} }), { code: 'invalid-value', message: /missing/ });
  const other = mlp({ dim: 3, hidden: [9, 16], classes: 4 }).init(key(0));
  t.throws(() => (cnf({ field }).parameters = other), { code: 'invalid-shape', message: /hidden0\/weight/ });
  const short = { ...flow.parameters, 'hidden0/weight': { shape: [3, 16], data: new Float32Array(3) } };
  t.throws(() => cnf({ field, parameters: short }), { code: 'invalid-shape', message: /3 numbers of shape \[3, 16\]/ });
  const broken = { ...flow.parameters, 'hidden0/weight': { shape: [3, 16], data: new Float32Array(48).fill(NaN) } };
  t.throws(() => cnf({ field, parameters: broken }), { code: 'invalid-value', message: /hidden0\/weight.*NaN/ });
});
