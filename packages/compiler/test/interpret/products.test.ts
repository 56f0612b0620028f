import { type NdArray, sizeOf } from '@advect/base/array';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import test from 'ava';
import { type ConvGeometry, graphBuilder, type GraphBuilder } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';

test.before(async () => {
  await tf.setBackend('cpu');
});

/** Whole numbers from −3 to 3: every sum of products is exact. */
function whole(shape: readonly number[], seed: number): NdArray {
  let state = seed;
  const next = (): number => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor(state / 65536) % 7;
  };
  return { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => next() - 3) };
}

const constant = (g: GraphBuilder, { data, shape }: NdArray): number => g.constant(data, shape);

function valueOf(build: (g: GraphBuilder) => number): NdArray {
  const g = graphBuilder();
  const id = build(g);
  return { shape: g.nodes[id].shape, data: Float32Array.from(interpret(g.finish([{ name: 'y', id }]), {}).y) };
}

const read = (tensor: Tensor): NdArray => ({ shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) });

const tensor = ({ data, shape }: NdArray): Tensor => tf.tensor(data, [...shape]);

/** The batch axis from first to last place. */
const rowsLast = ({ data, shape }: NdArray): NdArray =>
  read(tf.tensor(data, [...shape]).transpose([...shape.slice(1).keys(), 0].map((axis, i) => (i < shape.length - 1 ? axis + 1 : 0))));

test('matmul with every pair of flags, batches that repeat, and their sum', (t) => {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      const a = whole([2, 1, ...(transposeA ? [4, 3] : [3, 4])], 1);
      const b = whole([2, 5, ...(transposeB ? [2, 4] : [4, 2])], 2);
      // tfjs repeats a batch axis wrongly unless all of them are repeated, hence the tile.
      const product = tf.matMul(tensor(a).tile([1, 5, 1, 1]), tensor(b), transposeA, transposeB);
      t.deepEqual(
        valueOf((g) => g.matmul(constant(g, a), constant(g, b), { transposeA, transposeB })),
        read(product),
      );
      const summed = valueOf((g) => g.matmul(constant(g, a), constant(g, b), { transposeA, transposeB, sumBatch: true }));
      t.deepEqual(summed, read(product.sum([0, 1])));
    }
  }
});

test('matmul over rows sums over them', (t) => {
  const [x, dz] = [whole([3, 8], 3), whole([2, 8], 4)];
  const product = valueOf((g) => g.matmul(constant(g, x), constant(g, dz), { transposeB: true, overRows: true }));
  t.deepEqual(product, read(tf.matMul(tensor(x), tensor(dz), false, true)));
});

test('rowMatmul is a product for each row', (t) => {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      // [rows, batch, M, K], with the rows put last afterwards.
      const a = whole([5, 2, ...(transposeA ? [4, 3] : [3, 4])], 5);
      const b = whole([5, 1, ...(transposeB ? [2, 4] : [4, 2])], 6);
      const expected = rowsLast(read(tf.matMul(tensor(a), tensor(b).tile([1, 2, 1, 1]), transposeA, transposeB)));
      t.deepEqual(
        valueOf((g) => g.rowMatmul(constant(g, rowsLast(a)), constant(g, rowsLast(b)), { transposeA, transposeB })),
        expected,
      );
    }
  }
});

test('conv2d and both of its gradients, rows first and last', (t) => {
  const cases: { geometry: ConvGeometry; pad: 'valid' | 'same' | tf.backend_util.ExplicitPadding }[] = [
    { geometry: { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] }, pad: 'valid' },
    { geometry: { strides: [1, 1], dilations: [1, 1], pads: [1, 1, 0, 1] }, pad: 'same' },
    {
      geometry: { strides: [2, 2], dilations: [1, 1], pads: [1, 1, 1, 1] },
      pad: [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
    },
    { geometry: { strides: [1, 1], dilations: [2, 2], pads: [2, 2, 1, 1] }, pad: 'same' },
  ];
  for (const { geometry, pad } of cases) {
    const [x, filter] = [whole([2, 7, 6, 3], 7), whole([3, 2, 3, 4], 8)];
    const y = (image: Tensor, window: Tensor): Tensor =>
      tf.conv2d(image as Tensor4D, window as Tensor4D, [...geometry.strides], pad, 'NHWC', [...geometry.dilations]);
    const expected = y(tensor(x), tensor(filter));
    t.deepEqual(
      valueOf((g) => g.conv2d(constant(g, x), constant(g, filter), geometry)),
      read(expected),
    );
    t.deepEqual(
      valueOf((g) => g.conv2d(constant(g, rowsLast(x)), constant(g, filter), geometry, { rowsLast: true })),
      rowsLast(read(expected)),
    );

    const dy = whole(expected.shape, 9);
    // tfjs's cpu gradients know no dilation; there the definition <dy, conv(x)> = <conv′(dy), x> is the test below.
    if (geometry.dilations[0] > 1) continue;
    const [dx, dFilter] = tf
      .grads((image, window) => y(image, window))([tensor(x), tensor(filter)], tensor(dy))
      .map(read);
    t.deepEqual(
      valueOf((g) => g.conv2dInput(constant(g, dy), constant(g, filter), geometry, x.shape)),
      dx,
    );
    t.deepEqual(
      valueOf((g) => g.conv2dFilter(constant(g, x), constant(g, dy), geometry, filter.shape)),
      dFilter,
    );
    t.deepEqual(
      valueOf((g) => g.conv2dInput(constant(g, rowsLast(dy)), constant(g, filter), geometry, rowsLast(x).shape, { rowsLast: true })),
      rowsLast(dx),
    );
    t.deepEqual(
      valueOf((g) => g.conv2dFilter(constant(g, rowsLast(x)), constant(g, rowsLast(dy)), geometry, filter.shape, { rowsLast: true })),
      dFilter,
    );
  }
});

test('the gradients of a convolution are its adjoints, with strides and dilations at once', (t) => {
  const geometry: ConvGeometry = { strides: [2, 1], dilations: [1, 3], pads: [2, 0, 1, 3] };
  const [x, filter] = [whole([2, 5, 7, 2], 10), whole([2, 3, 2, 3], 11)];
  const y = valueOf((g) => g.conv2d(constant(g, x), constant(g, filter), geometry));
  const dy = whole(y.shape, 12);
  const dx = valueOf((g) => g.conv2dInput(constant(g, dy), constant(g, filter), geometry, x.shape));
  const dFilter = valueOf((g) => g.conv2dFilter(constant(g, x), constant(g, dy), geometry, filter.shape));
  const dot = (a: NdArray, b: NdArray): number => a.data.reduce((sum, entry, i) => sum + entry * b.data[i], 0);
  t.is(dot(dx, x), dot(dy, y));
  t.is(dot(dFilter, filter), dot(dy, y));
});
