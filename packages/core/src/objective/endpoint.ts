import type { NdArray } from '@advect/base/array';
import type { EndpointField } from '../field/endpoint.js';
import type { Flow } from '../flow/flow.js';
import { AdvectError } from '@advect/base/errors';
import { number, readOptions } from '@advect/base/options';
import { type Key, normals, split } from '../random/index.js';
import { logSoftmax, tf } from '../tensor/index.js';
import type { Batch, Objective } from './objective.js';
import { inputOf, type RowLoss, rowObjective, type RowProblem } from './row-loss.js';
import { logitNormals, someAtStart } from './times.js';

/** Options of `endpointMatching`. */
export interface EndpointMatchingOptions {
  /** Centre and spread of the times: t = sigmoid(N(mean, spread²)). Default 0 and 1. */
  readonly timeMean?: number;
  readonly timeSpread?: number;
  /**
   * Share of the rows whose time is 0 instead, where x_t is noise alone and only the condition tells anything. The times above
   * hardly come near 0; what a condition says by itself, as when one slot is asked for given the rest, is learned there.
   * Default 0.
   */
  readonly atStart?: number;
}

/**
 * Learns an endpoint field (`endpointField`) by cross-entropy: the mean over slots of −log p(code | x_t, t) in nats, where
 * x_t = (1 − t)·x0 + t·(e + σ·ε). It is the upper bound of the variational flow-matching objective; its minimum is the
 * entropy of a code given x_t, averaged over the times. The codes of a batch are found again as the nearest in the
 * codebook, so data may come with or without the σ noise; the noise is drawn afresh. Throws `unsupported` for other
 * fields, and for other bases than the standard normal.
 *
 * References: Eijkelboom et al. (2024), "Variational flow matching for graph generation"; Esser et al. (2024), eq. 19, for the times.
 */
export function endpointMatching(options?: EndpointMatchingOptions): Objective {
  const { timeMean, timeSpread, atStart } = readOptions<Required<EndpointMatchingOptions>>('endpointMatching', options, {
    timeMean: number({ default: 0, min: -10, max: 10 }),
    timeSpread: number({ default: 1, min: 0, max: 10 }),
    atStart: number({ default: 0, min: 0, max: 1 }),
  });
  const pose = (flow: Flow, batch: Batch, key: Key): RowProblem => {
    const field = requireEndpoint(flow);
    if (batch.x0) {
      throw new AdvectError('unsupported', 'endpointMatching draws noise of its own', 'Give the samples alone, without x0.');
    }
    const count = batch.x.shape[0];
    const t = someAtStart(logitNormals(split(key, 'time'), count, timeMean, timeSpread), atStart, split(key, 'start'));
    const x0 = flow.base.sample(count, split(key, 'base'), field.event, 0);
    const codes = nearestCodes(field, batch.x);
    const rows = { ...blur(field, codes, x0, t, split(key, 'sigma')), t: { shape: [count], data: t }, condition: batch.condition };
    return { loss: crossEntropy(field), rows, scale: 1 / (count * field.slots) };
  };
  return rowObjective('endpoint-matching', pose);
}

/** Σ over slots of −log p(code) at x_t, in nats, of each row; `target` holds the codes one-hot, [rows, slots, K]. */
export const crossEntropy = (field: EndpointField): RowLoss => ({
  name: 'endpoint',
  loss: (parameters, rows) => tf.neg(tf.sum(tf.mul(logSoftmax(field.logits(parameters, inputOf(rows))), rows.target), [1, 2])),
});

/** The number of the nearest code in each slot, row by row. */
export function nearestCodes(field: Pick<EndpointField, 'codebook'>, x: NdArray): Int32Array {
  const width = field.codebook[0].length;
  const codes = new Int32Array(x.data.length / width);
  for (let slot = 0; slot < codes.length; slot++) {
    let nearest = Infinity;
    field.codebook.forEach((code, k) => {
      let distance = 0;
      for (let d = 0; d < width; d++) distance += (x.data[slot * width + d] - code[d]) ** 2;
      if (distance < nearest) {
        nearest = distance;
        codes[slot] = k;
      }
    });
  }
  return codes;
}

function blur(field: EndpointField, codes: Int32Array, x0: NdArray, t: Float32Array, key: Key): { xt: NdArray; target: NdArray } {
  const { codebook, sigma, slots } = field;
  const width = codebook[0].length;
  const noise = normals(key, x0.data.length);
  const xt = new Float32Array(x0.data.length);
  const target = new Float32Array(codes.length * codebook.length);
  codes.forEach((code, slot) => {
    const s = t[Math.floor(slot / slots)];
    target[slot * codebook.length + code] = 1;
    for (let d = 0; d < width; d++) {
      const i = slot * width + d;
      xt[i] = (1 - s) * x0.data[i] + s * (codebook[code][d] + sigma * noise[i]);
    }
  });
  return { xt: { shape: x0.shape, data: xt }, target: { shape: [t.length, slots, codebook.length], data: target } };
}

function requireEndpoint({ field, base }: Flow): EndpointField {
  if (base.config.kind !== 'standard-normal') {
    throw new AdvectError(
      'unsupported',
      `endpointMatching cannot train a flow from the base '${base.config.kind}'`,
      'The velocity of an endpoint field belongs to standard normal noise: leave the base out.',
    );
  }
  if ('logits' in field && 'codebook' in field) return field as EndpointField;
  throw new AdvectError(
    'unsupported',
    `endpointMatching cannot train a field of kind '${field.config.kind}', which has no codes`,
    'Make the field with endpointField, or train it with flowMatching.',
  );
}
