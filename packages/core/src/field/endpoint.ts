import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { Network } from '../nn/network.js';
import { number, oneOf, readOptions, value } from '@advect/base/options';
import { type Tensor, tf } from '../tensor/index.js';
import type { FieldInput, ParameterTensors, VelocityField } from './field.js';

/** What an endpoint field is made of. */
export interface EndpointFieldOptions {
  /**
   * Gives the logits: [batch, ...outer, slots · K]. It reads the state, [batch, ...outer, slots · D], or with evidence
   * 'logits+input' the state and behind it the probabilities by the evidence alone, [batch, ...outer, slots · (D + K)].
   */
  readonly network: Network;
  /** The K codes, each of D numbers. */
  readonly codebook: readonly (readonly number[])[];
  /** Standard deviation of the noise around a code, above 0. Default 0.1. */
  readonly sigma?: number;
  /**
   * 'none': the network's output is the whole posterior. 'logits' (default): log N(x; t·e, s²) of each slot by itself is
   * added to it, so that the network only learns what the *other* slots say, and a constant output is the exact posterior
   * of independent slots. 'logits+input': the network also sees those probabilities.
   */
  readonly evidence?: Evidence;
}

/** How the evidence of a slot by itself enters its posterior; see `EndpointFieldOptions`. */
export type Evidence = 'none' | 'logits' | 'logits+input';

/** A velocity field that is known by the posterior of its endpoint. */
export interface EndpointField extends VelocityField {
  readonly codebook: readonly (readonly number[])[];
  readonly sigma: number;
  /** Number of slots in one sample; each holds one code. */
  readonly slots: number;
  /** Log-probabilities, up to a constant, that each slot ends at each code: [batch, slots, K]. Runs inside a tidy. */
  logits(parameters: ParameterTensors, input: FieldInput): Tensor;
}

/**
 * The flow to discrete data written as points: an event is a row of slots, and each slot holds one of K codes e ∈ R^D,
 * blurred by a little noise so that it has a density.
 *
 * With x0 ~ N(0, I), x1 = e + σ·ε and x_t = (1 − t)·x0 + t·x1, given e all three are jointly Gaussian:
 * x_t ~ N(t·e, s²) with s² = (1 − t)² + t²σ², and Cov(x1 − x0, x_t) = tσ² − (1 − t). The conditional velocity is therefore
 *
 *     u(x | e) = E[x1 − x0 | x_t = x, e] = e + a(t)·(x − t·e),   a(t) = (tσ² − (1 − t)) / s²,
 *
 * which is linear in e. Averaged over the posterior of e it is the velocity of the marginal flow,
 *
 *     u(x, t) = ê + a(t)·(x − t·ê),   ê = Σₖ p(eₖ | x, t)·eₖ:
 *
 * an ordinary velocity field, smooth on all of [0, 1] (a(1) = 1), which needs no more than a classifier.
 * With σ → 0 it is (ê − x)/(1 − t), singular at t = 1.
 *
 * References: Eijkelboom et al. (2024), "Variational flow matching for graph generation", for σ = 0; Lipman et
 * al. (2023), theorem 1, for the average over the posterior.
 */
export function endpointField(options: EndpointFieldOptions): EndpointField {
  const { network, codebook, sigma, evidence } = readOptions<Required<EndpointFieldOptions>>('endpointField', options, {
    network: value((v) => typeof v === 'object' && v !== null && 'apply' in v, 'a network'),
    codebook: value(isCodebook, 'at least two codes of equally many numbers'),
    sigma: number({ default: 0.1, min: 1e-3, max: 10 }),
    evidence: oneOf(['none', 'logits', 'logits+input'], 'logits'),
  });
  const size = codebook.length;
  const width = codebook[0].length;
  const outer = network.inputShape.slice(0, -1);
  const columns = evidence === 'logits+input' ? width + size : width;
  const lanes = (network.inputShape.at(-1) ?? 0) / columns;
  const expected = [...outer, lanes * size];
  if (!Number.isInteger(lanes) || lanes < 1 || String(network.outputShape) !== String(expected)) {
    throw new AdvectError(
      'invalid-shape',
      `endpointField: the network maps [${network.inputShape.join(', ')}] to [${network.outputShape.join(', ')}], which does not fit ${size} codes of ${width} numbers`,
      `For n slots in a row it must read ${columns}·n numbers and give ${size}·n.`,
    );
  }
  const event = [...outer, lanes * width];
  const slots = sizeOf(outer) * lanes;
  const squares = codebook.map((code) => code.reduce((sum, e) => sum + e * e, 0));

  /** (t·x·e − t²|e|²/2) / s² for every slot and code, [batch, slots, K]: log N(x; t·e, s²) without what all codes share. */
  const evidenceOf = (x: Tensor, t: Tensor): Tensor => {
    const overlap = tf.matMul(tf.reshape(x, [-1, width]), tf.tensor2d(codebook as number[][]), false, true);
    const mean = tf.sub(tf.reshape(overlap, [-1, slots, size]), tf.mul(tf.mul(t, 0.5), tf.tensor1d(squares)));
    return tf.mul(tf.div(t, variance(t)), mean);
  };
  /** s² = (1 − t)² + t²σ² */
  const variance = (t: Tensor): Tensor => tf.add(tf.square(tf.sub(1, t)), tf.mul(tf.square(t), sigma ** 2));

  const logits = (parameters: ParameterTensors, input: FieldInput): Tensor => {
    const batch = input.x.shape[0];
    if (evidence === 'none') return tf.reshape(network.apply(parameters, input), [batch, slots, size]);
    const seen = evidenceOf(input.x, tf.reshape(input.t, [-1, 1, 1]));
    const x =
      evidence === 'logits'
        ? input.x
        : tf.concat([input.x, tf.reshape(tf.softmax(seen), [batch, ...outer, lanes * size])], input.x.rank - 1);
    return tf.add(seen, tf.reshape(network.apply(parameters, { ...input, x }), [batch, slots, size]));
  };

  return {
    config: { kind: 'endpoint', network: network.config, codebook: codebook.map((code) => [...code]), sigma, evidence },
    event,
    conditionDim: network.conditionDim,
    codebook,
    sigma,
    slots,
    logits,
    init: (key) => network.init(key),
    velocity: (parameters, input) => {
      const posterior = tf.softmax(logits(parameters, input));
      const end = tf.reshape(tf.matMul(tf.reshape(posterior, [-1, size]), tf.tensor2d(codebook as number[][])), input.x.shape);
      const t = tf.reshape(input.t, [-1, ...event.map(() => 1)]);
      const a = tf.div(tf.sub(tf.mul(t, sigma ** 2 + 1), 1), variance(t));
      return tf.add(end, tf.mul(a, tf.sub(input.x, tf.mul(t, end))));
    },
  };
}

const isCodebook = (v: unknown): boolean =>
  Array.isArray(v) &&
  v.length >= 2 &&
  Array.isArray(v[0]) &&
  v[0].length >= 1 &&
  v.every((code) => Array.isArray(code) && code.length === v[0].length && code.every((e) => Number.isFinite(e)));
