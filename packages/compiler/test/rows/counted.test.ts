import test from 'ava';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import { mismatch } from '@advect/testkit';
import { compile } from '#src/compile.js';
import { optimise } from '#src/optimise/index.js';
import { rowsLast } from '#src/rows/rows-last.js';
import { trace, type TensorFunction, type TraceInputs } from '#src/trace/index.js';
import { wave } from '../net.js';

test.before(async () => {
  await tf.setBackend('cpu');
});

const inputs: TraceInputs = {
  x: { shape: [24, 3], rowAxis: 0 },
  w: { shape: [3, 2], kind: 'parameter' },
  b: { shape: [2], kind: 'parameter' },
};
const weights = { w: wave(6, 0.7), b: wave(2, 1.1) };

type T = { [name: string]: Tensor };

/** Values that the rows' number decides, though no number of the rows does. */
const cases: { [name: string]: TensorFunction } = {
  'the gradient of a bias by a plain sum': ({ x, w, b }: T) => {
    const [ofB, ofW] = tf.grads((b, w) => tf.sum(tf.add(tf.matMul(x, w), b)))([b, w]);
    return { ofB, ofW };
  },
  'a count': ({ x }: T) => ({ count: tf.sum(tf.onesLike(x)) }),
  'a sum of copies of a weight': ({ x, b }: T) => ({ sum: tf.sum(tf.mul(tf.ones([x.shape[0], 2]), b), 0) }),
  'the largest of copies': ({ x, b }: T) => ({ most: tf.max(tf.mul(tf.ones([x.shape[0], 2]), b), 0) }),
  'a product over copies': ({ x, b }: T) => ({
    p: tf.matMul(tf.mul(tf.ones([x.shape[0], 2]), b), tf.mul(tf.ones([x.shape[0], 2]), tf.sin(b)), true, false),
  }),
  'copies of what is joined': ({ x, w }: T) => {
    const joined = tf.concat([tf.zeros([x.shape[0], 1]), tf.ones([x.shape[0], 2])], 1);
    return { y: tf.tanh(tf.matMul(joined, w)) };
  },
  'images of ones': ({ x, w }: T) => ({
    y: tf.conv2d<Tensor4D>(tf.ones([x.shape[0], 2, 2, 1]), tf.reshape(tf.slice(w, [0, 0], [2, 2]), [2, 2, 1, 1]), 1, 'valid'),
  }),
  'one entry of a table for all': ({ x, w }: T) => ({ y: tf.gather(w, tf.zeros([x.shape[0]], 'int32')) }),
};

for (const [name, f] of Object.entries(cases)) {
  test(`${name} goes by the rows of the run, not of the trace`, async (t) => {
    const program = await compile(f, inputs, { executor: 'wasm', threads: 1 });
    const eager = await compile(f, inputs, { executor: 'eager' });
    program.bind(weights);
    eager.bind(weights);
    for (const rows of [7, 24, 150]) {
      const args = { x: wave(3 * rows, 0.37) };
      const [results, expected] = [await program.run(args), await eager.run(args)];
      for (const key of Object.keys(expected)) t.is(mismatch(results[key], expected[key], { atol: 1e-6, rtol: 1e-5 }), undefined, key);
    }
    program.dispose();
    eager.dispose();
  });
}

test('where another axis is as long as the batch, nothing is taken for rows by its length', (t) => {
  const f: TensorFunction = ({ x, v }) => ({ y: tf.matMul(x, v), sum: tf.sum(tf.onesLike(x), 0) });
  const shapes = (width: number): TraceInputs => ({ x: { shape: [24, width], rowAxis: 0 }, v: { shape: [width, 2], kind: 'parameter' } });
  t.false('reason' in rowsLast(optimise(trace(f, shapes(5))), 8));
  const refused = rowsLast(optimise(trace(f, shapes(24))), 8);
  t.regex('reason' in refused ? refused.reason : '', /as long as the batch of 24/);
});

test('a value without entries has no rows to be told apart', (t) => {
  const graph = trace(({ x }) => ({ y: tf.neg(x) }), { x: { shape: [24, 0], rowAxis: 0 } });
  t.deepEqual(rowsLast(graph, 8), { reason: 'node 0 (input) has no entries' });
});
