import test from 'ava';
import { cnf } from '#src/flow/cnf.js';
import { drawProbes, type Trace, unitVectors, velocityAndDivergence } from '#src/flow/divergence.js';
import { mlp } from '#src/field/mlp.js';
import type { VelocityField } from '#src/field/field.js';
import { advance } from '#src/ode/index.js';
import { key, normals, split } from '#src/random/index.js';
import { downloadSync, ready, type Tensor, tensorSpace, tf, upload, uploadParameters, withScope } from '#src/tensor/index.js';
import { linearField } from './fields.js';
import { logDeterminant, multiplyMatrices } from './linear-algebra.js';

const net = (dim: number, settings: object = {}) => mlp({ dim, hidden: [12, 12], activation: 'tanh', lastLayer: 'random', ...settings });
const rowKeys = (rows: number, seed: number) => Array.from({ length: rows }, (_, i) => split(key(seed), i));

/** div u by rows and the dense Jacobians by reverse mode, one row of the Jacobian at a time. */
async function divergences(field: VelocityField, x: Float32Array, trace: Trace, seed = 0): Promise<number[][]> {
  const [dim] = field.event;
  const rows = x.length / dim;
  return withScope((scope) => {
    const parameters = uploadParameters(field.init(split(key(1), 'weights')), scope);
    return tf.tidy(() => {
      const input = { x: tf.tensor2d(x, [rows, dim]), t: tf.tensor1d([0.4]) };
      const { divergence } = velocityAndDivergence(
        field,
        parameters,
        input,
        upload(drawProbes(trace, rowKeys(rows, seed), field.event) ?? unitVectors(field.event)),
        trace,
      );
      return divergence.arraySync();
    });
  });
}

async function jacobians(field: VelocityField, x: Float32Array): Promise<number[][][]> {
  const [dim] = field.event;
  const rows = x.length / dim;
  return withScope((scope) => {
    const parameters = uploadParameters(field.init(split(key(1), 'weights')), scope);
    return tf.tidy(() => {
      const output = (d: number) =>
        tf.grad((at: Tensor) => tf.sum(tf.slice(field.velocity(parameters, { x: at, t: tf.tensor1d([0.4]) }), [0, d], [-1, 1])));
      const byOutput = Array.from({ length: dim }, (_, d) => output(d)(tf.tensor2d(x, [rows, dim])).arraySync() as number[][]);
      return Array.from({ length: rows }, (_, i) => byOutput.map((gradient) => gradient[i]));
    });
  });
}

test.before(async () => {
  await ready();
});

test('the exact divergence is the trace of the Jacobian, by forward and by reverse mode', async (t) => {
  for (const time of ['concat', 'concat-squash'] as const) {
    const field = net(5, { time });
    const { velocityAndJvp: _, ...withoutForward } = field;
    const x = normals(key(2), 20);
    const traces = (await jacobians(field, x)).map((j) => j.reduce((sum, row, i) => sum + row[i], 0));
    for (const f of [field, withoutForward]) {
      (await divergences(f, x, { kind: 'exact' })).forEach(([v], i) => t.true(Math.abs(v - traces[i]) < 1e-5, `${v} ${traces[i]}`));
    }
  }
});

test('Hutchinson: the same probes by forward and by reverse mode', async (t) => {
  const field = net(4);
  const { velocityAndJvp: _, ...withoutForward } = field;
  const x = normals(key(2), 12);
  const [a, b] = [
    await divergences(field, x, { kind: 'gaussian', probes: 3 }),
    await divergences(withoutForward, x, { kind: 'gaussian', probes: 3 }),
  ];
  a.flat().forEach((v, i) => t.true(Math.abs(v - b.flat()[i]) < 1e-4));
});

test('Hutchinson: unbiased on both sides, with the variance that theory gives', async (t) => {
  const field = net(4);
  const x = normals(key(3), 4);
  const [jacobian] = await jacobians(field, x);
  const trace = jacobian.reduce((sum, row, i) => sum + row[i], 0);
  const symmetric = jacobian.map((row, i) => row.map((v, j) => (v + jacobian[j][i]) / 2));
  const squares = (keep: (i: number, j: number) => boolean) =>
    symmetric.reduce((sum, row, i) => sum + row.reduce((part, v, j) => part + (keep(i, j) ? v * v : 0), 0), 0);
  const variances = { rademacher: 2 * squares((i, j) => i !== j), gaussian: 2 * squares(() => true) };
  const probes = 40_000;
  for (const kind of ['rademacher', 'gaussian'] as const) {
    const [values] = await divergences(field, x, { kind, probes }, 7);
    const mean = values.reduce((sum, v) => sum + v, 0) / probes;
    const deviations = values.map((v) => (v - mean) ** 2);
    const variance = deviations.reduce((sum, v) => sum + v, 0) / (probes - 1);
    const spread = Math.sqrt(deviations.reduce((sum, v) => sum + (v - variance) ** 2, 0) / probes);
    t.true(Math.abs(mean - trace) < 4 * Math.sqrt(variances[kind] / probes), `${kind} mean ${mean} ${trace}`);
    t.true(Math.abs(variance - variances[kind]) < (4 * spread) / Math.sqrt(probes), `${kind} variance ${variance} ${variances[kind]}`);
  }
});

test('Hutchinson is exact with Rademacher probes for a diagonal Jacobian', async (t) => {
  const diagonal = linearField(
    [
      [2, 0],
      [0, -3],
    ],
    [0, 0],
  );
  for (const row of await divergences(diagonal, normals(key(4), 6), { kind: 'rademacher', probes: 2 })) {
    row.forEach((v) => t.true(Math.abs(v + 1) < 1e-6));
  }
});

for (const dim of [1, 2, 3, 6]) {
  test(`a random network in ${dim} dimensions: log p is log p₀ plus the log-determinant of the flow's autodiff Jacobian`, async (t) => {
    const field = net(dim);
    const flow = cnf({ field, seed: 21 });
    const x = normals(key(22), 2 * dim);
    const { logProb } = await flow.logProb({ shape: [2, dim], data: x }, { rtol: 2e-6, atol: 2e-6 });
    const grid = Float64Array.from({ length: 41 }, (_, i) => 1 - i / 40);
    await withScope((scope) => {
      const parameters = uploadParameters(flow.parameters, scope);
      const onTape = { run: <T>(compute: () => T) => compute(), keep: <T>(v: T) => v, release: () => {}, detach: <T>(v: T) => v };
      const velocity = (time: unknown, at: Tensor) => field.velocity(parameters, { x: at, t: tf.tensor1d([time as number]) });
      const encode = (at: Tensor) => advance(tensorSpace(onTape), velocity, 'rk4', at, grid);
      tf.tidy(() => {
        const start = tf.tensor2d(x, [2, dim]);
        const z = downloadSync(encode(start));
        const rowsOfJacobian = Array.from({ length: dim }, (_, d) =>
          (
            tf
              .grad((at: Tensor) => tf.sum(tf.slice(encode(at), [0, d], [-1, 1])))(start)
              .arraySync() as number[][]
          ).map((row) => row),
        );
        for (let i = 0; i < 2; i++) {
          const jacobian = rowsOfJacobian.map((gradient) => gradient[i]);
          const expected = flow.base.logProb(z)[i] + logDeterminant(jacobian);
          t.true(Math.abs(logProb[i] - expected) < 1e-3, `${logProb[i]} ${expected}`);
        }
      });
    });
  });
}

test('the linear algebra of these tests is right', (t) => {
  const a = [
    [2, 1],
    [1, 3],
  ];
  t.true(Math.abs(logDeterminant(a) - Math.log(5)) < 1e-12);
  t.deepEqual(multiplyMatrices(a, [[1], [2]]), [[4], [7]]);
});

test('the velocity is a tensor of its own, also of a field that gives back its point', async (t) => {
  await ready();
  const identity: VelocityField = {
    config: { kind: 'test' },
    event: [2],
    conditionDim: 0,
    init: () => ({}),
    velocity: (_, { x }) => x,
  };
  tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const { u, divergence } = velocityAndDivergence(identity, {}, { x, t: tf.tensor1d([0]) }, upload(unitVectors([2])), { kind: 'exact' });
    t.deepEqual(divergence.arraySync(), [[2], [2]]);
    u.dispose();
    t.deepEqual(x.arraySync(), [
      [1, 2],
      [3, 4],
    ]);
  });
});
