import test from 'ava';
import type { Tensor } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import { eagerProgram } from '#src/eager/index.js';
import type { Arrays } from '#src/program.js';
import type { TensorFunction, TraceInputs } from '#src/trace/index.js';

test.before(async () => {
  await tf.setBackend('cpu');
});

const inputs: TraceInputs = { x: { shape: [4, 2], rowAxis: 0 }, s: { shape: [1] }, w: { shape: [2, 1], kind: 'parameter' } };

/** y = x·w + s, and the gradient of Σy² with respect to w. */
const line: TensorFunction = ({ x, s, w }) => {
  const y = (weights: Tensor): Tensor => tf.add(tf.matMul(x, weights), s);
  return { y: y(w), ofW: tf.grad((weights) => tf.sum(tf.square(y(weights))))(w), w };
};

const f32 = (...values: number[]): Float32Array => Float32Array.from(values);

test('runs with any number of rows, keeps its parameters, leaves no other tensors', (t) => {
  const before = tf.memory().numTensors;
  const program = eagerProgram(line, inputs);
  program.bind({ w: f32(10, 1) });
  t.is(tf.memory().numTensors, before + 1);
  t.deepEqual({ ...(program.run({ x: f32(1, 2), s: f32(0) }) as Arrays) }, { y: f32(12), ofW: f32(24, 48), w: f32(10, 1) });
  const y = new Float32Array(3);
  const results = program.run({ x: f32(1, 0, 0, 1, 1, 1), s: f32(-1) }, { y }) as Arrays;
  t.is(results['y'], y);
  t.deepEqual(y, f32(9, 0, 10));
  t.is(tf.memory().numTensors, before + 1);
  program.bind({ w: f32(0, 0) });
  t.deepEqual((program.run({ x: f32(1, 2), s: f32(5) }) as Arrays)['y'], f32(5));
  program.dispose();
  t.is(tf.memory().numTensors, before);
  t.throws(() => program.run({ x: f32(1, 2), s: f32(0) }), { message: /disposed/ });
  t.deepEqual(program.report, {
    executor: 'eager',
    threads: 1,
    reason: 'TensorFlow.js itself, one kernel after the other',
    target: 'cpu',
  });
});

test('what does not fit is told, and nothing is left behind', (t) => {
  const before = tf.memory().numTensors;
  const program = eagerProgram(line, { ...inputs, z: { shape: [4], rowAxis: 0 } });
  const good = { x: f32(1, 2), s: f32(0), z: f32(1) };
  t.throws(() => program.run(good), { message: /no parameters yet/ });
  t.throws(() => program.bind({ w: f32(1) }), { message: "'w' was given 1 numbers" });
  t.throws(() => program.bind({ w: f32(1, 2), v: f32(1) }), { message: "there is no parameter 'v'" });
  program.bind({ w: f32(1, 2) });
  t.throws(() => program.run({ x: f32(1, 2), s: f32(0) }), { message: "the argument 'z' is missing" });
  t.throws(() => program.run({ ...good, x: f32(1, 2, 3) }), { message: "'x' was given 3 numbers" });
  t.throws(() => program.run({ ...good, z: f32(1, 2) }), { message: "'x' has 1 rows and 'z' has 2" });
  t.throws(() => program.run(good, { y: new Float32Array(2) }), { message: /'y' holds 2 numbers where the result has 1/ });
  const failing = eagerProgram(({ x }) => ({ y: tf.add(x, 1), z: tf.reshape(x, [7]) }), { x: inputs['x'] });
  t.throws(() => failing.run({ x: f32(1, 2) }));
  program.dispose();
  t.is(tf.memory().numTensors, before);
});
