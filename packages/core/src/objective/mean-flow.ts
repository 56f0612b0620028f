import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { number, oneOf, readOptions } from '@advect/base/options';
import type { AverageField } from '../field/average.js';
import type { FieldInput, ParameterTensors } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import { type Key, split, uniforms } from '../random/index.js';
import { type Scalar, type Tensor, type Tensor1D, type Tensor2D, tf, valueAndGradients } from '../tensor/index.js';
import { couple, type CouplingName, couplingNames } from './coupling.js';
import { alongPath, noiseOf } from './flow-matching.js';
import type { Batch, Objective } from './objective.js';
import { pathOf } from './path.js';
import { type RowLoss, rowObjective, type RowProblem } from './row-loss.js';
import { drawTimes, type TimeDistribution } from './times.js';

/** Options of `meanFlow`. */
export interface MeanFlowOptions {
  /** How noise and data are paired within a batch (see `flowMatching`). Default 'independent'. */
  readonly coupling: CouplingName;
  /** How the two times of a row are drawn; the earlier one is where it starts. Default 'uniform'. */
  readonly time: TimeDistribution;
  /** Share of rows with duration 0, which is flow matching. Default 0.5. */
  readonly instant: number;
  /**
   * p of the weight (error + 0.001)^−p of each row, error its mean square: 0 is the plain mean square, 1 makes all rows
   * weigh alike, which helps where targets vary much. The weight is not differentiated. Default 0.5.
   */
  readonly power: number;
}

/**
 * Mean flow: when samples should take one to four evaluations of the field. Trains an `averageField` on straight paths to
 * meet the identity of its mean velocity, from t for a duration d,
 *
 *     u(x, t, d) = v(x, t) + d·(d/dt) u(x, t, t₁ − t),   d/dt = v·∂ₓ + ∂ₜ − ∂_d,   t₁ = t + d,
 *
 * with v replaced by x1 − x0 and the right-hand side held fixed. (Time runs from noise to data, so that the sign is that
 * of r ≥ t in the paper.) The loss is the weighted mean square over samples and entries; like that of flow matching it
 * does not go to 0. Cost: that of flow matching and about three further passes of the field.
 *
 * Throws `unsupported` for other fields.
 * Reference: Geng et al. (2025), "Mean flows for one-step generative modeling", eq. 6–11 and §4.3.
 */
export function meanFlow(options?: Partial<MeanFlowOptions>): Objective {
  const { coupling, time, instant, power } = readOptions<MeanFlowOptions>('meanFlow', options, {
    coupling: oneOf(couplingNames, 'independent'),
    time: oneOf(['uniform', 'logit-normal'], 'uniform'),
    instant: number({ default: 0.5, min: 0, max: 1 }),
    power: number({ default: 0.5, min: 0, max: 2 }),
  });
  const pose = (flow: Flow, batch: Batch, key: Key): RowProblem => {
    const { x, condition } = batch;
    const rows = x.shape[0];
    const pairs = { name: coupling, key: split(key, 'plan'), ...(condition && { condition }) };
    const x0 = noiseOf(batch, coupling) ?? couple(pairs, flow.base.sample(split(key, 'base'), rows, x.shape.slice(1), 0), x);
    const { t, duration } = drawSpans(time, instant, rows, key);
    const { xt, target } = alongPath(pathOf('straight', 0), x0, x, t.data, split(key, 'sigma'));
    return {
      loss: meanFlowLoss(requireAverage(flow.field), power),
      rows: { xt, velocity: target, t, duration, condition },
      scale: 1 / x.data.length,
    };
  };
  return rowObjective('mean-flow', pose);
}

function drawSpans(time: TimeDistribution, instant: number, rows: number, key: Key): { t: NdArray; duration: NdArray } {
  const [a, b] = ['from', 'to'].map((end) => drawTimes(time, [0, 1], rows, split(key, end)));
  const still = uniforms(split(key, 'instant'), rows).map((v) => Number(v < instant));
  const t = a.map((v, i) => (still[i] ? v : Math.min(v, b[i])));
  return { t: { shape: [rows], data: t }, duration: { shape: [rows], data: t.map((v, i) => (still[i] ? 0 : Math.max(a[i], b[i]) - v)) } };
}

type Rows = { readonly [name: string]: Tensor };

const inputOf = ({ xt, t, condition }: Rows): FieldInput => ({
  x: xt,
  t: t as Tensor1D,
  ...(condition && { condition: condition as Tensor2D }),
});

/** The weighted squared error of each row against the identity's right-hand side. */
export const meanFlowLoss = (field: AverageField, power: number): RowLoss => ({
  name: `mean-flow ${power}`,
  fixed(parameters, rows) {
    const each = [-1, ...field.event.map(() => 1)];
    const slope = alongFlow(field, parameters, inputOf(rows), rows.duration as Tensor1D, rows.velocity);
    const target = tf.add(rows.velocity, tf.mul(tf.reshape(rows.duration, each), slope));
    const error = tf.sub(field.average(parameters, inputOf(rows), rows.duration as Tensor1D), target);
    const meanSquare = tf.mean(tf.reshape(tf.square(error), [rows.xt.shape[0], -1]), 1);
    return { target, weight: tf.pow(tf.add(meanSquare, 1e-3), -power) };
  },
  loss(parameters, rows) {
    const u = field.average(parameters, inputOf(rows), rows.duration as Tensor1D);
    return tf.mul(rows.weight, tf.sum(tf.reshape(tf.square(tf.sub(u, rows.target)), [rows.xt.shape[0], -1]), 1));
  },
});

/**
 * d/dt of u(x, t, t₁ − t) along a velocity v: J·(v, 1, −1), as the derivative by w of wᵀJ·(v, 1, −1), which is linear in w.
 * Works for every field.
 */
export function alongFlow(
  field: AverageField,
  parameters: ParameterTensors,
  { x, t, condition }: FieldInput,
  duration: Tensor1D,
  velocity: Tensor,
): Tensor {
  const { gradients } = valueAndGradients(
    ({ w }) => {
      const pulled = valueAndGradients(
        (at) => tf.sum<Scalar>(tf.mul(field.average(parameters, { x: at.x, t: at.t as Tensor1D, condition }, at.duration as Tensor1D), w)),
        { x, t, duration },
      ).gradients;
      return tf.add<Scalar>(tf.sum(tf.mul(pulled.x, velocity)), tf.sum(tf.sub(pulled.t, pulled.duration)));
    },
    { w: tf.zerosLike(x) },
  );
  return gradients.w;
}

function requireAverage(field: Flow['field']): AverageField {
  if ('average' in field) return field as AverageField;
  throw new AdvectError(
    'unsupported',
    `meanFlow cannot train a field of kind '${field.config.kind}', which knows no mean velocities`,
    'Make the field with averageField, or train it with flowMatching.',
  );
}
