import { sizeOf } from '@advect/base/array';
import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import test from 'ava';
import type { Graph } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';
import { optimise } from '#src/optimise/index.js';
import { trace, type TraceInputs } from '#src/trace/index.js';

const sizes = [2, 16, 16, 2];
const rows = 6;
const layers = sizes.length - 1;

/** Layers with a gate each, tanh between them, and the derivative along v. */
function velocityAndJvp(x: Tensor, v: Tensor, p: readonly Tensor[]): { u: Tensor; jvp: Tensor } {
  let [h, dh] = [x, v];
  for (let i = 0; i < layers; i++) {
    const [weight, bias, gate] = p.slice(3 * i, 3 * i + 3);
    const scale = tf.sigmoid(gate);
    h = tf.mul(tf.add(tf.matMul(h, weight), bias), scale);
    dh = tf.mul(tf.matMul(dh, weight), scale);
    if (i === layers - 1) break;
    h = tf.tanh(h);
    dh = tf.mul(dh, tf.sub(1, tf.square(h)));
  }
  return { u: h, jvp: dh };
}

function adjoint(): Graph {
  const parameters = Object.fromEntries(
    Array.from({ length: layers }, (_, i) => [
      [`weight${i}`, { shape: [sizes[i], sizes[i + 1]], kind: 'parameter' }],
      [`bias${i}`, { shape: [sizes[i + 1]], kind: 'parameter' }],
      [`gate${i}`, { shape: [sizes[i + 1]], kind: 'parameter' }],
    ]).flat() as [string, TraceInputs[string]][],
  );
  const inputs: TraceInputs = {
    x: { shape: [rows, 2], rowAxis: 0 },
    v: { shape: [rows, 2], rowAxis: 0 },
    a: { shape: [rows, 2], rowAxis: 0 },
    ...parameters,
  };
  return trace((tensors) => {
    const names = Object.keys(parameters);
    const pairing = (x: Tensor, ...p: Tensor[]): Scalar => {
      const { u, jvp } = velocityAndJvp(x, tensors.v, p);
      return tf.add(tf.sum(tf.mul(u, tensors.a)), tf.sum(tf.mul(jvp, tensors.v)));
    };
    const gradients = tf.grads(pairing)([tensors.x, ...names.map((name) => tensors[name])]);
    const { u, jvp } = velocityAndJvp(
      tensors.x,
      tensors.v,
      names.map((name) => tensors[name]),
    );
    return { u, jvp, dx: gradients[0], ...Object.fromEntries(names.map((name, i) => [`d${name}`, gradients[i + 1]])) };
  }, inputs);
}

test('the gradient of a velocity and its divergence is as lean as one written by hand', (t) => {
  const graph = adjoint();
  const optimised = optimise(graph);
  const count = (name: string): number => optimised.nodes.filter((node) => node.op === name || ('f' in node && node.f === name)).length;
  // Forward and tangent 3 each; in reverse 3 + 3 for h and the weights, 2 + 3 for dh, whose start is given.
  t.is(count('matmul'), 17);
  t.is(count('tanh'), 2);
  t.is(count('sigmoid'), 3);
  t.is(count('transpose') + count('broadcast') + count('cast') + count('neg') + count('div'), 0);
  // For each weight's two contributions one addition; 3 gates and 3 biases, each one sum over the rows.
  t.true(count('sum') <= 6, String(count('sum')));
  t.true(optimised.nodes.length < 0.6 * graph.nodes.length, `${optimised.nodes.length} of ${graph.nodes.length}`);

  const inputs = Object.fromEntries(
    graph.inputs.map(({ name, id }, i) => [
      name,
      Float64Array.from({ length: sizeOf(graph.nodes[id].shape) }, (_, k) => Math.sin(0.7 * k + i) / 2),
    ]),
  );
  const [before, after] = [interpret(graph, inputs), interpret(optimised, inputs)];
  for (const [name, data] of Object.entries(before)) {
    data.forEach((value, i) => t.true(Math.abs(value - after[name][i]) < 1e-12, `${name} ${value} ${after[name][i]}`));
  }
});

test('a network with reshapes, means and softmax keeps its gradient', (t) => {
  const graph = trace(
    ({ x, w }) => {
      const loss = (weights: Tensor): Scalar => {
        const scores = tf.matMul(tf.reshape(tf.concat([x, tf.square(x)], 1), [-1, 4]), weights);
        const chosen = tf.mul(tf.logSoftmax(scores), tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1], 'int32'), 3));
        return tf.neg(tf.mean(tf.sum(chosen, -1)));
      };
      return { loss: loss(w), gradient: tf.grad(loss)(w) };
    },
    { x: { shape: [5, 2] }, w: { shape: [4, 3] } },
  );
  const optimised = optimise(graph);
  t.true(optimised.nodes.length < graph.nodes.length);
  const inputs = {
    x: Float64Array.from({ length: 10 }, (_, i) => Math.sin(i)),
    w: Float64Array.from({ length: 12 }, (_, i) => Math.cos(i)),
  };
  const [before, after] = [interpret(graph, inputs), interpret(optimised, inputs)];
  for (const name of ['loss', 'gradient']) before[name].forEach((value, i) => t.true(Math.abs(value - after[name][i]) < 1e-7));
});
