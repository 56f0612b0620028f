import test from 'ava';
import { sizeOf } from '@advect/base/array';
import { type ConvOptions, conv, mlp, multiscale, type Parameters, unet, type VelocityField } from '#src/field/index.js';
import { key, normals } from '#src/random/index.js';
import { ready, tf, uploadParameters, withScope } from '#src/tensor/index.js';
import { subjects } from './flow-subjects.js';

test.before(async () => void (await ready()));

/** Weights that are nowhere zero. */
const stirred = (parameters: Parameters): Parameters =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, { shape, data }], i) => [
      name,
      { shape, data: data.map((v, j) => v + 0.3 * normals(key(i), j + 1)[j]) },
    ]),
  );

const velocityAt = (field: VelocityField, time: number): Promise<Float32Array> =>
  withScope(async (scope) => {
    const parameters = uploadParameters(stirred(field.init(key(1))), scope);
    const x = scope.keep(tf.tensor(normals(key(2), 2 * sizeOf(field.event)), [2, ...field.event]));
    const u = scope.run(() => field.velocity(parameters, { x, t: tf.tensor1d([time]) }));
    return u.dataSync().slice() as Float32Array;
  });

test('every field sees the time, but those that are told not to', async (t) => {
  for (const [name, { field }] of Object.entries(subjects)) {
    const [early, late] = [await velocityAt(field, 0.3), await velocityAt(field, 0.4)];
    const differs = early.some((v, i) => Math.abs(v - late[i]) > 1e-5);
    t.is(differs, field.config.time !== 'ignore', name);
  }
});

test('every setting of a field matters, also inside a multi-scale one', async (t) => {
  const picture = (settings: Partial<ConvOptions>) =>
    velocityAt(multiscale({ event: [4, 4, 1], scales: 1, blocks: 1, field: (event) => conv({ event, hidden: [3], ...settings }) }), 0.6);
  const plain = await picture({});
  for (const settings of [
    { time: 'blend' },
    { time: 'concat-squash' },
    { strides: [2, -2] },
    { activation: 'tanh' },
    { coordinates: true },
    { squeezes: 1 },
  ] as const) {
    t.notDeepEqual(await picture(settings), plain, JSON.stringify(settings));
  }
  const flat = (settings: object) => velocityAt(mlp({ dim: 3, hidden: [5, 5], activation: 'tanh', ...settings }), 0.6);
  const base = await flat({});
  for (const settings of [
    { time: 'concat' },
    { time: 'squash' },
    { octaves: 1 },
    { harmonics: 1 },
    { residual: true },
    { activation: 'softplus' },
    { classes: 2 },
  ]) {
    t.notDeepEqual(await flat(settings), base, JSON.stringify(settings));
  }
});

test('attention stands where it is asked for: by factors of reduction, at no other size', (t) => {
  const placed = (attention: readonly number[]) => {
    const field = unet({ event: [28, 28, 1], channels: 8, multipliers: [1, 2, 2], middleAttention: false, attention });
    return Object.keys(field.init(key(0)))
      .filter((name) => name.endsWith('attention/query/weight'))
      .map((name) => name.split('/')[0]);
  };
  t.deepEqual(placed([]), []);
  // down0 is the input's convolution; each size has one block and a change of size; on the way up two blocks each.
  t.deepEqual(placed([1]), ['down1', 'up4', 'up5']);
  t.deepEqual(placed([4]), ['down5', 'up0', 'up1']);
});
