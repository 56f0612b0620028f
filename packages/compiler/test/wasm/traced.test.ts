import test from 'ava';
import type { Scalar, Tensor, Tensor4D } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import { optimise } from '#src/optimise/index.js';
import { makePlan } from '#src/plan/index.js';
import { acceptsRelaxedSimd } from '#src/wasm/assembler/index.js';
import { wasmProgram } from '#src/wasm/executor.js';
import { trace, type TraceInputs } from '#src/trace/index.js';
import { difference, numbersFor } from './codegen/support/agreement.js';

type Tensors = { [name: string]: Tensor };
type Function = (tensors: Tensors) => Tensors;

/** The compiled function gives what tfjs itself does on its cpu backend. */
async function agreesWithEager(f: Function, inputs: TraceInputs): Promise<{ worst: number; isSeparable: boolean }> {
  await tf.setBackend('cpu');
  const graph = trace(f, inputs);
  const numbers = numbersFor(graph);
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape, dtype }]) => [name, tf.tensor(numbers[name], [...shape], dtype ?? 'float32')]),
  );
  const eager = f(tensors);
  const plan = makePlan(optimise(graph));
  const names = (kind: string): string[] => graph.inputs.filter((input) => input.kind === kind).map(({ name }) => name);
  const pick = (kind: string) => Object.fromEntries(names(kind).map((name) => [name, numbers[name]]));
  let worst = 0;
  for (const relaxed of acceptsRelaxedSimd() ? [false, true] : [false]) {
    const program = wasmProgram(plan, { relaxed });
    program.bind(pick('parameter'));
    const results = program.run(pick('argument'));
    for (const [name, tensor] of Object.entries(eager)) worst = Math.max(worst, difference(results[name], tensor.dataSync()));
  }
  return { worst, isSeparable: plan.tile !== undefined };
}

const sizes = [2, 16, 16, 2];
const shapes: Record<string, number[]> = {};
for (let i = 0; i < 3; i++) {
  shapes[`w${i}`] = [sizes[i], sizes[i + 1]];
  for (const name of ['b', 'gb']) shapes[`${name}${i}`] = [sizes[i + 1]];
  for (const name of ['gw', 'sw']) shapes[`${name}${i}`] = [1, sizes[i + 1]];
}
const names = Object.keys(shapes);
const rows = 70;
const netInputs: TraceInputs = {
  ...Object.fromEntries(names.map((name) => [name, { shape: shapes[name], kind: 'parameter' as const }])),
  t: { shape: [1, 1] },
  z: { shape: [rows, 2], rowAxis: 0 },
  e: { shape: [rows, 2], rowAxis: 0 },
};

/** A concat-squash net (Grathwohl et al. 2019). */
function net(z: Tensor, x: Tensors): Tensor {
  let h = z;
  for (let i = 0; i < 3; i++) {
    const gate = tf.sigmoid(x['t'].matMul(x[`gw${i}`]).add(x[`gb${i}`]));
    h = h
      .matMul(x[`w${i}`])
      .add(x[`b${i}`])
      .mul(gate)
      .add(x['t'].matMul(x[`sw${i}`]));
    if (i < 2) h = tf.tanh(h);
  }
  return h;
}

const alongProbe = (z: Tensor, x: Tensors): Tensor =>
  tf
    .grad((at: Tensor) => net(at, x).mul(x['e']).sum())(z)
    .mul(x['e'])
    .sum(1);

const cases: Record<string, { f: Function; inputs: TraceInputs }> = {
  'a velocity and its divergence along a probe': {
    f: (x) => ({ u: net(x['z'], x), divergence: alongProbe(x['z'], x) }),
    inputs: netInputs,
  },
  'gradients of a pairing with velocity and divergence': {
    f: (x) => {
      const pairing = (z: Tensor, ...weights: Tensor[]): Scalar => {
        const all = { ...x, ...Object.fromEntries(names.map((name, i) => [name, weights[i]])) };
        return net(z, all).mul(x['e']).sum().add(alongProbe(z, all).sum());
      };
      const [dz, ...gradients] = tf.grads(pairing)([x['z'], ...names.map((name) => x[name])]);
      return { dz, ...Object.fromEntries(names.map((name, i) => [`d${name}`, gradients[i]])) };
    },
    inputs: netInputs,
  },
  'a block of attention and its gradient': {
    f: (x) => {
      const attend = (h: Tensor): Tensor => {
        const [q, k, v] = ['q', 'k', 'v'].map((name) => h.reshape([-1, 8]).matMul(x[name]).reshape([9, 5, 8]));
        const scores = tf.softmax(tf.matMul(q, k, false, true).div(Math.sqrt(8)));
        return h.add(tf.matMul(scores, v));
      };
      return { y: attend(x['h']), slope: tf.grad((h: Tensor) => tf.square(attend(h)).sum())(x['h']) };
    },
    inputs: {
      h: { shape: [9, 5, 8], rowAxis: 0 },
      ...Object.fromEntries(['q', 'k', 'v'].map((name) => [name, { shape: [8, 8], kind: 'parameter' as const }])),
    },
  },
  'a convolutional block and its gradients': {
    f: (x) => {
      const block = (image: Tensor4D, w: Tensor4D): Tensor => {
        const h = tf.conv2d(image, w, 1, 'same').add(x['bias']);
        const { mean, variance } = tf.moments(h, [1, 2], true);
        const normal = h.sub(mean).div(tf.sqrt(variance.add(1e-3)));
        return image.add(normal.mul(tf.sigmoid(normal)));
      };
      const [image, w] = [x['image'] as Tensor4D, x['w'] as Tensor4D];
      const [slope, dw] = tf.grads((a: Tensor, b: Tensor) => tf.square(block(a as Tensor4D, b as Tensor4D)).sum())([image, w]);
      return { y: block(image, w), slope, dw };
    },
    inputs: {
      image: { shape: [5, 6, 7, 4], rowAxis: 0 },
      w: { shape: [3, 3, 4, 4], kind: 'parameter' },
      bias: { shape: [4], kind: 'parameter' },
    },
  },
};

for (const [name, { f, inputs }] of Object.entries(cases)) {
  test(name, async (t) => {
    const { worst, isSeparable } = await agreesWithEager(f, inputs);
    t.true(isSeparable);
    t.true(worst <= 1e-5, `off by ${worst}`);
  });
}
