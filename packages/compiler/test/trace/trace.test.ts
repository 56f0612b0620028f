// Runs alone: it measures time.
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import { interpret, isTracing, trace } from '#src/index.js';
import { closeTo } from './compare.js';

test.before(async () => {
  await tf.setBackend('cpu');
});

const x = { shape: [5, 3], rowAxis: 0 };

const throws = (f: () => unknown, code: string, pattern: RegExp): boolean => {
  try {
    f();
  } catch (error) {
    return error instanceof AdvectError && error.code === code && pattern.test(error.message);
  }
  return false;
};

test('gradients of gradients are traced, and equal those of the cpu backend', (t) => {
  const penalty = (given: { [name: string]: Tensor }) => {
    const inner = (at: Tensor, w: Tensor) => tf.sum(tf.tanh(tf.matMul(at, w)));
    const outer = (at: Tensor, w: Tensor): Scalar => tf.sum(tf.square(tf.grad((point) => inner(point, w))(at)));
    const { value, grads } = tf.valueAndGrads((at, w) => outer(at, w))([given['x'], given['w']]);
    return { value, ofX: grads[0], ofW: grads[1] };
  };
  const graph = trace(penalty, { x, w: { shape: [3, 4], kind: 'parameter' } });
  const [data, weights] = [tf.randomNormal([5, 3], 0, 1, 'float32', 1), tf.randomNormal([3, 4], 0, 1, 'float32', 2)];
  const ours = interpret(graph, { x: data.dataSync(), w: weights.dataSync() });
  const theirs = penalty({ x: data, w: weights });
  for (const [name, tensor] of Object.entries(theirs)) closeTo(t, ours[name], tensor.dataSync(), 1e-5);
  t.deepEqual(graph.inputs, [
    { name: 'x', id: 0, kind: 'argument', rowAxis: 0 },
    { name: 'w', id: 1, kind: 'parameter' },
  ]);
});

test('nothing is left behind, and the backend stays, also when the function throws', (t) => {
  const outside = tf.tensor1d([1, 2, 3]);
  const before = tf.memory();
  const leaky = (given: { [name: string]: Tensor }) => {
    const kept = tf.keep(tf.add(given['x'], outside));
    tf.variable(kept, true, 'left over').assign(tf.mul<Tensor2D>(kept, 2));
    return { y: tf.tidy(() => tf.grad((at) => tf.exp(at))(kept)) };
  };
  trace(leaky, { x });
  trace(leaky, { x });
  t.throws(() => trace((given) => ({ y: tf.grad((at) => (tf.exp(at), fail()))(given['x']) }), { x }), {
    message: 'on purpose',
  });
  t.is(tf.getBackend(), 'cpu');
  t.false(isTracing());
  t.is(tf.memory().numTensors, before.numTensors);
  t.is(tf.memory().numDataBuffers, before.numDataBuffers);
  t.is(tf.memory().numBytes, before.numBytes);
  t.is(tf.engine().state.gradientDepth, 0);
  t.deepEqual([...outside.dataSync()], [1, 2, 3]);
});

const fail = (): never => {
  throw new Error('on purpose');
};

test('a trace inside a gradient does not show on its tape', (t) => {
  const slope = tf.grad((at) => {
    trace((given) => ({ y: tf.exp(given['x']) }), { x });
    return tf.square(at);
  })(tf.scalar(3));
  t.is(slope.dataSync()[0], 6);
});

test('traces nest', (t) => {
  let inner: ReturnType<typeof trace> | undefined;
  const outer = trace(
    (given) => {
      const y = tf.mul(given['x'], 2);
      inner = trace((again) => ({ z: tf.add(again['x'], tf.add(tf.scalar(1), tf.scalar(2))) }), { x });
      return { y: tf.add(y, 1) };
    },
    { x },
  );
  const data = new Float32Array(15).fill(5);
  t.deepEqual([...interpret(inner!, { x: data })['z']], Array<number>(15).fill(8));
  t.deepEqual([...interpret(outer, { x: data })['y']], Array<number>(15).fill(11));
});

test('tensors from outside and arrays become constants, uniform ones fills', (t) => {
  const outside = tf.tensor1d([1, 2, 3]);
  const graph = trace((given) => ({ y: tf.mul(tf.add(given['x'], outside), tf.ones([5, 3])), same: given['x'], outside }), { x });
  t.deepEqual(
    graph.nodes.map(({ op }) => op),
    ['input', 'constant', 'reshape', 'binary', 'fill', 'binary'],
  );
  t.deepEqual(
    graph.outputs.map(({ name, id }) => [name, id]),
    [
      ['y', 5],
      ['same', 0],
      ['outside', 1],
    ],
  );
});

test('numbers made of constants can be read while tracing, others not', (t) => {
  const known = trace((given) => ({ y: tf.mul(given['x'], tf.add(tf.tensor1d([1, 2, 3]), 1).dataSync()[2]) }), { x });
  t.deepEqual([...interpret(known, { x: new Float32Array(15).fill(1) })['y']], Array<number>(15).fill(4));
  t.true(throws(() => trace((given) => ({ y: tf.scalar(tf.sum(given['x']).dataSync()[0]) }), { x }), 'unsupported', /input 'x'/));
});

test('what cannot be traced says so', (t) => {
  t.true(throws(() => trace((given) => ({ y: tf.topk(given['x']).values }), { x }), 'unsupported', /'TopK'/));
  t.true(throws(() => trace(() => ({}), { x }), 'invalid-value', /nothing/));
  t.true(throws(() => trace((given) => ({ y: given['x'].shape as unknown as Tensor }), { x }), 'invalid-value', /'y'/));
  t.true(throws(() => trace((async () => ({})) as never, { x }), 'invalid-value', /promise/));
  t.true(throws(() => trace((given) => ({ y: given['x'] }), { x: { shape: [2], rowAxis: 1 } }), 'invalid-option', /axis 1/));
  t.true(throws(() => trace(() => ({ y: tf.tensor(['a']) }), {}), 'unsupported', /string/));
  t.is(tf.getBackend(), 'cpu');
});

test('a variable from outside keeps its numbers: a traced function cannot assign to it, to its own it can', (t) => {
  const outside = tf.variable(tf.tensor1d([1, 2, 3]));
  const assigning = () =>
    trace(
      (given) => {
        outside.assign(tf.mul(outside, 2));
        return { y: tf.add(given['x'], outside) };
      },
      { x },
    );
  t.true(throws(assigning, 'unsupported', /assigns to a variable from outside/));
  t.deepEqual([...outside.dataSync()], [1, 2, 3]);
  outside.assign(tf.tensor1d([4, 5, 6]));
  t.deepEqual([...outside.dataSync()], [4, 5, 6]);
  const own = trace(
    (given) => {
      const variable = tf.variable(tf.zeros([3]));
      variable.assign(tf.ones([3]));
      return { y: tf.add(given['x'], variable) };
    },
    { x },
  );
  t.deepEqual([...interpret(own, { x: new Float32Array(15) })['y']], Array<number>(15).fill(1));
});

test('inputs of no shape, kind or dtype are refused', (t) => {
  const same = (given: { [name: string]: Tensor }) => ({ y: given['x'] });
  for (const wrong of [{}, { shape: [Number.NaN] }, { shape: [-1, 3] }, { shape: [1.5] }]) {
    t.true(throws(() => trace(same, { x: wrong as never }), 'invalid-option', /has the shape/));
  }
  t.true(throws(() => trace(same, { x: { shape: [3], kind: 'weight' as never } }), 'invalid-option', /kind 'weight'/));
  t.true(throws(() => trace(same, { x: { shape: [3], dtype: 'float64' as never } }), 'invalid-option', /dtype 'float64'/));
});

test('ones by the million, as the tape makes them for a sum, are told from constants in little time', (t) => {
  const many = { x: { shape: [100, 100_000], rowAxis: 0 } };
  const took = [1, 2, 3].map(() => {
    const before = performance.now();
    const graph = trace((given) => ({ slope: tf.grad((at) => tf.sum(at))(given['x']) }), many);
    t.false(graph.nodes.some(({ op }) => op === 'constant'));
    return performance.now() - before;
  });
  // 0.1 s; through an iterator it is ten times as long. The least of three, since other tests run beside this one.
  t.true(Math.min(...took) < 800, took.join());
});
