import { AdvectError } from '@advect/base/errors';
import { oneOf, readOptions } from '@advect/base/options';
import { type AverageField, hasMeanDivergence } from '../field/average.js';
import { chooseTrace } from '../flow/divergence-choice.js';
import { directionsOf, type Trace, velocityAndDivergence } from '../flow/divergence.js';
import type { DivergenceOptions, Flow } from '../flow/flow.js';
import { type Key, rademachers, split } from '../random/index.js';
import { type Tensor1D, tf } from '../tensor/index.js';
import { alongFlow } from './along-flow.js';
import { alongPath } from './flow-matching.js';
import type { Batch, Objective } from './objective.js';
import { pathOf } from './path.js';
import { inputOf, type RowLoss, rowObjective, type RowProblem } from './row-loss.js';
import { drawSpans, type SpanOptions, spanReaders } from './spans.js';

/** Options of `meanDivergence`. */
export interface MeanDivergenceOptions extends SpanOptions {
  /** How the divergence of the velocity is taken: exactly, which is the default up to 64 dimensions, or by one Rademacher probe. */
  readonly divergence?: Extract<DivergenceOptions['divergence'], 'auto' | 'exact' | 'rademacher'>;
}

/**
 * Mean divergence: when a log-density should take a few evaluations too. Trains the divergence head of an `averageField` that
 * `meanFlow` has trained, and nothing else: its other weights have no gradient. The head D(x, t, d), the mean of the
 * divergence on the flow's way from x at t for a duration d, obeys the same identity as the mean velocity,
 *
 *     D(x, t, d) = div v(x, t) + d·(d/dt) D(x, t, t₁ − t),
 *
 * here with v = u(x, t, 0), the flow's own velocity, so that it is the density of `flow.logProb` that is learned. The loss is
 * the mean square over samples, divided by the dimension; with an exact divergence its least value is 0.
 *
 * Throws `unsupported` for other fields.
 * Reference: Ai et al. (2025), "Joint distillation for fast likelihood evaluation and sampling in flow-based models" (F2D2),
 * the mean-flow variant, with the two parts trained one after the other and a net of its own for the divergence.
 */
export function meanDivergence(options?: MeanDivergenceOptions): Objective {
  const o = readOptions<Required<MeanDivergenceOptions>>('meanDivergence', options, {
    ...spanReaders,
    divergence: oneOf(['auto', 'exact', 'rademacher'], 'auto'),
  });
  const pose = (flow: Flow, { x, condition, ...rest }: Batch, key: Key): RowProblem => {
    const field = requireHead(flow.field);
    const trace = chooseTrace({ divergence: o.divergence, probes: 1 }, field);
    const rows = x.shape[0];
    const x0 = rest.x0 ?? flow.base.sample(rows, split(key, 'base'), x.shape.slice(1), 0);
    const { t, duration } = drawSpans(o, rows, key);
    const { xt } = alongPath(pathOf('straight', 0), x0, x, t.data, split(key, 'sigma'));
    const probe = 'probes' in trace ? { shape: x.shape, data: rademachers(split(key, 'probe'), x.data.length) } : undefined;
    return { loss: meanDivergenceLoss(field, trace), rows: { xt, t, duration, condition, probe }, scale: 1 / x.data.length };
  };
  return rowObjective('mean-divergence', pose);
}

/** The squared error of each row against the identity's right-hand side. */
export const meanDivergenceLoss = (field: WithHead, trace: Trace): RowLoss => ({
  name: `mean-divergence ${trace.kind}`,
  fixed(parameters, rows) {
    const [input, duration] = [inputOf(rows), rows.duration as Tensor1D];
    const directions = directionsOf(trace, field.event, rows.probe && tf.expandDims(rows.probe, 0));
    const { u, divergence } = velocityAndDivergence(field, parameters, input, directions, trace);
    const slope = alongFlow((at, d) => field.meanDivergence(parameters, at, d), input, duration, u);
    return { target: tf.add(tf.reshape(divergence, [-1]), tf.mul(duration, slope)) };
  },
  loss: (parameters, rows) => tf.square(tf.sub(field.meanDivergence(parameters, inputOf(rows), rows.duration as Tensor1D), rows.target)),
});

type WithHead = AverageField & Required<Pick<AverageField, 'meanDivergence'>>;

function requireHead(field: Flow['field']): WithHead {
  if (hasMeanDivergence(field)) return field;
  throw new AdvectError(
    'unsupported',
    `meanDivergence cannot train a field of kind '${field.config.kind}' without a divergence head`,
    'Make the field with averageField({ field, divergence }).',
  );
}
