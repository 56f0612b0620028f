import test from 'ava';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import type { Graph } from '#src/graph/index.js';
import { makePlan } from '#src/plan/index.js';
import { trace, type TraceInputs } from '#src/trace/index.js';
import { planAgrees, rowsAgree } from './support/agreement.js';

type Tensors = { [name: string]: Tensor };

const traced =
  (f: (tensors: Tensors, rows: number) => Tensors, inputs: (rows: number) => TraceInputs) =>
  (rows: number): Graph =>
    trace((tensors) => f(tensors, rows), inputs(rows));

const parameter = (...shape: number[]): TraceInputs[string] => ({ shape, kind: 'parameter' });
const rowsOf = (...shape: number[]): TraceInputs[string] => ({ shape, rowAxis: 0 });

test('tangents for each coordinate, [P, B, D]', (t) => {
  const f = ({ z, v, w, u }: Tensors, rows: number): Tensors => {
    const h = z.matMul(w).tanh();
    const slope = h.square().neg().add(1);
    const tangents = v
      .reshape([3, 1, 3])
      .tile([1, rows, 1])
      .reshape([3 * rows, 3]);
    const dh = tangents
      .matMul(w)
      .reshape([3, rows, 4])
      .mul(slope.expandDims(0))
      .reshape([3 * rows, 4]);
    const dv = dh.matMul(u).reshape([3, rows, 3]);
    return { div: dv.mul(v.reshape([3, 1, 3])).sum([0, 2]), all: dv, dw: dh.matMul(dv.reshape([3 * rows, 3]), true) };
  };
  const inputs = (rows: number): TraceInputs => ({ z: rowsOf(rows, 3), v: { shape: [3, 3] }, w: parameter(3, 4), u: parameter(4, 3) });
  rowsAgree(t, traced(f, inputs));
});

test('attention over the tokens of a row, with its gradients', (t) => {
  const f = (x: Tensors, rows: number): Tensors => {
    const attend = (...[z, wq, wk, wv]: Tensor[]): Tensor => {
      const heads = (w: Tensor): Tensor =>
        z
          .reshape([rows * 5, 4])
          .matMul(w)
          .reshape([rows, 5, 2, 2])
          .transpose([0, 2, 1, 3]);
      const scores = heads(wq).matMul(heads(wk), false, true).div(Math.SQRT2);
      const shifted = scores.sub(scores.max(-1, true)).exp();
      const weights = shifted.div(shifted.sum(-1, true));
      return weights.matMul(heads(wv)).transpose([0, 2, 1, 3]).reshape([rows, 5, 4]);
    };
    const given = [x.z, x.wq, x.wk, x.wv];
    const gradients = tf.grads((...list) =>
      attend(...list)
        .mul(x.a)
        .sum(),
    )(given);
    return { y: attend(...given), dz: gradients[0], dq: gradients[1], dk: gradients[2], dv: gradients[3] };
  };
  const inputs = (rows: number): TraceInputs => ({
    z: rowsOf(rows, 5, 4),
    a: rowsOf(rows, 5, 4),
    wq: parameter(4, 4),
    wk: parameter(4, 4),
    wv: parameter(4, 4),
  });
  rowsAgree(t, traced(f, inputs));
});

test('a convolutional block with group norm, resampling and a skip, with its gradients', (t) => {
  const norm = (x: Tensor, gain: Tensor): Tensor => {
    const [rows, height, width, channels] = x.shape;
    const grouped = x.reshape([rows, height * width, 2, channels / 2]);
    const { mean, variance } = tf.moments(grouped, [1, 3], true);
    return grouped.sub(mean).div(variance.add(1e-3).sqrt()).reshape(x.shape).mul(gain);
  };
  const f = (given: Tensors): Tensors => {
    const net = (...[x, w1, w2, w3, gain, time]: Tensor[]): Tensor => {
      const h = tf.conv2d(x as Tensor4D, w1 as Tensor4D, 1, 'same');
      const shifted = h.add(time.matMul(tf.ones([1, 4])).reshape([-1, 1, 1, 4]));
      const a = norm(shifted, gain).mul(tf.sigmoid(shifted));
      const down = tf.conv2d(a as Tensor4D, w2 as Tensor4D, 2, 'same');
      const up = tf.conv2dTranspose(down, w3 as Tensor4D, [x.shape[0], 4, 4, 2], 2, 'same');
      return tf.concat([up, x], 3);
    };
    const list = ['x', 'w1', 'w2', 'w3', 'gain', 'time'].map((name) => given[name]);
    const gradients = tf.grads((...all) =>
      net(...all)
        .mul(given.a)
        .sum(),
    )(list);
    return { y: net(...list), ...Object.fromEntries(gradients.map((gradient, i) => [`d${i}`, gradient])) };
  };
  const inputs = (rows: number): TraceInputs => ({
    x: rowsOf(rows, 4, 4, 2),
    a: rowsOf(rows, 4, 4, 4),
    time: rowsOf(rows, 1),
    w1: parameter(3, 3, 2, 4),
    w2: parameter(3, 3, 4, 4),
    w3: parameter(2, 2, 2, 4),
    gain: parameter(4),
  });
  rowsAgree(t, traced(f, inputs), { rows: 11, traced: 7 });
});

test('embeddings of classes, with the gradient of the table', (t) => {
  const f = (x: Tensors): Tensors => {
    const net = (table: Tensor): Tensor => tf.gather(table, x.label.toInt()).mul(x.z).tanh();
    return { y: net(x.table), d: tf.grad((table: Tensor) => net(table).sum())(x.table) };
  };
  const inputs = (rows: number): TraceInputs => ({
    z: rowsOf(rows, 4),
    label: { shape: [rows], rowAxis: 0, dtype: 'int32' },
    table: parameter(3, 4),
  });
  rowsAgree(t, traced(f, inputs));
});

test('a divergence that is the same for all rows is a result with rows', (t) => {
  const f = (x: Tensors, rows: number): Tensors => ({
    v: x.z.matMul(x.w),
    div: x.w
      .mul(tf.eye(3))
      .sum()
      .mul(tf.ones([rows])),
  });
  const plan = rowsAgree(
    t,
    traced(f, (rows) => ({ z: rowsOf(rows, 3), w: parameter(3, 3) })),
  );
  t.deepEqual(
    plan.rowResults.map(({ name }) => name),
    ['v', 'div'],
  );
});

const reasonOf = (f: (tensors: Tensors, rows: number) => Tensors): string | undefined =>
  makePlan(traced(f, (rows) => ({ z: rowsOf(rows, 3), w: parameter(3, 3) }))(5)).reason;

test('a net whose rows depend on each other is planned without tiles, and the plan says why', (t) => {
  const centred = ({ z }: Tensors): Tensors => ({ y: z.sub(z.mean(0)) });
  t.is(reasonOf(centred), 'node 6 (binary): every row depends on a sum over all rows');
  t.regex(
    reasonOf(({ z }) => ({ y: z.matMul(z, false, true) }))!,
    /rows meet other rows/,
  );
  t.regex(
    reasonOf(({ z }) => ({ y: z.max(0) }))!,
    /a max over rows/,
  );
  t.regex(
    reasonOf(({ z }, rows) => ({ y: z.mul(tf.range(0, rows).reshape([rows, 1])) }))!,
    /make it an input with a row axis/,
  );
  t.regex(
    reasonOf(({ z }) => ({ y: z.slice([1, 0], [2, 3]) }))!,
    /takes some rows/,
  );
  t.regex(
    reasonOf(({ z }) => ({ y: z.reshape([3, 5]) }))!,
    /splits the rows/,
  );
  planAgrees(
    t,
    traced(centred, (rows) => ({ z: rowsOf(rows, 3) })),
  );
});
