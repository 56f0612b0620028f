import type { NdArray } from '@advect/base/array';
import type { VelocityField } from '#src/field/index.js';
import { key, normals } from '#src/random/index.js';
import { type Tensor, tf } from '#src/tensor/index.js';
import { fieldOf, linearField } from './fields.js';
import { exponential, gaussianLogDensity, multiplyMatrices } from './linear-algebra.js';

/** A field whose flow from N(0, I) is known: the log-density of any point that it reaches, in float64. */
export interface AnalyticFlow {
  readonly field: VelocityField;
  readonly logProb: (x: readonly number[]) => number;
  /** Points that the flow reaches. */
  readonly points: (count: number, seed: number) => NdArray;
}

const LOG_2PI = Math.log(2 * Math.PI);
const logNormal = (z: readonly number[]): number => -0.5 * z.reduce((sum, v) => sum + v * v + LOG_2PI, 0);
const squares = (x: readonly number[]): number => x.reduce((sum, v) => sum + v * v, 0);

/** Points from normals, each number mapped by itself. */
const drawn =
  (dim: number, map: (v: number, row: number) => number) =>
  (count: number, seed: number): NdArray => ({
    shape: [count, dim],
    data: normals(key(seed), count * dim).map((v, i) => map(v, Math.floor(i / dim))),
  });

/** dx/dt = A x + b: x(1) = Φ x(0) + m, a Gaussian. */
function linear(a: readonly (readonly number[])[], b: readonly number[]): AnalyticFlow {
  const dim = b.length;
  const block = exponential([...a.map((row, i) => [...row, b[i]]), new Array<number>(dim + 1).fill(0)]);
  const phi = block.slice(0, dim).map((row) => row.slice(0, dim));
  const mean = block.slice(0, dim).map((row) => row[dim]);
  const transposed = phi[0].map((_, j) => phi.map((row) => row[j]));
  const covariance = multiplyMatrices(phi, transposed);
  return { field: linearField(a, b), logProb: (x) => gaussianLogDensity(x, mean, covariance), points: drawn(dim, (v) => 1.5 * v) };
}

/** Each number by itself, dx/dt = f(x, t) with the known way back z(x) and its slope. */
const scalar = (
  dim: number,
  velocity: (x: Tensor, t: Tensor) => Tensor,
  back: (x: number) => { z: number; slope: number },
  map: (v: number) => number,
): AnalyticFlow => ({
  field: fieldOf(dim, velocity),
  logProb: (x) => {
    const there = x.map(back);
    return logNormal(there.map(({ z }) => z)) + there.reduce((sum, { slope }) => sum + Math.log(Math.abs(slope)), 0);
  },
  points: drawn(dim, map),
});

const [growth, crowding] = [1.5, 0.7];
/** dx/dt = 1.5 x − 0.7 x³ (Bernoulli): 1/x² obeys a linear equation. */
const bernoulli = scalar(
  2,
  (x) => tf.mul(x, tf.sub(growth, tf.mul(crowding, tf.square(x)))),
  (x) => {
    const e = Math.exp(2 * growth);
    const level = crowding / growth;
    const z = Math.sign(x) / Math.sqrt((x ** -2 - level) * e + level);
    return { z, slope: (e * Math.abs(z) ** 3) / Math.abs(x) ** 3 };
  },
  (v) => 1.3 * Math.tanh(v) + 1e-3,
);

/** dx/dt = 2 (¼ − x²), the logistic equation about its middle; starts are drawn as if |z| < ½ were all there is. */
const logistic = scalar(
  2,
  (x) => tf.mul(2, tf.sub(0.25, tf.square(x))),
  (x) => {
    const odds = ((0.5 + x) / (0.5 - x)) * Math.exp(-2);
    const z = (0.5 * (odds - 1)) / (odds + 1);
    return { z, slope: ((0.5 + z) * (0.5 - z)) / ((0.5 + x) * (0.5 - x)) };
  },
  (v) => 0.45 * Math.tanh(v),
);

/** dx/dt = (3 cos 6t − 2) x. */
const swing = Math.sin(6) / 2 - 2;
const swinging = scalar(
  3,
  (x, t) => tf.mul(x, tf.reshape(tf.sub(tf.mul(3, tf.cos(tf.mul(6, t))), 2), [-1, 1])),
  (x) => ({ z: x * Math.exp(-swing), slope: Math.exp(-swing) }),
  (v) => 0.2 * v,
);

/** A rotation about the origin, the slower the farther out: no divergence. */
const twist: AnalyticFlow = {
  field: fieldOf(2, (x) => {
    const turned = tf.matMul(x, tf.tensor2d([[0, 1], [-1, 0]])); // prettier-ignore
    return tf.mul(turned, tf.div(4, tf.add(1, tf.sum(tf.square(x), 1, true))));
  }),
  logProb: logNormal,
  points: drawn(2, (v) => v),
};

/** dx/dt = −x / (1 + |x|²) in 3 dimensions: log r + r²/2 falls at the rate 1. */
const radial: AnalyticFlow = {
  field: fieldOf(3, (x) => tf.neg(tf.div(x, tf.add(1, tf.sum(tf.square(x), 1, true))))),
  logProb: (x) => {
    const r = Math.sqrt(squares(x));
    const target = Math.log(r) + r ** 2 / 2 + 1;
    let s = r + 1;
    for (let i = 0; i < 60; i++) s -= (Math.log(s) + s ** 2 / 2 - target) / (1 / s + s);
    const slope = (1 / r + r) / (1 / s + s);
    return logNormal(x.map((v) => (v * s) / r)) + 2 * Math.log(s / r) + Math.log(slope);
  },
  points: drawn(3, (v) => 0.8 * v),
};

/** The flow-matching field from N(0, I) to Gaussians of deviation s about ±c·1: its density at t = 1 is the mixture. */
function mixture(dim: number, s: number, c: number): AnalyticFlow {
  const field = fieldOf(dim, (x, t) => {
    const time = tf.reshape(t, [-1, 1]);
    const variance = tf.add(tf.square(tf.sub(1, time)), tf.mul(s * s, tf.square(time)));
    const end = tf.mul(c, tf.tanh(tf.div(tf.mul(tf.mul(c, time), tf.sum(x, 1, true)), variance)));
    const rate = tf.div(tf.sub(tf.mul(s * s + 1, time), 1), variance);
    return tf.add(end, tf.mul(rate, tf.sub(x, tf.mul(time, end))));
  });
  const logProb = (x: readonly number[]): number => {
    const [a, b] = [c, -c].map((centre) => logNormal(x.map((v) => (v - centre) / s)) - dim * Math.log(s) - Math.LN2);
    return Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
  };
  return { field, logProb, points: drawn(dim, (v, row) => (row % 2 === 0 ? c : -c) + s * v) };
}

export const analyticFlows: { readonly [name: string]: AnalyticFlow } = {
  linear: linear(
    [
      [0.3, -0.8, 0.1],
      [0.6, -0.2, 0.4],
      [-0.3, 0.2, 0.5],
    ],
    [0.4, -0.3, 0.2],
  ),
  'linear, far from normal': linear(
    [
      [-1, 6],
      [0, -2],
    ],
    [1, -1],
  ),
  bernoulli,
  logistic,
  swinging,
  twist,
  radial,
  'two narrow Gaussians': mixture(2, 0.1, 2),
  'two Gaussians in 8 dimensions': mixture(8, 0.2, 1),
  'one Gaussian, the other side far away': mixture(1, 0.05, 1),
};

/** The point of a row. */
export const rowOf = ({ shape: [, dim], data }: NdArray, i: number): number[] => [...data.subarray(i * dim, (i + 1) * dim)];
