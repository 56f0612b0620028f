import { AdvectError } from '@advect/base/errors';
import { number, oneOf, readOptions } from '@advect/base/options';
import type { AverageField } from '../field/average.js';
import type { Flow } from '../flow/flow.js';
import { type Key, split } from '../random/index.js';
import { type Tensor1D, tf } from '../tensor/index.js';
import { alongFlow, type OfSpan } from './along-flow.js';
import { couple, type CouplingName, couplingNames } from './coupling.js';
import { alongPath, noiseOf } from './flow-matching.js';
import type { Batch, Objective } from './objective.js';
import { pathOf } from './path.js';
import { inputOf, type RowLoss, rowObjective, type RowProblem } from './row-loss.js';
import { drawSpans, type SpanOptions, spanReaders } from './spans.js';

/** Options of `meanFlow`. */
export interface MeanFlowOptions extends SpanOptions {
  /** How noise and data are paired within a batch (see `flowMatching`). Default 'independent'. */
  readonly coupling?: CouplingName;
  /**
   * p of the weight (error + 0.001)^−p of each row, error its mean square: 0 is the plain mean square, 1 makes all rows
   * weigh alike, which helps where targets vary much. The weight is not differentiated. Default 0.5.
   */
  readonly power?: number;
}

/**
 * Mean flow: when samples should take one to four evaluations of the field. Trains an `averageField` on straight paths to
 * meet the identity of its mean velocity, from t for a duration d,
 *
 *     u(x, t, d) = v(x, t) + d·(d/dt) u(x, t, t₁ − t),   d/dt = v·∂ₓ + ∂ₜ − ∂_d,   t₁ = t + d,
 *
 * with v replaced by x1 − x0 and the right-hand side held fixed; rows with duration 0 are flow matching. (Time runs from
 * noise to data, so that the sign is that of r ≥ t in the paper.) The loss is the weighted mean square over samples and
 * entries; like that of flow matching it does not go to 0. Cost: that of flow matching and about three further passes of
 * the field.
 *
 * Throws `unsupported` for other fields.
 * Reference: Geng et al. (2025), "Mean flows for one-step generative modeling", eq. 6–11 and §4.3.
 */
export function meanFlow(options?: MeanFlowOptions): Objective {
  const { coupling, power, ...spans } = readOptions<Required<MeanFlowOptions>>('meanFlow', options, {
    coupling: oneOf(couplingNames, 'independent'),
    ...spanReaders,
    power: number({ default: 0.5, min: 0, max: 2 }),
  });
  const pose = (flow: Flow, batch: Batch, key: Key): RowProblem => {
    const { x, condition } = batch;
    const rows = x.shape[0];
    let assigned = 0;
    const onAssigned = (paired: number): void => void (assigned += paired);
    const pairs = { name: coupling, key: split(key, 'plan'), onAssigned, ...(condition && { condition }) };
    const x0 = noiseOf(batch, coupling) ?? couple(pairs, flow.base.sample(rows, split(key, 'base'), x.shape.slice(1), 0), x);
    const { t, duration } = drawSpans(spans, rows, key);
    const { xt, target } = alongPath(pathOf('straight', 0), x0, x, t.data, split(key, 'sigma'));
    return {
      loss: meanFlowLoss(requireAverage(flow.field), power),
      rows: { xt, velocity: target, t, duration, condition },
      scale: 1 / x.data.length,
      ...(coupling === 'sinkhorn' && { metrics: { assigned: assigned / rows } }),
    };
  };
  return rowObjective('mean-flow', pose);
}

/** The weighted squared error of each row against the identity's right-hand side. */
export const meanFlowLoss = (field: AverageField, power: number): RowLoss => ({
  name: `mean-flow ${power}`,
  fixed(parameters, rows) {
    const each = [-1, ...field.event.map(() => 1)];
    const mean: OfSpan = (at, duration) => field.average(parameters, at, duration);
    const slope = alongFlow(mean, inputOf(rows), rows.duration as Tensor1D, rows.velocity);
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

function requireAverage(field: Flow['field']): AverageField {
  if ('average' in field) return field as AverageField;
  throw new AdvectError(
    'unsupported',
    `meanFlow cannot train a field of kind '${field.config.kind}', which knows no mean velocities`,
    'Make the field with averageField, or train it with flowMatching.',
  );
}
