import test from 'ava';
import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { tf } from '@advect/compiler/tensorflow';
import type { Graph } from '#src/graph/index.js';
import { trace, type TraceInputs } from '#src/trace/index.js';
import { rowsAgree } from './support/agreement.js';

type Tensors = { [name: string]: Tensor };

const width = 6;
const sizes = [2, width, width, 2];

/** A concat-squash net, as FFJORD has it. */
function field(t: Tensor, z: Tensor, p: Tensors): Tensor {
  let h = z;
  for (let i = 0; i < 3; i++) {
    const time = t.reshape([1, 1]);
    const gate = tf.sigmoid(tf.add(time.matMul(p[`gw${i}`]), p[`gb${i}`]));
    const shift = time.matMul(p[`sw${i}`]);
    h = h.matMul(p[`w${i}`]).add(p[`b${i}`]).mul(gate).add(shift);
    if (i < 2) h = tf.tanh(h);
  }
  return h;
}

const parameterShapes: Record<string, number[]> = {};
for (let i = 0; i < 3; i++) {
  parameterShapes[`w${i}`] = [sizes[i], sizes[i + 1]];
  for (const name of ['b', 'gb']) parameterShapes[`${name}${i}`] = [sizes[i + 1]];
  for (const name of ['gw', 'sw']) parameterShapes[`${name}${i}`] = [1, sizes[i + 1]];
}
const names = Object.keys(parameterShapes);
const parameters: TraceInputs = Object.fromEntries(names.map((name) => [name, { shape: parameterShapes[name], kind: 'parameter' }]));

const traced =
  (f: (tensors: Tensors, rows: number) => Tensors, rest: (rows: number) => TraceInputs) =>
  (rows: number): Graph =>
    trace((tensors) => f(tensors, rows), { ...parameters, t: { shape: [] }, z: { shape: [rows, 2], rowAxis: 0 }, ...rest(rows) });

test('the velocity of a concat-squash net', (t) => {
  rowsAgree(
    t,
    traced(
      (x) => ({ v: field(x.t, x.z, x) }),
      () => ({}),
    ),
  );
});

test('velocity and divergence by reverse mode, exact and along a probe', (t) => {
  rowsAgree(
    t,
    traced(
      (x) => {
        const v = (z: Tensor): Tensor => field(x.t, z, x);
        const along = tf.grad((z: Tensor) => v(z).mul(x.e).sum())(x.z);
        return { v: v(x.z), div: along.mul(x.e).sum(1) };
      },
      (rows) => ({ e: { shape: [rows, 2], rowAxis: 0 } }),
    ),
  );
});

test('exact divergence by reverse mode on repeated rows', (t) => {
  rowsAgree(
    t,
    traced(
      (x, rows) => {
        const tiled = x.z.tile([2, 1]);
        const seeds = tf
          .eye(2)
          .reshape([2, 1, 2])
          .tile([1, rows, 1])
          .reshape([2 * rows, 2]);
        const gradient = tf.grad((z: Tensor) => field(x.t, z, x).mul(seeds).sum())(tiled);
        return { div: gradient.mul(seeds).sum(1).reshape([2, rows]).sum(0) };
      },
      () => ({}),
    ),
  );
});

test('the adjoint: gradients of a pairing with respect to the state, the time and every parameter', (t) => {
  rowsAgree(
    t,
    traced(
      (x) => {
        const paired = (...list: Tensor[]): Scalar => {
          const p = Object.fromEntries(names.map((name, i) => [name, list[i + 2]]));
          const v = (z: Tensor): Tensor => field(list[1], z, p);
          const along = tf.grad((z: Tensor) => v(z).mul(x.e).sum())(list[0]);
          return v(list[0]).mul(x.a).sum().add(along.mul(x.e).sum(1).mul(x.l).sum());
        };
        const gradients = tf.grads(paired)([x.z, x.t, ...names.map((name) => x[name])]);
        return { v: field(x.t, x.z, x), ...Object.fromEntries(['z', 't', ...names].map((name, i) => [`d${name}`, gradients[i]])) };
      },
      (rows) => ({ e: { shape: [rows, 2], rowAxis: 0 }, a: { shape: [rows, 2], rowAxis: 0 }, l: { shape: [rows], rowAxis: 0 } }),
    ),
  );
});

test('the flow-matching loss and its gradient', (t) => {
  rowsAgree(
    t,
    traced(
      (x) => {
        const loss = (...list: Tensor[]): Scalar => {
          const p = Object.fromEntries(names.map((name, i) => [name, list[i]]));
          return field(x.t, x.z, p).sub(x.u).square().sum();
        };
        const { value, grads } = tf.valueAndGrads(loss)(names.map((name) => x[name]));
        return { value, ...Object.fromEntries(names.map((name, i) => [`d${name}`, grads[i]])) };
      },
      (rows) => ({ u: { shape: [rows, 2], rowAxis: 0 } }),
    ),
  );
});
