import type { ParameterTensors, Parameters } from '../field/field.js';
import { type Key, split } from '../random/index.js';
import { tf, type Tensor } from '../tensor/index.js';
import type { Activation } from './activations.js';
import { attention, initAttention, initRelativeBias, relativeBias } from './attention.js';
import { dense, denseDual, initDense } from './dense.js';
import { activate, type Dual, plus, sum, times } from './dual.js';

/** What a transformer's blocks are made of. */
export interface BlockSettings {
  /** Width of a token. */
  readonly model: number;
  readonly heads: number;
  /** Width of the hidden layer as a multiple of `model`. */
  readonly expansion: number;
  readonly activation: Activation;
  /** The norm before attention and net, without learned scale. */
  readonly norm: (x: Dual) => Dual;
  /** Whether the side input also gates what attention and net add (adaLN-Zero, Peebles and Xie 2023). */
  readonly gates: boolean;
  /** Adds a learned score for each head and distance to the attention, for sequences of so many tokens. */
  readonly distances?: number;
}

/** Weights of `modulatedNorm`: a scale of 1 and a shift of 0 whatever the side input. */
export const initModulation = (key: Key, name: string, model: number): Parameters => ({
  ...initDense(key, `${name}/scale`, model, model, { gain: 0 }),
  ...initDense(key, `${name}/shift`, model, model, { gain: 0 }),
});

/** norm(x)·(1 + scale) + shift, with scale and shift for all tokens made from the side input, [1 or batch, model]. */
export function modulatedNorm(parameters: ParameterTensors, name: string, x: Dual, side: Tensor, norm: (x: Dual) => Dual): Dual {
  const [scale, shift] = ['scale', 'shift'].map((part) => tf.expandDims(dense(parameters, `${name}/${part}`, side), 1));
  return plus(times(norm(x), tf.add(scale, 1)), shift);
}

/** Weights of `transformerBlock`, which starts as the identity: by gates that are 0, or by last layers that are. */
export function initTransformerBlock(key: Key, name: string, { model, heads, expansion, gates, distances }: BlockSettings): Parameters {
  const at = (part: string): Key => split(key, `${name}/${part}`);
  const gain = gates ? 1 : 0;
  const gate = (part: string): Parameters => (gates ? initDense(at(part), `${name}/${part}/gate`, model, model, { gain: 0 }) : {});
  return {
    ...initModulation(at('attention/norm'), `${name}/attention/norm`, model),
    ...initAttention(at('attention'), `${name}/attention`, model, gain),
    ...gate('attention'),
    ...(distances === undefined ? {} : initRelativeBias(`${name}/attention/distance`, heads, distances)),
    ...initModulation(at('net/norm'), `${name}/net/norm`, model),
    ...initDense(at('net'), `${name}/net/in`, model, expansion * model),
    ...initDense(at('net'), `${name}/net/out`, expansion * model, model, { gain }),
    ...gate('net'),
  };
}

/**
 * A pre-norm block (Xiong et al. 2020) of attention and a two-layer net over tokens, [batch, tokens, model] → the same, each
 * norm scaled and shifted by the side input (FiLM, Perez et al. 2018; adaptive norm, Peebles and Xie 2023).
 */
export function transformerBlock(parameters: ParameterTensors, name: string, x: Dual, side: Tensor, settings: BlockSettings): Dual {
  const { heads, activation, norm, gates } = settings;
  const normed = (part: string, h: Dual): Dual => modulatedNorm(parameters, `${name}/${part}/norm`, h, side, norm);
  const gated = (part: string, h: Dual): Dual => (gates ? times(h, tf.expandDims(dense(parameters, `${name}/${part}/gate`, side), 1)) : h);
  const table = parameters[`${name}/attention/distance`];
  const bias = table && relativeBias(table, x.value.shape[1]!);
  const read = sum(x, gated('attention', attention(parameters, `${name}/attention`, normed('attention', x), heads, bias)));
  const hidden = activate(denseDual(parameters, `${name}/net/in`, normed('net', read)), activation);
  return sum(read, gated('net', denseDual(parameters, `${name}/net/out`, hidden)));
}
