import { sizeOf } from '@advect/base/array';
import { scaledRms } from '../ode/norm.js';
import type { Times, Tolerance, VectorSpace } from '../ode/problem.js';
import type { Scope } from './scope.js';
import { downloadSync } from './transfer.js';
import { tf, type Tensor } from './tf.js';

/**
 * Tensors as the states of an ODE: the first axis holds independent samples. New states belong to the scope. Sums run as
 * kernels; norms and selections run on the host where reading back is free (`wasm`, `cpu`) and as kernels on a GPU, where
 * `norm` is a promise. All may run inside a tape except `norm`.
 */
export function tensorSpace(scope: Scope): VectorSpace<Tensor> {
  const space: VectorSpace<Tensor> = {
    rows: (state) => state.shape[0] ?? 1,
    combine: (y, slopes, coefficients, h) => scope.run(() => combine(y, slopes, coefficients, h)),
    blend: (states, coefficients) => scope.run(() => blend(states, coefficients)),
    norm: (v, a, b, tolerance, joint) => (readsBackFreely() ? hostNorm : kernelNorm)(v, a, b, tolerance, joint),
    select: (mask, a, b) => scope.run(() => (readsBackFreely() ? hostSelect : kernelSelect)(mask, a, b)),
    withRows: () => space,
    take: (state, rows) => scope.run(() => tf.gather(state, tf.tensor1d(rows, 'int32'))),
    put: (state, rows, part) => scope.run(() => put(state, rows, part)),
    clone: (state) => scope.keep(tf.clone(state)),
    release: (state) => scope.release(state),
    dot: (a, b) => (readsBackFreely() ? hostDot(a, b) : kernelDot(a, b)),
    coordinates: {
      epsilon: 2 ** -23,
      length: (state) => sizeOf(state.shape.slice(1)),
      of: (state) => (readsBackFreely() ? Float64Array.from(state.dataSync()) : state.data().then((numbers) => Float64Array.from(numbers))),
      from: (numbers, like) => scope.keep(tf.tensor(Float32Array.from(numbers), like.shape)),
    },
  };
  return space;
}

/** One gather from both, laid one after the other. */
function put(state: Tensor, rows: Int32Array, part: Tensor): Tensor {
  const from = Int32Array.from({ length: state.shape[0] }, (_, row) => row);
  rows.forEach((row, i) => (from[row] = state.shape[0] + i));
  return tf.gather(tf.concat([state, part], 0), tf.tensor1d(from, 'int32'));
}

const readsBackFreely = (): boolean => tf.getBackend() === 'wasm' || tf.getBackend() === 'cpu';

function combine(y: Tensor, slopes: readonly Tensor[], coefficients: readonly number[], h: Times): Tensor {
  const shared = typeof h === 'number' ? h : 1;
  const weights = coefficients.map((c) => c * shared);
  const increment = weightedSum(slopes, weights);
  if (!increment) return tf.clone(y);
  return tf.add(y, typeof h === 'number' ? increment : tf.mul(increment, column(h, y)));
}

function blend(states: readonly Tensor[], coefficients: readonly Times[]): Tensor {
  const total = weightedSum(states, coefficients);
  if (!total) return tf.zerosLike(states[0]);
  return states.includes(total) ? tf.clone(total) : total;
}

/** Σ cⱼ vⱼ without the terms that are zero; nothing when all are. */
function weightedSum(states: readonly Tensor[], coefficients: readonly Times[]): Tensor | undefined {
  let total: Tensor | undefined;
  states.forEach((state, j) => {
    const c = coefficients[j];
    if (c === undefined || c === 0) return;
    const term = c === 1 ? state : tf.mul(state, typeof c === 'number' ? c : column(c, state));
    total = total ? tf.add(total, term) : term;
  });
  return total;
}

/** One number for each row, shaped to broadcast against the state. */
const column = (values: Float64Array, like: Tensor): Tensor =>
  tf.tensor(Float32Array.from(values), [values.length, ...like.shape.slice(1).map(() => 1)]);

function hostNorm(v: Tensor, a: Tensor, b: Tensor, tolerance: Tolerance, joint: boolean): Float64Array {
  const [vs, as, bs] = [v, a, b].map((t) => t.dataSync() as Float32Array);
  const rows = joint ? 1 : v.shape[0];
  const length = vs.length / rows;
  return Float64Array.from({ length: rows }, (_, row) => scaledRms(vs, as, bs, tolerance, row * length, (row + 1) * length));
}

/** A mean of squares is −∞ where a number was not finite: its root is NaN, on the host, where NaN is sure to survive. */
async function kernelNorm(v: Tensor, a: Tensor, b: Tensor, { atol, rtol }: Tolerance, joint: boolean): Promise<Float64Array> {
  const reduced = tf.tidy(() => {
    const scale = tf.add(atol, tf.mul(rtol, tf.maximum(tf.abs(a), tf.abs(b))));
    const isFinite = tf.logicalAnd(tf.isFinite(v), tf.isFinite(b));
    const squares = tf.where(isFinite, tf.square(tf.div(v, scale)), tf.scalar(-Infinity));
    return tf.mean(squares, joint ? undefined : v.shape.map((_, axis) => axis).slice(1));
  });
  const means = await reduced.data();
  reduced.dispose();
  return Float64Array.from(means, Math.sqrt);
}

function hostDot(a: Tensor, b: Tensor): number {
  const [as, bs] = [a.dataSync(), b.dataSync()];
  let sum = 0;
  for (let i = 0; i < as.length; i++) sum += as[i] * bs[i];
  return sum;
}

async function kernelDot(a: Tensor, b: Tensor): Promise<number> {
  const sum = tf.tidy(() => tf.sum(tf.mul(a, b)));
  const [value] = await sum.data();
  sum.dispose();
  return value;
}

function hostSelect(mask: Uint8Array, a: Tensor, b: Tensor): Tensor {
  const [kept, other] = [downloadSync(a), downloadSync(b)];
  const stride = sizeOf(a.shape.slice(1));
  mask.forEach((set, row) => {
    if (set) kept.data.set(other.data.subarray(row * stride, (row + 1) * stride), row * stride);
  });
  return tf.tensor(kept.data, a.shape);
}

function kernelSelect(mask: Uint8Array, a: Tensor, b: Tensor): Tensor {
  const rows = tf.tensor(Uint8Array.from(mask, Number), [mask.length, ...a.shape.slice(1).map(() => 1)], 'bool');
  return tf.where(tf.broadcastTo(rows, a.shape), b, a);
}
