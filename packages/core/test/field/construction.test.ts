import test from 'ava';
import { AdvectError, type ErrorCode } from '@advect/base/errors';
import {
  conv,
  dit,
  type FieldConfig,
  fieldFromConfig,
  mlp,
  retimed,
  networkFromConfig,
  transformer,
  transformerNetwork,
  unet,
} from '#src/field/index.js';
import { relativeBias } from '#src/nn/index.js';
import { key, normals } from '#src/random/index.js';
import { ready, tf, uploadParameters, withScope, type Tensor } from '#src/tensor/index.js';

test.before(async () => void (await ready()));

const random = (shape: number[], seed: number): Tensor => tf.tensor(normals(key(seed), tf.util.sizeFromShape(shape)), shape);

test('fresh fields: zero last layer gives u = 0, random does not, the same key gives the same bytes', async (t) => {
  for (const [make, event] of [
    [(lastLayer: 'zero' | 'random') => mlp({ dim: 3, hidden: [8], lastLayer }), [3]],
    [(lastLayer: 'zero' | 'random') => transformer({ event: [4, 3], model: 8, layers: 1, lastLayer }), [4, 3]],
    [(lastLayer: 'zero' | 'random') => conv({ event: [4, 4, 1], hidden: [4], lastLayer }), [4, 4, 1]],
    [(lastLayer: 'zero' | 'random') => dit({ event: [4, 4, 1], model: 8, layers: 1, lastLayer }), [4, 4, 1]],
    [(lastLayer: 'zero' | 'random') => unet({ event: [4, 4, 1], channels: 8, multipliers: [1, 1], lastLayer }), [4, 4, 1]],
  ] as const) {
    for (const lastLayer of ['zero', 'random'] as const) {
      const field = make(lastLayer);
      t.deepEqual(field.init(key(5)), field.init(key(5)));
      t.notDeepEqual(field.init(key(5)), field.init(key(6)));
      await withScope((scope) => {
        const parameters = uploadParameters(field.init(key(0)), scope);
        const u = scope.run(() => field.velocity(parameters, { x: random([5, ...event], 1), t: tf.tensor1d([0.5]) })).dataSync();
        t.is(
          u.every((v) => v === 0),
          lastLayer === 'zero',
        );
      });
    }
  }
});

test('a fresh layer keeps the size of its signal: unit inputs give hidden values of order one', async (t) => {
  const field = mlp({ dim: 64, hidden: [256], lastLayer: 'random', activation: 'relu', time: 'concat' });
  await withScope((scope) => {
    const weight = uploadParameters(field.init(key(0)), scope)['hidden0/weight'];
    const z = scope.run(() => tf.matMul(random([200, 64], 1), weight)).dataSync() as Float32Array;
    const variance = z.reduce((sum, v) => sum + v * v, 0) / z.length;
    t.true(Math.abs(variance - 1) < 0.1, `variance ${variance}`);
  });
});

test('relative positions: the score depends on the distance alone', async (t) => {
  const bias = tf.tidy(() => relativeBias(tf.tensor2d([[1, 2, 3, 4, 5]]), 3)).arraySync();
  t.deepEqual(bias, [[[[3, 4, 5], [2, 3, 4], [1, 2, 3]]]]); // prettier-ignore
});

test('config: JSON that rebuilds the same field and the same network', async (t) => {
  const fields = [
    mlp({ event: [2, 2], hidden: [5], activation: 'gelu', time: 'concat', octaves: 2, classes: 3, residual: true, lastLayer: 'random' }),
    mlp({ dim: 2, hidden: [4], time: 'hyper', hyperUnits: 3 }),
    retimed({ field: mlp({ dim: 2, hidden: [4], harmonics: 2 }), from: 3, to: 0 }),
    conv({ event: [4, 4, 1], hidden: [4, 4, 4], strides: [1, 2, -2, 1], time: 'blend', lastLayer: 'random' }),
    conv({ event: [4, 4, 1], hidden: [4], coordinates: true, squeezes: 1, octaves: 1, classes: 2, activation: 'tanh' }),
    conv({ event: [4, 4, 1], hidden: [], time: 'hyper', hyperUnits: 2 }),
    transformer({ event: [4, 3], model: 8, layers: 1, heads: 2, period: 4 }),
    transformer({ event: [4, 3], relativePositions: false, conditionDim: 2 }),
    transformer({ event: [4, 3], model: 8, layers: 1, conditionDim: 8, tokenCondition: 2 }),
    dit({ event: [4, 8, 2], patch: 2, model: 8, heads: 2, layers: 1, expansion: 2, classes: 3, frequency: 1, lastLayer: 'random' }),
    unet({ event: [4, 8, 2], channels: 4, multipliers: [1, 2], groups: 4, attention: [2], headChannels: 2, scaleShift: true, classes: 3 }),
    unet({ event: [4, 4, 1], resample: 'block', frequency: 1, middleAttention: false, multipliers: [1], lastLayer: 'random' }),
  ];
  for (const field of fields) {
    const config = JSON.parse(JSON.stringify(field.config)) as FieldConfig;
    const again = fieldFromConfig(config);
    t.deepEqual(again.config, field.config);
    t.deepEqual(again.init(key(3)), field.init(key(3)));
    t.deepEqual([again.event, again.conditionDim], [field.event, field.conditionDim]);
  }
  const network = transformerNetwork({ input: [4, 3], output: [4, 5], model: 8, layers: 1 });
  const again = networkFromConfig(JSON.parse(JSON.stringify(network.config)) as FieldConfig);
  t.deepEqual([again.config, again.outputShape], [network.config, network.outputShape]);
});

test('construction: nonsense is refused with the value and a way out', (t) => {
  const refused: [() => unknown, RegExp, ErrorCode][] = [
    [() => retimed({ field: mlp({ dim: 2 }), from: 1, to: 1 }), /both ends are at 1/, 'invalid-option'],
    [() => mlp({}), /neither dim nor event/, 'invalid-option'],
    [() => mlp({ dim: 2, event: [2] }), /both dim and event/, 'invalid-option'],
    [() => mlp({ dim: 2, classes: 2, conditionDim: 2 }), /both classes and conditionDim/, 'invalid-option'],
    [() => mlp({ dim: 0 }), /dim is 0/, 'invalid-option'],
    [() => mlp({ dim: 2, hidden: [3.5] }), /hidden is/, 'invalid-option'],
    [() => mlp({ dim: 2, activation: 'thanh' as never }), /activation is 'thanh'/, 'invalid-option'],
    [() => mlp({ dim: 2, hiden: [3] } as never), /no option 'hiden'/, 'unknown-option'],
    [() => transformer({ event: [4, 3], model: 10, heads: 4 }), /4 heads do not divide model 10/, 'invalid-option'],
    [
      () => transformer({ event: [4, 3], conditionDim: 7, tokenCondition: 2 }),
      /4 tokens with 2 numbers.*a condition of 7/,
      'invalid-option',
    ],
    [() => transformer({ event: [4] as never }), /event is/, 'invalid-option'],
    [() => transformerNetwork({ input: [4, 3], output: [3, 5] }), /output begins with 3/, 'invalid-option'],
    [() => mlp({ dim: 2, time: 'ignore', classes: 2 }), /'ignore' take no condition/, 'invalid-option'],
    [() => conv({ event: [4, 4, 1], strides: [1, 2] }), /2 strides for 4 layers/, 'invalid-option'],
    [() => conv({ event: [5, 4, 1], hidden: [4], strides: [2, -2] }), /a height of 5 pixels cannot be halved/, 'invalid-option'],
    [() => conv({ event: [4, 4, 1], hidden: [4], strides: [2, 1] }), /strides 2, 1 end at another size/, 'invalid-option'],
    [() => conv({ event: [4, 4, 1], hidden: [4], strides: [3, 1] as never }), /strides is/, 'invalid-option'],
    [() => conv({ event: [4, 4, 1], coordinates: true, time: 'squash' }), /coordinates with layers of the kind 'squash'/, 'invalid-option'],
    [() => dit({ event: [6, 8, 1], patch: 4 }), /patches of 4 do not divide a picture of 6 by 8/, 'invalid-option'],
    [() => dit({ event: [4, 4, 1], model: 6, heads: 2 }), /model is 6/, 'invalid-option'],
    [() => dit({ event: [4, 4, 1], model: 8, heads: 3 }), /3 heads do not divide model 8/, 'invalid-option'],
    [() => unet({ event: [6, 8, 1], multipliers: [1, 2, 2] }), /6 by 8 cannot be halved 2 times/, 'invalid-option'],
    [() => unet({ event: [8, 8, 1], channels: 12 }), /8 groups do not divide 12 channels/, 'invalid-option'],
    [() => unet({ event: [8, 8, 1], heads: 3 }), /3 heads do not divide 64 channels/, 'invalid-option'],
    [() => unet({ event: [8, 8, 1], attention: [8] }), /attention names the factor 8/, 'invalid-option'],
    [() => unet({ event: [8, 8] as never }), /event is/, 'invalid-option'],
    [() => unet({ event: [8, 8, 1], classes: 2, conditionDim: 2 }), /both classes and conditionDim/, 'invalid-option'],
    [() => fieldFromConfig({ kind: 'mpl' }), /no field of the kind 'mpl'/, 'invalid-value'],
    [() => fieldFromConfig({ kind: 'toString' }), /no field of the kind 'toString'/, 'invalid-value'],
    [() => fieldFromConfig({} as never), /no field of the kind 'undefined'/, 'invalid-value'],
    [() => fieldFromConfig({ kind: 'mlp', dim: 2, surprise: 1 }), /no option 'surprise'/, 'unknown-option'],
    [() => networkFromConfig({ kind: 'mlp' }), /no network of the kind 'mlp'/, 'invalid-value'],
  ];
  for (const [make, message, code] of refused) {
    const error = t.throws<AdvectError>(make, { instanceOf: AdvectError, message });
    t.is(error.code, code);
    t.true(error.hint.length > 10);
  }
});

test('a transformer told token by token: each token hears its own numbers, zeros are the same as no condition', async (t) => {
  await ready();
  const field = transformer({ event: [3, 2], model: 8, layers: 1, heads: 2, conditionDim: 7, tokenCondition: 2, lastLayer: 'random' });
  // Stirred, so that everything is heard; with attention silent, a token is moved by what is said to itself alone.
  const silent = Object.fromEntries(
    Object.entries(field.init(key(1))).map(([name, { shape, data }]) => {
      const noise = normals(key(name.length), data.length);
      return [name, { shape, data: data.map((v, i) => (/attention/.test(name) ? 0 : v + 0.3 * noise[i])) }];
    }),
  );
  const moved = (condition?: number[]): number[] =>
    tf.tidy(() => {
      const parameters = Object.fromEntries(
        Object.entries(silent).map(([name, { shape, data }]) => [name, tf.tensor(data as Float32Array, [...shape])]),
      );
      const x = tf.ones([1, 3, 2]);
      const u = field.velocity(parameters, { x, t: tf.tensor1d([0.3]), ...(condition && { condition: tf.tensor2d([condition]) }) });
      return [...u.dataSync()];
    });
  t.deepEqual(moved([0, 0, 0, 0, 0, 0, 0]), moved());
  const changed = moved([0, 0, 1, -1, 0, 0, 0]).map((v, i) => v !== moved()[i]);
  t.deepEqual(changed, [false, false, true, true, false, false]);
  const all = moved([0, 0, 0, 0, 0, 0, 1]).map((v, i) => v !== moved()[i]);
  t.deepEqual(all, [true, true, true, true, true, true]);
});
