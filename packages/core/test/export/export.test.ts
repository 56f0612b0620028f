import test from 'ava';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { mlp, potential, transformer } from '#src/field/index.js';
import { affine, augment, cnf, type Flow, gaussianMixture, guide, logit, oneHot } from '#src/flow/index.js';
import { dequantise } from '#src/flow/transforms/index.js';
import { exportFlowOnnx, type ExportFlowOnnxOptions } from '#src/export/index.js';
import { sphere, torus } from '#src/manifold/index.js';
import { key, normals, split, uniforms } from '#src/random/index.js';
import { rowKeys } from '#src/flow/row-key.js';
import { drawProbes } from '#src/flow/divergence.js';
import { fieldOf } from '../flow/fields.js';
import { ready, tf } from '#src/tensor/index.js';

interface Given {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

async function run(flow: Flow, options: ExportFlowOnnxOptions, feeds: { readonly [name: string]: Given }): Promise<Float32Array> {
  const session = await InferenceSession.create(exportFlowOnnx(flow, options), { intraOpNumThreads: 1 });
  try {
    const tensors = Object.entries(feeds).map(([name, { data, shape }]) => [name, new Tensor('float32', data, shape)] as const);
    const results = await session.run(Object.fromEntries(tensors));
    return results[session.outputNames[0]].data as Float32Array;
  } finally {
    await session.release();
  }
}

const worst = (ours: Float32Array, theirs: ArrayLike<number>): number =>
  ours.length === theirs.length ? ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0) : Infinity;

const points = (count: number, ...event: number[]): Given => {
  const size = event.reduce((product, n) => product * n, 1);
  return { shape: [count, ...event], data: normals(key(4), count * size) };
};

const small = mlp({ dim: 3, hidden: [16, 16], activation: 'tanh', lastLayer: 'random' });
const conditioned = mlp({ dim: 2, hidden: [12], activation: 'softplus', lastLayer: 'random', classes: 3 });
const attending = transformer({ event: [4, 2], model: 8, layers: 1, heads: 2, lastLayer: 'random' });
const mixture = gaussianMixture({ means: [[0, 0, 1], [1, -1, 0]], standardDeviations: [1, 0.5], weights: [1, 3] }); // prettier-ignore

const augmented = cnf({
  field: mlp({ dim: 4, hidden: [16], lastLayer: 'random' }),
  transforms: [affine({ shift: [1, 2], scale: [2, 3] }), augment({ dims: 2 })],
});

test.before(async () => {
  await ready();
});

test('samplers give what the flow decodes with the same steps', async (t) => {
  const cases = [
    { flow: cnf({ field: small, transforms: [affine({ shift: [1, 2, 3], scale: [2, 1, 0.5] })] }), method: 'rk4', steps: 5 },
    { flow: cnf({ field: small, transforms: [logit()] }), method: 'dopri5', steps: 3 },
    { flow: cnf({ field: attending }), method: 'heun', steps: 2 },
    { flow: augmented, method: 'rk4', steps: 4 },
  ] as const;
  for (const { flow, method, steps } of cases) {
    const z = points(7, ...flow.field.event);
    const { x } = await flow.decode(z, { method, steps });
    t.true(worst(await run(flow, { what: 'sampler', method, steps }, { z }), x.data) < 1e-5);
  }
});

test('a guided flow has a sampler and no log-density; a closed form of the divergence goes into the file', async (t) => {
  const guided = guide(cnf({ field: conditioned }), { scale: 2.5, interval: [0.2, 0.7] });
  const grid = { method: 'rk4', steps: 4 } as const;
  const [z, condition] = [points(6, 2), oneHot([0, 1, 2, 0, 1, -1], 3)];
  const { x } = await guided.decode(z, { ...grid, condition });
  t.true(worst(await run(guided, { what: 'sampler', ...grid }, { z, condition }), x.data) < 1e-5);
  t.throws(() => exportFlowOnnx(guided, { what: 'logProb' }), { code: 'unsupported', message: /no log-density/ });
  const closed = cnf({ field: potential({ dim: 3, width: 8 }), seed: 2 });
  const { logProb, report } = await closed.logProb(points(5, 3), grid);
  t.is(report.divergence, 'closed-form');
  t.true(worst(await run(closed, { what: 'logProb', ...grid }, { x: points(5, 3) }), logProb) < 1e-5);
});

test('a sampler that rounds to grey levels', async (t) => {
  const flow = cnf({ field: small, transforms: [dequantise({ levels: 8 })] });
  const z = points(40, 3);
  const { x } = await flow.decode(z, { method: 'rk4', steps: 4 });
  t.deepEqual(await run(flow, { what: 'sampler', steps: 4 }, { z }), x.data);
});

test('log-densities are the flow’s with the same steps', async (t) => {
  const flows = [
    cnf({ field: small, base: mixture, transforms: [affine({ shift: 0.5, scale: 2 })] }),
    cnf({ field: small, transforms: [logit({ alpha: 0.1 })] }),
    cnf({ field: attending }),
  ];
  for (const [i, flow] of flows.entries()) {
    const x = points(9, ...flow.field.event);
    if (i === 1) x.data.forEach((v, j) => (x.data[j] = 1 / (1 + Math.exp(-v))));
    const settings = i === 2 ? ({ method: 'heun', steps: 1 } as const) : ({ method: 'rk4', steps: 4 } as const);
    const { logProb } = await flow.logProb(x, settings);
    t.true(worst(await run(flow, { what: 'logProb', ...settings }, { x }), logProb) < 2e-5);
  }
});

test('probes and uniform noise are inputs', async (t) => {
  const flow = cnf({ field: small, transforms: [dequantise({ levels: 4 })] });
  const x = { shape: [5, 3], data: Float32Array.from({ length: 15 }, (_, i) => (i * 7) % 4) };
  const { logProb } = await flow.logProb(x, { method: 'rk4', steps: 3, divergence: 'rademacher', probes: 2, seed: 6 });
  const probes = drawProbes({ kind: 'rademacher', probes: 2 }, rowKeys(split(key(6), 'probes'), x), [3])!;
  const noise = rowKeys(split(key(6), 'transform'), x).map((rowKey) => uniforms(split(rowKey, 0), 3));
  const feeds = { x, probes, uniforms: { shape: [5, 3], data: Float32Array.from(noise.flatMap((row) => [...row])) } };
  t.true(worst(await run(flow, { what: 'logProb', steps: 3, divergence: 'rademacher', probes: 2 }, feeds), logProb) < 1e-5);
});

test('conditions are rows of their own', async (t) => {
  const flow = cnf({ field: conditioned });
  const labels = [0, 2, 1, -1, 2];
  const x = points(5, 2);
  const condition = oneHot(labels, 3);
  const { logProb } = await flow.logProb(x, { method: 'rk4', steps: 4, label: labels });
  t.true(worst(await run(flow, { what: 'logProb', steps: 4 }, { x, condition }), logProb) < 1e-5);
  const { x: samples } = await flow.decode(x, { method: 'heun', steps: 4, label: labels });
  t.true(worst(await run(flow, { what: 'sampler', method: 'heun', steps: 4 }, { z: x, condition }), samples.data) < 1e-5);
  const eager = tf.tidy(() => {
    const weights = Object.fromEntries(
      Object.entries(flow.parameters).map(([name, { data, shape }]) => [name, tf.tensor(data, [...shape])]),
    );
    const input = { x: tf.tensor(x.data, [5, 2]), t: tf.tensor1d([0.3]), condition: tf.tensor2d(condition.data, [5, 3]) };
    return flow.field.velocity(weights, input).dataSync() as Float32Array;
  });
  const velocity = await run(flow, { what: 'velocity' }, { x, condition, t: { shape: [1], data: Float32Array.of(0.3) } });
  t.true(worst(velocity, eager) < 1e-6);
});

test('a field of the user’s own, whose divergence is known', async (t) => {
  // u = −x has divergence −2: z = x·e, log p = log N(z) + 2, up to the error of RK4 with 32 steps, below 1e-7.
  const flow = cnf({ field: fieldOf(2, (x) => tf.neg(x)) });
  const x = points(4, 2);
  const expected = Array.from({ length: 4 }, (_, i) => {
    const squares = x.data[2 * i] ** 2 + x.data[2 * i + 1] ** 2;
    return -0.5 * Math.E ** 2 * squares - Math.log(2 * Math.PI) + 2;
  });
  t.true(worst(await run(flow, { what: 'logProb', steps: 32 }, { x }), expected) < 1e-5);
});

test('what has no export is refused', (t) => {
  t.throws(() => exportFlowOnnx(augmented, { what: 'logProb' }), { code: 'unsupported', message: /drawn from the bytes of each point/ });
  const own = { ...affine({ shift: 0, scale: 1 }), config: { kind: 'own' } };
  t.throws(() => exportFlowOnnx(cnf({ field: small, transforms: [own] }), { what: 'sampler' }), { code: 'unsupported' });
  t.throws(() => exportFlowOnnx(cnf({ field: small }), { what: 'logProb', divergence: 'hutch++' }), {
    code: 'unsupported',
    message: /sketch/,
  });
  t.throws(() => exportFlowOnnx(cnf({ field: small }), { what: 'density' as never }), { code: 'invalid-option' });
  t.throws(() => exportFlowOnnx(cnf({ field: small }), { what: 'sampler', steps: 0 }), { code: 'invalid-option' });
});

test('flows on a sphere and a torus leave with their samplers and log-densities', async (t) => {
  for (const [manifold, dim] of [
    [sphere(2), 3],
    [torus(2), 4],
  ] as const) {
    const flow = cnf({ field: mlp({ dim, hidden: [12], activation: 'tanh', lastLayer: 'random' }), manifold });
    const x = manifold.uniform(key(3), 9, 0);
    const grid = { method: 'rk4', steps: 4 } as const;
    const { logProb } = await flow.logProb(x, grid);
    t.true(worst(await run(flow, { what: 'logProb', ...grid }, { x }), logProb) < 2e-5);
    t.true(worst(await run(flow, { what: 'sampler', ...grid }, { z: x }), (await flow.decode(x, grid)).x.data) < 1e-5);
  }
});
