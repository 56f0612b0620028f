import { readFileSync } from 'node:fs';
import test from 'ava';
import { mismatch } from '@advect/testkit';
import { sizeOf } from '@advect/base/array';
import { conv, dit, mlp, multiscale, type Parameters, unet, type VelocityField } from '#src/field/index.js';
import { cnf } from '#src/flow/index.js';
import { unitVectors, velocityAndDivergence } from '#src/flow/divergence.js';
import { key } from '#src/random/index.js';
import { ready, tf, upload, uploadParameters, withScope } from '#src/tensor/index.js';

/** What FFJORD's, torchcfm's and DiT's own codes compute in float64 with the same weights; see make-fields.py. */
const reference = JSON.parse(readFileSync(new URL('../../../test/field/reference/fields.json', import.meta.url), 'utf8')) as {
  readonly [name: string]: { readonly u: number[]; readonly divergence: number[] };
} & {
  readonly multiscale: { readonly logProb: number[]; readonly squares: number[]; readonly fields: number };
  readonly parameters: { readonly [name: string]: number };
};

test.before(async () => void (await ready()));

/** The weights of the script: a formula of name and index. */
function numbersOf(field: VelocityField): Parameters {
  return Object.fromEntries(
    Object.entries(field.init(key(0))).map(([name, { shape }]) => {
      const phase = Array.from(name).reduce((sum, c) => sum + c.charCodeAt(0), 0);
      const count = sizeOf(shape);
      const spread = shape.length > 1 ? Math.sqrt((2 * shape.at(-1)!) / count) : 0.3;
      const [around, by] = name.endsWith('/scale') ? [1, 0.3] : [0, spread];
      return [name, { shape, data: Float32Array.from({ length: count }, (_, i) => around + by * Math.sin(phase + 2.3 * i)) }];
    }),
  );
}

const state = (shape: number[], step = 0.7) => ({
  shape,
  data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1 + step * i)),
});

const unetOf = (settings: object) =>
  unet({
    event: [4, 4, 2],
    channels: 8,
    multipliers: [1, 2],
    attention: [2],
    heads: 2,
    groups: 4,
    classes: 3,
    frequency: 1,
    ...settings,
  });
const names = { 'concat-squash': 'concatsquash' } as { readonly [time: string]: string };
const pictureOf = (settings: object) => conv({ event: [4, 4, 1], hidden: [4, 3], ...settings });

const twins: { readonly [name: string]: VelocityField } = {
  unet: unetOf({}),
  'unet, scaled and shifted, resized in blocks': unetOf({ scaleShift: true, resample: 'block' }),
  ...Object.fromEntries(
    (['ignore', 'concat', 'squash', 'concat-squash', 'blend', 'hyper'] as const).map((time) => [
      `mlp ${names[time] ?? time}`,
      mlp({ dim: 3, hidden: [5, 4], activation: 'tanh', time }),
    ]),
  ),
  ...Object.fromEntries(
    (['ignore', 'concat', 'concat-squash', 'blend'] as const).map((time) => [`conv ${names[time] ?? time}`, pictureOf({ time })]),
  ),
  'conv concatcoord': pictureOf({ coordinates: true }),
  'conv concat, half the size': pictureOf({ strides: [2, 1, -2] }),
  'conv concatsquash, squeezed': pictureOf({ time: 'concat-squash', squeezes: 1 }),
  dit: dit({ event: [4, 4, 1], patch: 2, model: 8, layers: 2, heads: 2, expansion: 2, classes: 3, frequency: 1 }),
};

for (const [name, field] of Object.entries(twins)) {
  test(`${name}: velocity and divergence are those of the reference code`, async (t) => {
    await withScope((scope) => {
      const parameters = uploadParameters(numbersOf(field), scope);
      scope.run(() => {
        const x = upload(state([2, ...field.event]));
        const conditioned = field.conditionDim > 0;
        const input = {
          x,
          t: tf.tensor1d(conditioned ? [0.3, 0.8] : [0.6]),
          ...(conditioned && { condition: tf.tensor2d([0, 0, 1, 1, 0, 0], [2, 3]) }),
        };
        const { u, divergence } = velocityAndDivergence(field, parameters, input, upload(unitVectors(field.event)), { kind: 'exact' });
        const expected = reference[name];
        const largest = Math.max(...expected.u.map(Math.abs));
        t.is(mismatch(u.dataSync(), expected.u, { atol: 3e-6 * largest }), undefined);
        t.is(mismatch(divergence.dataSync(), expected.divergence, { atol: 2e-5, rtol: 2e-5 }), undefined);
      });
    });
  });
}

test('multiscale: the log-density of 8 × 8 pictures is that of the reference code', async (t) => {
  const field = multiscale({ event: [8, 8, 1], field: (event) => conv({ event, hidden: [4] }), blocks: 1 });
  t.is(field.pieces!.length, reference.multiscale.fields);
  const flow = cnf({ field, parameters: numbersOf(field) });
  const x = state([2, 8, 8, 1]);
  const { logProb } = await flow.logProb(x, { divergence: 'exact', rtol: 1e-6, atol: 1e-6 });
  t.is(mismatch(logProb, reference.multiscale.logProb, { atol: 5e-4 }), undefined);
  const { z } = await flow.encode(x, { rtol: 1e-6, atol: 1e-6 });
  const squares = [0, 1].map((row) => z.data.slice(64 * row, 64 * (row + 1)).reduce((sum, v) => sum + v * v, 0));
  t.is(mismatch(squares, reference.multiscale.squares, { rtol: 1e-5 }), undefined);
});

test('numbers of weights: those of torchcfm’s U-Nets; DiT-XL/2 by the formula that counts ours', (t) => {
  const count = (field: VelocityField): number => Object.values(field.init(key(0))).reduce((sum, { data }) => sum + data.length, 0);
  const mnist = unet({ event: [28, 28, 1], attention: [1], classes: 10 });
  t.is(count(mnist), reference.parameters['torchcfm MNIST']);
  const cifar = unet({ event: [32, 32, 3], channels: 128, multipliers: [1, 2, 2, 2], blocks: 2, attention: [2], headChannels: 64 });
  t.is(count(cifar), reference.parameters['torchcfm CIFAR-10']);

  /** Patches in and out of p numbers, width d, waves of time, classes, depth; a net of 4 d and adaLN of 6 d in each block. */
  const formula = (d: number, depth: number, into: number, out: number, timeWidth: number, classes: number): number => {
    const dense = (inputs: number, outputs: number): number => (inputs + 1) * outputs;
    const block = 4 * dense(d, d) + dense(d, 4 * d) + dense(4 * d, d) + 6 * dense(d, d);
    return dense(into, d) + dense(timeWidth, d) + dense(d, d) + classes * d + depth * block + 2 * dense(d, d) + dense(d, out);
  };
  const small = dit({ event: [4, 8, 3], patch: 2, model: 16, layers: 3, classes: 5 });
  t.is(count(small), formula(16, 3, 12, 12, 16, 5));
  // The published model counts its 256 fixed places as weights, has a further class for "none", and tells a variance as well.
  t.is(formula(1152, 28, 16, 32, 256, 1001) + 256 * 1152, 675_129_632);
});
