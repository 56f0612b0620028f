import test from 'ava';
import { type NdArray, takeRows } from '@advect/base/array';
import { distributions } from '#src/data/distributions.js';
import { mlp } from '#src/field/index.js';
import { cnf, type Flow } from '#src/flow/index.js';
import { flowMatching } from '#src/objective/flow-matching.js';
import { inputOf, rowObjective } from '#src/objective/row-loss.js';
import { key, normals } from '#src/random/index.js';
import { tf } from '#src/tensor/index.js';
import { train } from '#src/train/index.js';

const flow = (): Flow => cnf({ field: mlp({ dim: 2, hidden: [32, 32], lastLayer: 'random' }), seed: 1 });

/** The square of the velocity's distance from where a point came from, at a time of the point's own: a row needs no other. */
const objective = rowObjective('distance', (_flow, { x }) => {
  const t = Float32Array.from({ length: x.shape[0] }, (_, i) => Math.abs(x.data[2 * i]) % 1);
  return {
    loss: {
      name: 'distance',
      loss: (weights, rows) => tf.sum(tf.square(tf.sub(flow().field.velocity(weights, inputOf(rows)), rows.xt)), 1),
    },
    rows: { xt: x, t: { shape: [x.shape[0]], data: t } },
    scale: 1 / x.shape[0],
  };
});

test('promise: the gradient of a batch on 1, 2 and 4 threads differs by no more than the order of a sum can make it', async (t) => {
  const { field, parameters } = flow();
  const model = { ...flow(), field, parameters };
  const rows = 600;
  const x: NdArray = { shape: [rows, 2], data: normals(key(5), 2 * rows) };
  const on = async (threads: number, batch = x) =>
    (await objective.evaluate(model, parameters, { x: batch }, key(0), { executor: 'wasm', threads })).gradients;

  // Each row's gradient is computed in one order on one thread; only their sum is taken in another. Two sums of n numbers
  // in float32 are apart by at most 2 γ(n) Σ |numbers| (Higham 2002, eq. 4.4), whatever their orders.
  const sizes = Object.fromEntries(Object.entries(parameters).map(([name, { data }]) => [name, new Float64Array(data.length)]));
  for (let i = 0; i < rows; i++) {
    const one = await on(1, takeRows(x, [i]));
    for (const [name, g] of Object.entries(one)) for (let j = 0; j < g.length; j++) sizes[name][j] += Math.abs(g[j]) / rows;
  }
  const unit = rows * 2 ** -24;
  const gamma = unit / (1 - unit);
  const alone = await on(1);
  for (const threads of [2, 4]) {
    const shared = await on(threads);
    t.deepEqual(await on(threads), shared, `${threads} threads give the same bits each time`);
    let largest = 0;
    for (const [name, g] of Object.entries(shared)) {
      for (let j = 0; j < g.length; j++) {
        const apart = Math.abs(g[j] - alone[name][j]);
        largest = Math.max(largest, apart / (2 * gamma * sizes[name][j]) || 0);
        if (!(apart <= 2 * gamma * sizes[name][j])) t.fail(`${name}[${j}] on ${threads} threads: ${g[j]}, on one ${alone[name][j]}`);
      }
    }
    t.log(`${threads} threads: ${largest.toExponential(1)} of the bound`);
  }
});

test('promise: a training on 1, 2 and 4 threads ends at the same weights to 1e-5 of their norm, and each at the same bits again', async (t) => {
  const trained = async (threads: number): Promise<Float32Array> => {
    const run = flow();
    const options = { objective: flowMatching(), steps: 100, batch: 500, learningRate: 1e-2, executor: 'wasm', threads } as const;
    const last = await train(run, distributions.moons, options);
    t.deepEqual([last.executor?.executor, last.executor?.threads], ['wasm', threads]);
    return Float32Array.from(Object.values(run.parameters).flatMap(({ data }) => [...data]));
  };
  const alone = await trained(1);
  for (const threads of [2, 4]) {
    const shared = await trained(threads);
    t.deepEqual(await trained(threads), shared);
    const apart = Math.hypot(...shared.map((v, i) => v - alone[i])) / Math.hypot(...alone);
    t.log(`${threads} threads: ${apart.toExponential(1)}`);
    t.true(apart < 1e-5, `${threads} threads: ${apart}`);
  }
});
