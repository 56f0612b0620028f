import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import type { NdArray } from '@advect/base/array';
import type { VelocityField } from '#src/field/field.js';
import { averageField, fieldFromConfig, mlp } from '#src/field/index.js';
import { audit } from '#src/evaluate/index.js';
import { tangentField } from '#src/field/tangent.js';
import { baseFromConfig } from '#src/flow/base.js';
import { cnf, transformFromConfig } from '#src/flow/index.js';
import { type Manifold, sphere, torus } from '#src/manifold/index.js';
import { couple } from '#src/objective/coupling.js';
import { flowMatching, squaredGeodesics } from '#src/objective/flow-matching.js';
import { likelihood } from '#src/objective/likelihood.js';
import { type Key, key, normals, split, uniforms } from '#src/random/index.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';
import { train } from '#src/train/index.js';

test.before(() => ready());

const rowsOf = ({ shape, data }: NdArray): number[][] =>
  Array.from({ length: shape[0] }, (_, i) => [...data.subarray(i * shape[1], (i + 1) * shape[1])]);
const lengths = (x: NdArray): number[] => rowsOf(x).map((row) => Math.hypot(...row));
const manifolds: Record<string, Manifold> = { circle: sphere(1), 'S²': sphere(2), 'S⁴': sphere(4), 'T³': torus(3) };

test('areas of spheres and volumes of tori', (t) => {
  const areas = [2 * Math.PI, 4 * Math.PI, 2 * Math.PI ** 2, (8 / 3) * Math.PI ** 2];
  areas.forEach((area, i) => t.true(Math.abs(Math.exp(sphere(i + 1).logVolume) / area - 1) < 1e-12));
  t.true(Math.abs(Math.exp(torus(2).logVolume) - 4 * Math.PI ** 2) < 1e-9);
});

for (const [name, manifold] of Object.entries(manifolds)) {
  const count = 200;
  const points = (seed: number): NdArray => manifold.uniform(key(seed), count, 0);

  test(`${name}: exp and log are inverse, geodesics run at constant speed from end to end, distances are lengths`, (t) => {
    const [x, y] = [points(1), points(2)];
    const there = manifold.exp(x, manifold.log(x, y));
    manifold.distance(there, y).forEach((v) => t.true(v < 2e-6, `${v}`));
    const distance = manifold.distance(x, y);
    rowsOf(manifold.log(x, y)).forEach((v, i) => t.true(Math.abs(Math.hypot(...v) - distance[i]) < 1e-6));
    const times = uniforms(key(3), count);
    const { xt, velocity } = manifold.geodesic(x, y, times);
    manifold.distance(x, xt).forEach((v, i) => t.true(Math.abs(v - times[i] * distance[i]) < 2e-6));
    rowsOf(velocity).forEach((v, i) => t.true(Math.abs(Math.hypot(...v) - distance[i]) < 1e-6));
    const h = 1e-3;
    const [before, after] = [-h, h].map(
      (by) =>
        manifold.geodesic(
          x,
          y,
          Float64Array.from(times, (v) => v + by),
        ).xt,
    );
    const [back, forth] = [before, after].map((there) => manifold.log(xt, there).data);
    velocity.data.forEach((v, i) => t.true(Math.abs((forth[i] - back[i]) / (2 * h) - v) < 5e-4, `${(forth[i] - back[i]) / (2 * h)} ${v}`));
  });

  test(`${name}: row i of the uniform points depends on its number alone`, (t) => {
    t.deepEqual(manifold.uniform(key(5), 3, 7).data, manifold.uniform(key(5), 10, 0).data.slice(-3 * manifold.event[0]));
  });
}

test('geodesics of the sphere are great circles; the closed form between two points of the equator', (t) => {
  const { geodesic, exp, distance } = sphere(2);
  const at = (...row: number[]): NdArray => ({ shape: [1, 3], data: Float32Array.from(row) });
  const { xt, velocity } = geodesic(at(1, 0, 0), at(0, 1, 0), [1 / 3]);
  const angle = Math.PI / 6;
  [Math.cos(angle), Math.sin(angle), 0].forEach((v, i) => t.true(Math.abs(xt.data[i] - v) < 1e-6));
  [-Math.sin(angle), Math.cos(angle), 0].forEach((v, i) => t.true(Math.abs(velocity.data[i] - (Math.PI / 2) * v) < 1e-6));
  t.true(Math.abs(distance(at(0, 0, 1), at(0, 0, -1))[0] - Math.PI) < 1e-6, 'antipodes');
  t.deepEqual([...exp(at(0, 0, 1), at(0, 0, 0)).data], [0, 0, 1]);
  t.true(Math.abs(lengths(geodesic(at(0, 0, 1), at(0, 0, -1), [0.5]).xt)[0] - 1) < 1e-6, 'some way between antipodes');
});

test('the torus takes the short way across its seam', (t) => {
  const { log, distance, project, geodesic } = torus(1);
  const at = (v: number): NdArray => ({ shape: [1, 1], data: Float32Array.of(v) });
  t.true(Math.abs(log(at(3), at(-3)).data[0] - (2 * Math.PI - 6)) < 1e-6);
  t.true(Math.abs(distance(at(0.1), at(2 * Math.PI - 0.1))[0] - 0.2) < 1e-6);
  t.true(Math.abs(project(at(7)).data[0] - (7 - 2 * Math.PI)) < 1e-6);
  t.true(Math.abs(geodesic(at(3), at(-3), [0.75]).xt.data[0] - (3 + 0.75 * (2 * Math.PI - 6) - 2 * Math.PI)) < 1e-6);
});

/** Equal-area cells of S²: midpoints in height and longitude, and the area of each. */
function sphereGrid(heights: number, around: number): { x: NdArray; area: number } {
  const data = new Float32Array(3 * heights * around);
  for (let i = 0; i < heights; i++) {
    const w = -1 + (2 * (i + 0.5)) / heights;
    for (let j = 0; j < around; j++) {
      const phi = (2 * Math.PI * j) / around;
      data.set([Math.sqrt(1 - w * w) * Math.cos(phi), Math.sqrt(1 - w * w) * Math.sin(phi), w], 3 * (i * around + j));
    }
  }
  return { x: { shape: [heights * around, 3], data }, area: (4 * Math.PI) / (heights * around) };
}

const tight = { rtol: 1e-6, atol: 1e-6 } as const;

/** u = κ·(μ − x·(μ·x)), the gradient of κ·μ·x: with w = μ·x, artanh w grows by κ·t, and the divergence is −2κw. */
const KAPPA = 1.5;
const pole = [0.6, 0, 0.8];
const climb: VelocityField = {
  config: { kind: 'test' },
  event: [3],
  conditionDim: 0,
  init: () => ({}),
  velocity: (_, { x }) => tf.add(tf.mul(x, 0), tf.tensor1d(pole.map((v) => KAPPA * v))),
};
const climbedLogDensity = (row: readonly number[]): number => {
  const height = Math.atanh(row.reduce((sum, v, i) => sum + v * pole[i], 0));
  const logCosh = (a: number): number => Math.abs(a) + Math.log1p(Math.exp(-2 * Math.abs(a))) - Math.LN2;
  return -Math.log(4 * Math.PI) + 2 * (logCosh(height) - logCosh(height - KAPPA));
};

test.serial('S²: the log-density of the flow up a height is the closed form, exactly and by probes', async (t) => {
  const flow = cnf({ field: climb, manifold: sphere(2) });
  const x = sphere(2).uniform(key(4), 30, 0);
  const { logProb } = await flow.logProb(x, tight);
  const { x: made, logProb: ofMade } = await flow.sampleWithLogProb(30, { ...tight, seed: 2 });
  rowsOf(x).forEach((row, i) => t.true(Math.abs(logProb[i] - climbedLogDensity(row)) < 1e-5, `${logProb[i]} ${climbedLogDensity(row)}`));
  rowsOf(made).forEach((row, i) => t.true(Math.abs(ofMade[i] - climbedLogDensity(row)) < 1e-5));
  const { logProb: estimate, standardError } = await flow.logProb(x, { ...tight, divergence: 'rademacher', probes: 64 });
  const off = rowsOf(x).map((row, i) => (estimate[i] - climbedLogDensity(row)) / standardError[i]);
  const typical = Math.sqrt(off.reduce((sum, z) => sum + z * z, 0) / off.length);
  t.log(`off by ${typical.toFixed(2)} standard errors`);
  t.true(typical > 0.6 && typical < 1.5, 'as far off as the standard errors say');
});

test.serial('S² and T²: the log-density of a random network normalises by quadrature to 1e-3', async (t) => {
  const before = countTensors();
  const { x, area } = sphereGrid(48, 48);
  const onSphere = cnf({ field: mlp({ dim: 3, hidden: [16, 16], activation: 'tanh', lastLayer: 'random' }), manifold: sphere(2), seed: 3 });
  const { logProb } = await onSphere.logProb(x, { rtol: 1e-4, atol: 1e-4 });
  const total = logProb.reduce((sum, v) => sum + Math.exp(v) * area, 0);
  const spread = Math.max(...logProb) - Math.min(...logProb);
  t.log(`S²: ${total.toFixed(6)}, log-densities over ${spread.toFixed(2)} nats`);
  t.true(Math.abs(total - 1) < 1e-3 && spread > 0.5);

  const onTorus = cnf({ field: mlp({ dim: 4, hidden: [16, 16], activation: 'tanh', lastLayer: 'random' }), manifold: torus(2), seed: 1 });
  const cells = 40;
  const angles = Float32Array.from({ length: 2 * cells * cells }, (_, i) => {
    const cell = i >> 1;
    return -Math.PI + (2 * Math.PI * ((i & 1 ? Math.floor(cell / cells) : cell % cells) + 0.5)) / cells;
  });
  const { logProb: flat } = await onTorus.logProb({ shape: [cells * cells, 2], data: angles }, { rtol: 1e-4, atol: 1e-4 });
  const sum = flat.reduce((all, v) => all + Math.exp(v) * ((2 * Math.PI) / cells) ** 2, 0);
  t.log(`T²: ${sum.toFixed(6)}, log-densities over ${(Math.max(...flat) - Math.min(...flat)).toFixed(2)} nats`);
  t.true(Math.abs(sum - 1) < 1e-3 && Math.max(...flat) - Math.min(...flat) > 0.5);
  t.is(countTensors(), before);
});

test.serial('samples stay on the sphere and in the angles; encoding and decoding is the identity', async (t) => {
  const ball = cnf({ field: mlp({ dim: 4, hidden: [8], lastLayer: 'random' }), manifold: sphere(3), seed: 2 });
  const { x } = await ball.sample(50, { seed: 1 });
  t.true(lengths(x).every((v) => Math.abs(v - 1) < 2e-7));
  const { x: euler } = await ball.sample(50, { seed: 1, method: 'euler', steps: 3 });
  t.true(
    lengths(euler).every((v) => Math.abs(v - 1) < 2e-7),
    'also with a coarse solver',
  );
  const { z } = await ball.encode(x, tight);
  const { x: back } = await ball.decode(z, tight);
  x.data.forEach((v, i) => t.true(Math.abs(v - back.data[i]) < 2e-5));
  const { x: frames } = await ball.trajectory(5, { times: [0, 0.5, 1] });
  t.true(lengths({ shape: [15, 4], data: frames.data }).every((v) => Math.abs(v - 1) < 2e-7));
  const ring = cnf({ field: mlp({ dim: 2, hidden: [8], lastLayer: 'random' }), manifold: torus(1), seed: 2 });
  const angles = (await ring.sample(50, { seed: 1 })).x.data;
  t.true(angles.every((v) => v >= -Math.PI && v < Math.PI));
  const [a, b] = [await ring.logProb([[1]], tight), await ring.logProb([[1 + 2 * Math.PI]], tight)];
  t.true(Math.abs(a.logProb[0] - b.logProb[0]) < 1e-5, 'an angle and the same a turn later');
});

test('derivatives of tangent fields in directions are those of their velocities', (t) => {
  for (const [name, manifold] of Object.entries(manifolds)) {
    const field = tangentField({
      field: mlp({ dim: manifold.ambient[0], hidden: [7], activation: 'tanh', lastLayer: 'random' }),
      manifold,
    });
    const weights = Object.fromEntries(Object.entries(field.init(key(9))).map(([n, w]) => [n, tf.tensor(w.data, [...w.shape])]));
    const size = 5 * manifold.event[0];
    tf.tidy(() => {
      // Off the sphere too, where a solver may be.
      const x = tf.mul(1.1, tf.tensor(manifold.uniform(key(1), 5, 0).data, [5, manifold.event[0]]));
      const v = tf.tensor(normals(key(2), 2 * size), [2, 5, manifold.event[0]]);
      const time = tf.tensor1d([0.3]);
      const { u, jvp } = field.velocityAndJvp!(weights, { x, t: time }, v);
      const at = (h: number, k: number): Float32Array =>
        field.velocity(weights, { x: tf.add(x, tf.mul(h, tf.reshape(tf.slice(v, k, 1), x.shape))), t: time }).dataSync() as Float32Array;
      const plain = at(0, 0);
      u.dataSync().forEach((value, i) => t.true(Math.abs(value - plain[i]) < 1e-6));
      const h = 2 ** -7;
      for (const k of [0, 1]) {
        const [p, m, pp, mm] = [at(h, k), at(-h, k), at(2 * h, k), at(-2 * h, k)];
        jvp
          .dataSync()
          .slice(k * size, (k + 1) * size)
          .forEach((value, i) => {
            const difference = (8 * (p[i] - m[i]) - (pp[i] - mm[i])) / (12 * h);
            t.true(Math.abs(value - difference) < 2e-4 * Math.max(1, Math.abs(value)), `${name}: ${value} ${difference}`);
          });
      }
    });
    Object.values(weights).forEach((w) => w.dispose());
  }
});

/** Samples of the flow up a height, in closed form: artanh of the height grows by κ. */
const climbed = {
  sample(count: number, from: Key): NdArray {
    const data = new Float32Array(3 * count);
    for (let i = 0; i < count; i++) {
      const [a, b] = uniforms(split(from, i), 2);
      const w = Math.tanh(Math.atanh(2 * a - 1) + KAPPA);
      const [s, phi] = [Math.sqrt(1 - w * w), 2 * Math.PI * b];
      // An orthonormal frame about the pole.
      const [e, f] = [[0.8, 0, -0.6], [0, 1, 0]]; // prettier-ignore
      data.set(
        pole.map((p, k) => w * p + s * (Math.cos(phi) * e[k] + Math.sin(phi) * f[k])),
        3 * i,
      );
    }
    return { shape: [count, 3], data };
  },
};

test.serial('flow matching along geodesics learns a density on the sphere; likelihood goes on; a saved flow is the same', async (t) => {
  const flow = cnf({ field: mlp({ dim: 3, hidden: [32, 32] }), manifold: sphere(2) });
  const held = climbed.sample(1500, key(60));
  const gap = async (): Promise<number> => {
    const { logProb } = await flow.logProb(held);
    return rowsOf(held).reduce((sum, row, i) => sum + (climbedLogDensity(row) - logProb[i]) / held.shape[0], 0);
  };
  const untrained = await gap();
  await train(flow, climbed, { objective: flowMatching(), steps: 300, batch: 128, learningRate: 1e-2 });
  const matched = await gap();
  await train(flow, climbed, {
    objective: likelihood({ rtol: 1e-3, atol: 1e-3 }),
    steps: 15,
    batch: 128,
    learningRate: 3e-3,
    ema: 0.9,
  });
  const tuned = await gap();
  t.log(`divergence from the truth in nats: uniform ${untrained.toFixed(3)}, matched ${matched.toFixed(4)}, tuned ${tuned.toFixed(4)}`);
  t.true(matched < 0.04 && tuned < 0.02 && tuned > -0.02);
  const again = cnf({
    field: fieldFromConfig(JSON.parse(JSON.stringify(flow.field.config))),
    base: baseFromConfig(JSON.parse(JSON.stringify(flow.base.config))),
    transforms: flow.transforms.map(({ config }) => transformFromConfig(JSON.parse(JSON.stringify(config)))),
    parameters: flow.parameters,
  });
  t.deepEqual((await again.logProb(held)).logProb, (await flow.logProb(held)).logProb);
});

test('couplings go by distance on the manifold', (t) => {
  const ring = torus(1);
  const at = (...angles: number[]): NdArray => ({ shape: [angles.length, 1], data: Float32Array.from(angles) });
  const x0 = at(0, 3, 1.5);
  // Along a line it would be [0, 3, 1.5].
  t.deepEqual([...couple({ name: 'exact-ot', key: key(0) }, x0, at(-3, 1.4, 0.2), squaredGeodesics(ring)).data], [3, 1.5, 0]);
});

test('what does not fit a manifold is refused', async (t) => {
  const flow = cnf({ field: mlp({ dim: 3, hidden: [4] }), manifold: sphere(2) });
  const batch = { x: sphere(2).uniform(key(1), 2, 0) };
  t.throws(() => cnf({ field: mlp({ dim: 2 }), manifold: sphere(2) }), { code: 'invalid-shape', message: /sphere of dimension 2/ });
  await t.throwsAsync(flow.logProb([[1, 1, 0]]), { code: 'invalid-value', message: /row 0 has length 1.41/ });
  await t.throwsAsync(flowMatching({ sigma: 0.1 }).evaluate(flow, flow.parameters, batch, key(1)), {
    code: 'unsupported',
    message: /sphere/,
  });
  t.throws(() => averageField({ field: tangentField({ field: mlp({ dim: 3, conditionDim: 1 }), manifold: sphere(2) }) }), {
    code: 'unsupported',
  });
  t.throws(() => sphere(0), { instanceOf: AdvectError });
  t.throws(() => sphere(2).log({ shape: [1, 2], data: new Float32Array(2) }, batch.x), { code: 'invalid-shape' });
  t.throws(() => fieldFromConfig({ kind: 'tangent', manifold: { kind: 'klein', dim: 2 }, field: flow.field.config }), {
    code: 'invalid-file',
  });
});

test.serial('an audit passes a flow on a manifold and catches a divergence that is not its own', async (t) => {
  const flow = cnf({ field: climb, manifold: sphere(2) });
  const found = await audit(flow);
  t.is(found.verdict, 'passed', found.summary);
  const wrong: VelocityField = {
    ...flow.field,
    velocityAndJvp: (parameters, { x, ...rest }, v) => ({
      u: flow.field.velocity(parameters, { x, ...rest }),
      jvp: tf.zeros([v.shape[0], ...x.shape]),
    }),
  };
  t.is((await audit(cnf({ field: wrong, base: flow.base, transforms: flow.transforms }))).verdict, 'failed');
});
