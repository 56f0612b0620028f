import test from 'ava';
import { mismatch } from '@advect/testkit';
import type { VelocityField } from '#src/field/field.js';
import { cnf, guide, inpaint, mlp, sequence, sphere } from '#src/index.js';
import { gaussianMixture } from '#src/flow/base.js';
import { dequantise, logit, squeeze } from '#src/flow/transforms/index.js';
import { countTensors, ready, type Tensor, tf } from '#src/tensor/index.js';
import { covarianceOf, gaussianPathField, type PlaneGaussian } from './gaussian-paths.js';

const gaussian: PlaneGaussian = { mean: [0.5, -1], variances: [3, 0.15], angle: 0.7 };
const flow = cnf({ field: gaussianPathField(gaussian) });
const rows = 2000;
const known = 2.5;

/** How far completions of [2.5, ?] are from the conditional distribution: the mean in its deviations, and the ratio of variances. */
async function offBy(corrections: number): Promise<{ mean: number; variance: number }> {
  const x = { shape: [rows, 2], data: Float32Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? 77 : known)) };
  const { x: made } = await inpaint(flow, x, [1, 0], { corrections, seed: 5, chunk: rows });
  const second = Float64Array.from({ length: rows }, (_, i) => made.data[2 * i + 1]);
  const [[a, across], [, b]] = covarianceOf(gaussian);
  const [expected, spread] = [gaussian.mean[1] + (across / a) * (known - gaussian.mean[0]), b - across ** 2 / a];
  const mean = second.reduce((sum, v) => sum + v, 0) / rows;
  const variance = second.reduce((sum, v) => sum + (v - mean) ** 2, 0) / rows;
  return { mean: (mean - expected) / Math.sqrt(spread), variance: variance / spread };
}

test.before(async () => void (await ready()));

test('completions of a Gaussian follow its conditional distribution, ever more nearly with corrections', async (t) => {
  const [replaced, corrected, thorough] = [await offBy(0), await offBy(5), await offBy(15)];
  t.log({ replaced, corrected, thorough });
  // The standard error of the mean is 0.022 and that of the variance 0.032.
  t.true(Math.abs(thorough.mean) < 0.1 && Math.abs(thorough.variance - 1) < 0.13);
  t.true(Math.abs(corrected.mean) < 0.1 && Math.abs(corrected.variance - 1) < 0.15);
  t.true(Math.abs(replaced.mean) > 1, 'replacement alone is far off');
});

const pictures = cnf({
  field: mlp({ event: [2, 2, 1], hidden: [8], classes: 2, lastLayer: 'random' }),
  transforms: [dequantise({ levels: 16 }), logit()],
});
const picture = { shape: [3, 2, 2, 1], data: Float32Array.of(0, 15, 7, 3, 1, 2, 3, 4, 15, 15, 0, 0) };
const mask = { shape: [2, 2, 1], data: Uint8Array.of(1, 0, 1, 0) };

test.serial(
  'what is known stays to the bit, the rest are levels; the same seed gives the same bytes, and a row can be made alone',
  async (t) => {
    const o = { seed: 3, steps: 6, corrections: 2, label: [0, 1, -1] };
    const before = countTensors();
    const { x, report } = await inpaint(pictures, picture, mask, o);
    t.is(countTensors(), before);
    t.is(report.evaluations, 6 * 2 + 5 * 2);
    x.data.forEach((v, i) => (i % 2 === 0 ? t.is(v, picture.data[i]) : t.true(Number.isInteger(v) && v >= 0 && v < 16)));
    t.deepEqual((await inpaint(pictures, picture, mask, { ...o, chunk: 2 })).x.data, x.data);
    const last = { shape: [1, 2, 2, 1], data: picture.data.slice(8) };
    t.deepEqual((await inpaint(pictures, last, mask, { ...o, label: -1, start: 2 })).x.data, x.data.slice(8));
    t.notDeepEqual((await inpaint(pictures, picture, mask, { ...o, seed: 4 })).x.data, x.data);
    // Unknown entries are not looked at, also where they are no levels.
    const other = { ...picture, data: picture.data.map((v, i) => (i % 2 ? -1.5 : v)) };
    t.deepEqual((await inpaint(pictures, other, mask, o)).x.data, x.data);
  },
);

test('the mask is one of the data, also where transforms put pixels in another order', async (t) => {
  // Pictures of two rows whose pixels are nearly those of the other row: N(0, 1) along their sum, N(0, 0.01²) along their difference.
  const slope = (t: Tensor, variance: number): Tensor => {
    const rest = tf.sub(1, t);
    return tf.div(tf.sub(tf.mul(t, variance), rest), tf.add(tf.square(rest), tf.mul(tf.square(t), variance)));
  };
  const field: VelocityField = {
    config: { kind: 'test' },
    event: [1, 2, 4],
    conditionDim: 0,
    init: () => ({}),
    velocity: (_, { x, t: at }) => {
      const [upper, lower] = tf.split(tf.reshape(x, [-1, 2, 2, 2]), 2, 2);
      const time = tf.reshape(at, [-1, 1, 1, 1]);
      const along = tf.mul(slope(time, 1), tf.add(upper, lower));
      const across = tf.mul(slope(time, 1e-4), tf.sub(upper, lower));
      return tf.reshape(tf.mul(0.5, tf.concat([tf.add(along, across), tf.sub(along, across)], 2)), [-1, 1, 2, 4]);
    },
  };
  const wide = { shape: [1, 2, 4, 1], data: Float32Array.of(0, 0, 0, 0, 1, -1, 0.7, 0.2) };
  const lower = { shape: [2, 4, 1], data: Uint8Array.of(0, 0, 0, 0, 1, 1, 1, 1) };
  const { x } = await inpaint(cnf({ field, transforms: [squeeze()] }), wide, lower);
  t.deepEqual(x.data.slice(4), wide.data.slice(4));
  t.is(mismatch(x.data.subarray(0, 4), wide.data.subarray(4), { atol: 0.1 }), undefined);
});

test('all known: the picture itself; nothing known: whatever the flow makes', async (t) => {
  const all = { shape: [2, 2, 1], data: Uint8Array.of(1, 1, 1, 1) };
  t.deepEqual((await inpaint(pictures, picture, all, { steps: 2 })).x.data, picture.data);
  const none = { shape: [2, 2, 1], data: new Uint8Array(4) };
  t.is((await inpaint(pictures, picture, none, { steps: 2 })).x.data.length, 12);
  const guided = await inpaint(guide(pictures, { scale: 2 }), picture, mask, { steps: 2, label: 1 });
  t.is(guided.x.data[0], 0);
});

test('flows and masks that do not fit are refused', async (t) => {
  const field = mlp({ dim: 2, hidden: [4] });
  const refused = (of: Parameters<typeof inpaint>[0], x: number[][], message: RegExp) =>
    t.throwsAsync(inpaint(of, x, [1, 0]), { code: 'unsupported', message });
  await refused(cnf({ field, base: gaussianMixture({ means: [[0, 0]], standardDeviations: [1] }) }), [[0, 0]], /'gaussian-mixture'/);
  await refused(cnf({ field: mlp({ dim: 3, hidden: [4] }), manifold: sphere(2) }), [[0, 0, 1]], /manifold/);
  await refused(cnf({ field: sequence({ event: [2], steps: [field, field] }) }), [[0, 0]], /pieces/); // prettier-ignore
  await t.throwsAsync(inpaint(pictures, picture, [1, 0, 1]), { code: 'invalid-shape', message: /the mask has the shape \[3\]/ });
  await t.throwsAsync(inpaint(pictures, picture, { ...mask, data: Uint8Array.of(2, 0, 0, 0) }), { code: 'invalid-value' });
  await t.throwsAsync(inpaint(pictures, picture, mask, { signal: AbortSignal.abort() }), { code: 'aborted' });
});
