// Runs alone: it changes the backend of TensorFlow.js.
import test from 'ava';
import { key, normals } from '#src/random/index.js';
import { countTensors, downloadSync, ready, tf, type Tensor } from '#src/tensor/index.js';
import { missingKernels } from '#src/tensor/wasm/borrowed.js';

const random = (shape: number[], seed: number): Tensor => tf.tensor(normals(key(seed), tf.util.sizeFromShape(shape)), shape);

/** Largest difference between the two backends, relative to the largest value. */
async function disagreement(compute: () => Tensor): Promise<number> {
  const results = [];
  for (const backend of ['wasm', 'cpu'] as const) {
    await ready({ backend });
    const result = tf.tidy(compute);
    results.push({ ...downloadSync(result), dtype: result.dtype });
    result.dispose();
  }
  const [a, b] = results;
  if (a.shape.join() !== b.shape.join() || a.dtype !== b.dtype) return Infinity;
  const scale = b.data.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-30);
  return a.data.reduce((most, v, i) => Math.max(most, Math.abs(v - b.data[i])), 0) / scale;
}

const shapesOfProducts: { a: number[]; b: number[] }[] = [
  { a: [5, 3], b: [3, 7] },
  { a: [64, 3], b: [3, 2] },
  { a: [200, 40], b: [40, 3] },
  { a: [1, 1], b: [1, 9] },
  { a: [6, 4, 8], b: [6, 8, 16] },
  { a: [6, 5, 3], b: [6, 3, 13] },
  { a: [2, 3, 9, 4], b: [2, 3, 4, 5] },
  { a: [1, 9, 4], b: [7, 4, 12] },
  { a: [7, 9, 4], b: [1, 4, 12] },
  { a: [2, 3, 9, 4], b: [1, 1, 4, 5] },
  { a: [3, 9, 4], b: [1, 1, 4, 5] },
  { a: [1, 1, 9, 4], b: [3, 4, 5] },
  { a: [0, 4], b: [4, 5] },
  { a: [6, 0], b: [0, 13] },
  { a: [2, 3, 0], b: [2, 0, 5] },
  { a: [0, 3, 2], b: [0, 2, 5] },
];

const swapped = (shape: number[]): number[] => [...shape.slice(0, -2), shape[shape.length - 1], shape[shape.length - 2]];

for (const { a, b } of shapesOfProducts) {
  test.serial(`matMul [${a.join()}] by [${b.join()}] agrees with cpu in all four transpositions`, async (t) => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const difference = await disagreement(() =>
          tf.matMul(random(transposeA ? swapped(a) : a, 1), random(transposeB ? swapped(b) : b, 2), transposeA, transposeB),
        );
        t.true(difference < 1e-6, `${transposeA} ${transposeB}: ${difference}`);
      }
    }
  });
}

test.serial('fused matMul with bias and activation agrees with cpu when transposed', async (t) => {
  const difference = await disagreement(() =>
    tf.fused.matMul({
      a: random([4, 6], 1),
      b: random([5, 4], 2),
      transposeA: true,
      transposeB: true,
      bias: random([5], 3),
      activation: 'relu',
    }),
  );
  t.true(difference < 1e-6, String(difference));
});

test.serial('sum agrees with cpu over every set of axes, with and without keepDims', async (t) => {
  const axes = [[0], [1], [2], [3], [0, 1], [1, 2], [2, 3], [0, 2], [1, 3], [0, 1, 2], [0, 1, 2, 3], [-3], [2, 1]];
  for (const axis of axes) {
    for (const keepDims of [false, true]) {
      const difference = await disagreement(() => tf.sum(random([3, 4, 5, 6], 4), axis, keepDims));
      t.true(difference < 1e-6, `${axis.join()} ${keepDims}: ${difference}`);
    }
  }
  t.is(
    await disagreement(() =>
      tf.sum(
        tf.tensor2d(
          [
            [1, 2],
            [3, 4],
          ],
          undefined,
          'int32',
        ),
        0,
      ),
    ),
    0,
  );
  t.is(await disagreement(() => tf.sum(tf.zeros([0, 3]), 0)), 0);
});

test.serial('relu of NaN is NaN, whatever its sign bit', async (t) => {
  await ready({ backend: 'wasm' });
  const infinities = tf.tensor1d(Array<number>(7).fill(Infinity));
  const [y, z] = tf.tidy(() =>
    [tf.relu(tf.sub(infinities, infinities)), tf.relu(tf.tensor1d([-2, -0, 0, 3, NaN]))].map((r) => r.dataSync()),
  );
  t.true(y.every(Number.isNaN));
  t.deepEqual([...z], [0, 0, 0, 3, NaN]);
  infinities.dispose();
});

test.serial('tanh is within 4e-7 of the true value, relatively, from 1e-30 to infinity', async (t) => {
  await ready({ backend: 'wasm' });
  const sizes = Array.from({ length: 20_003 }, (_, i) => 10 ** (-30 + (32 * i) / 20_002));
  const x = Float32Array.from([...sizes, ...sizes.map((v) => -v), 9.05, 9.06, 0.5]);
  const y = tf.tidy(() => tf.tanh(tf.tensor1d(x)).dataSync());
  const worst = x.reduce((most, v, i) => Math.max(most, Math.abs(y[i] / Math.tanh(v) - 1)), 0);
  t.true(worst < 4e-7, String(worst));
  const special = tf.tidy(() => tf.tanh(tf.tensor1d([0, -0, Infinity, -Infinity, NaN])).dataSync());
  t.deepEqual([...special], [0, -0, 1, -1, NaN]);
});

test.serial('a kernel writes nothing beyond its result', async (t) => {
  await ready({ backend: 'wasm' });
  for (const n of [1, 2, 3, 5, 7]) {
    const ones = tf.tidy(() => Array.from({ length: 4 }, () => tf.tanh(tf.mul(tf.ones([n]), 20))));
    const products = tf.tidy(() => Array.from({ length: 4 }, () => tf.matMul(tf.ones([2, n, 3]), tf.ones([2, 3, n]))));
    for (const tensor of ones) t.deepEqual([...tensor.dataSync()], Array(n).fill(1));
    for (const tensor of products) t.deepEqual([...tensor.dataSync()], Array(2 * n * n).fill(3));
    tf.dispose([ones, products]);
  }
});

test.serial('kernels that wasm lacks are borrowed and agree with cpu', async (t) => {
  await ready({ backend: 'wasm' });
  t.deepEqual(missingKernels(), []);
  const image = () => random([2, 6, 6, 3], 5) as tf.Tensor4D;
  const filter = () => random([3, 3, 3, 4], 6) as tf.Tensor4D;
  const depthwise = () => random([3, 3, 3, 2], 7) as tf.Tensor4D;
  const cases: { [name: string]: () => Tensor } = {
    Einsum: () => tf.einsum('bij,bjk->bki', random([2, 3, 4], 1), random([2, 4, 5], 2)),
    UnsortedSegmentSum: () => tf.unsortedSegmentSum(random([6, 2], 1), tf.tensor1d([0, 2, 1, 0, 2, 2], 'int32'), 3),
    'gradient of gather': () => tf.grad((x) => tf.sum(tf.square(tf.gather(x, tf.tensor1d([1, 1, 0], 'int32')))))(random([4, 3], 1)),
    Conv2DBackpropFilter: () => tf.grad((f) => tf.sum(tf.square(tf.conv2d(image(), f as tf.Tensor4D, 1, 'same'))))(filter()),
    'depthwise gradients': () => tf.grad((f) => tf.sum(tf.square(tf.depthwiseConv2d(image(), f as tf.Tensor4D, 1, 'same'))))(depthwise()),
    'depthwise input gradient': () =>
      tf.grad((x) => tf.sum(tf.square(tf.depthwiseConv2d(x as tf.Tensor4D, depthwise(), 1, 'same'))))(image()),
  };
  for (const [name, compute] of Object.entries(cases)) {
    const difference = await disagreement(compute);
    t.true(difference < 2e-6, `${name}: ${difference}`);
  }
});

test.serial('shared identities survive the disposal of their source', async (t) => {
  await ready({ backend: 'wasm' });
  const before = countTensors();
  const x = tf.tensor1d([1, 2, 3]);
  const copy = tf.clone(x);
  const cast = tf.cast(x, 'float32');
  x.dispose();
  t.deepEqual([...copy.dataSync(), ...cast.dataSync()], [1, 2, 3, 1, 2, 3]);
  tf.dispose([copy, cast]);
  t.is(countTensors(), before);
});

test.serial('oneHot is right in every type', async (t) => {
  await ready({ backend: 'wasm' });
  for (const dtype of ['float32', 'int32', 'bool'] as const) {
    const result = tf.tidy(() => tf.oneHot(tf.tensor1d([1, 0, 2], 'int32'), 3, 1, 0, dtype));
    t.is(result.dtype, dtype);
    t.deepEqual([...result.dataSync()], [0, 1, 0, 1, 0, 0, 0, 0, 1]);
    result.dispose();
  }
  t.is(await disagreement(() => tf.oneHot(tf.tensor1d([1, 0, 2], 'int32'), 3, 2, -0.5, 'float32')), 0);
});
