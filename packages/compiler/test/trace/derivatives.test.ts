import test, { type ExecutionContext } from 'ava';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import { interpret, trace } from '#src/index.js';
import { closeTo } from './compare.js';

test.before(async () => {
  await tf.setBackend('cpu');
});

type Function1 = (x: Tensor) => Tensor;

const seeded = (shape: readonly number[], seed: number): Tensor => tf.randomNormal([...shape], 0, 1, 'float32', seed);

/** A scalar whose derivatives show every entry of f. */
const pairing =
  (f: Function1): Function1 =>
  (x) =>
    tf.sum(tf.sin(tf.add(f(x), f(x).shape.length)));

/** f, its gradient, and the gradient of the gradient's square sum: traced, and by the cpu backend. */
function check(t: ExecutionContext, f: Function1, shape: readonly number[], name: string): void {
  const slope = (x: Tensor): Tensor => tf.grad(pairing(f))(x);
  const results = ({ x }: { [name: string]: Tensor }) => ({
    value: f(x),
    first: slope(x),
    second: tf.grad((at) => tf.sum(tf.square(slope(at))))(x),
  });
  const x = seeded(shape, 7);
  const ours = interpret(trace(results, { x: { shape, rowAxis: 0 } }), { x: x.dataSync() });
  for (const [key, tensor] of Object.entries(results({ x }))) {
    const largest = Math.max(1, tf.max(tf.abs(tensor)).dataSync()[0]);
    const scaled = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value / largest);
    closeTo(t, scaled(ours[key]), scaled(tensor.dataSync()), 1e-5, `${name}, ${key}`);
  }
}

const activations: { readonly [name: string]: Function1 } = {
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  softplus: tf.softplus,
  swish: (x) => tf.mul(x, tf.sigmoid(x)),
  elu: tf.elu,
  relu: tf.relu,
  leakyRelu: (x) => tf.leakyRelu(x, 0.2),
  exp: tf.exp,
  sin: tf.sin,
  cos: tf.cos,
  square: tf.square,
  erf: tf.erf,
  sqrt: (x) => tf.sqrt(tf.add(tf.square(x), 1)),
  rsqrt: (x) => tf.rsqrt(tf.add(tf.square(x), 1)),
  log: (x) => tf.log(tf.add(tf.square(x), 1)),
  reciprocal: (x) => tf.div(1, tf.add(tf.square(x), 1)),
  pow: (x) => tf.pow(tf.add(tf.square(x), 1), 1.5),
  clip: (x) => tf.clipByValue(tf.square(x), 0.1, 1),
  abs: tf.abs,
};

for (const [name, f] of Object.entries(activations)) test(`derivatives of ${name}`, (t) => check(t, f, [3, 5], name));

const weights = seeded([4, 6], 1);
const filter = seeded([3, 3, 2, 3], 2) as Tensor4D;
const rows = tf.tensor1d([2, 0, 2, 1], 'int32');

const layers: { readonly [name: string]: readonly [Function1, readonly number[]] } = {
  matMul: [(x) => tf.matMul(x, weights), [3, 4]],
  'matMul transposed': [(x) => tf.matMul(x, x, true, false), [3, 4]],
  softmax: [(x) => tf.softmax(x), [3, 4]],
  conv2d: [(x) => tf.conv2d(x as Tensor4D, filter, 2, 'same'), [2, 5, 4, 2]],
  'conv2d of a filter': [(x) => tf.conv2d(seeded([1, 5, 4, 2], 3) as Tensor4D, x as Tensor4D, 1, 'valid'), [3, 3, 2, 2]],
  avgPool: [(x) => tf.square(tf.avgPool(x as Tensor4D, 2, 2, 'valid')), [2, 4, 6, 2]],
  'avgPool past the edge': [(x) => tf.square(tf.avgPool(x as Tensor4D, 3, 2, 'same')), [2, 5, 5, 1]],
  resizeNearestNeighbor: [(x) => tf.square(tf.image.resizeNearestNeighbor(x as Tensor4D, [6, 4])), [2, 3, 2, 2]],
  mean: [(x) => tf.mul(x, tf.mean(tf.square(x), -1, true)), [3, 4]],
  max: [(x) => tf.square(tf.max(x, 1)), [3, 4]],
  'group norm': [
    (x) => {
      const { mean, variance } = tf.moments(x, [1], true);
      return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3)));
    },
    [3, 6],
  ],
  'maximum of a broadcast operand': [(x) => tf.square(tf.maximum(x, seeded([4, 3], 6))), [3]],
  'minimum of broadcast operands': [(x) => tf.square(tf.minimum(tf.expandDims(x, 1), tf.expandDims(x, 0))), [4]],
  'squaredDifference of broadcast operands': [(x) => tf.squaredDifference(tf.expandDims(x, 1), seeded([1, 5, 2], 6)), [3, 2]],
  concat: [(x) => tf.concat([x, tf.square(x)], 1), [3, 2]],
  slice: [(x) => tf.square(tf.slice(x, [1, 0], [2, 3])), [3, 4]],
  pad: [
    (x) =>
      tf.square(
        tf.pad(x, [
          [1, 0],
          [0, 2],
        ]),
      ),
    [3, 2],
  ],
  tile: [(x) => tf.mul(tf.tile(x, [2, 3]), seeded([6, 6], 4)), [3, 2]],
  broadcastTo: [(x) => tf.mul(tf.broadcastTo(x, [5, 4]), seeded([5, 4], 4)), [1, 4]],
  gather: [(x) => tf.square(tf.gather(x, rows)), [3, 2]],
  where: [(x) => tf.where(tf.greater(x, 0), tf.square(x), x), [3, 4]],
  transpose: [(x) => tf.mul(tf.transpose(x), seeded([4, 3], 5)), [3, 4]],
  cumsum: [(x) => tf.square(tf.cumsum(x, 1)), [3, 4]],
};

const mended = [
  'avgPool',
  'avgPool past the edge',
  'resizeNearestNeighbor',
  'conv2d of a filter',
  ...Object.keys(layers).filter((name) => name.includes('broadcast operand')),
];

test('gradients that are mended here equal differences', (t) => {
  for (const name of mended) {
    const [f, shape] = layers[name];
    const loss = (values: Float64Array): number => {
      const graph = trace(({ x }) => ({ loss: pairing(f)(x) }), { x: { shape } });
      return interpret(graph, { x: values })['loss'][0];
    };
    const x = seeded(shape, 9);
    const slope = tf.grad(pairing(f))(x).dataSync();
    const at = Float64Array.from(x.dataSync());
    for (let i = 0; i < at.length; i += at.length > 10 ? 5 : 1) {
      const difference = (loss(at.with(i, at[i] + 1e-5)) - loss(at.with(i, at[i] - 1e-5))) / 2e-5;
      t.true(Math.abs(slope[i] - difference) < 1e-4, `${name}, entry ${i}: ${slope[i]} and ${difference}`);
    }
  }
});

for (const [name, [f, shape]] of Object.entries(layers)) test(`derivatives of ${name}`, (t) => check(t, f, shape, name));
