import { sizeOf, type NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { type ActivationName, activationNames, activations } from '../nn/activations.js';
import { spend } from '../nn/budget.js';
import { dense, denseDual, initDense, multiply } from '../nn/dense.js';
import { type Dual, linear, plus } from '../nn/dual.js';
import type { Network } from '../nn/network.js';
import { rmsNorm } from '../nn/norm.js';
import { sideInput, timeFeatureCount } from '../nn/time-features.js';
import { initModulation, initTransformerBlock, modulatedNorm, transformerBlock } from '../nn/transformer-block.js';
import { boolean, integer, oneOf, optional, readOptions } from '@advect/base/options';
import { type Key, normals, split } from '../random/index.js';
import { tf, type Tensor, type Tensor2D } from '../tensor/index.js';
import { checkInput, definedOnly, dimensions } from './check.js';
import { type DualFunction, differentiable } from './differentiable.js';
import type { FieldInput, ParameterTensors, Parameters, VelocityField } from './field.js';
import { type StartSettings, startSettings } from './settings.js';

/** The settings that `transformerNetwork` and the field `transformer` share. */
export interface TransformerSettings extends StartSettings {
  /** Width of a token inside the network. Default 128. */
  readonly model?: number;
  /** Number of blocks. Default 4. */
  readonly layers?: number;
  /** Attention heads, a divisor of `model`. Default 4. */
  readonly heads?: number;
  /** Width of a block's hidden layer as a multiple of `model`. Default 4. */
  readonly expansion?: number;
  /** Default `swish`. */
  readonly activation?: ActivationName;
  /** Octaves of sines and cosines of time (see `timeFeatures`). Default 4. */
  readonly octaves?: number;
  /** Width of the condition. Default 0, none. */
  readonly conditionDim?: number;
  /**
   * Numbers of the condition that belong to each token: the first tokens · n of the condition, token by token, are added to
   * the tokens by a layer of their own; what is left goes to all of them as usual. Zeros say that nothing is known. Default 0.
   */
  readonly tokenCondition?: number;
  /** Adds a learned embedding of the position modulo `period`: the place in a bar, the column of a picture. Default none. */
  readonly period?: number;
  /** Adds a learned score for each head and distance to the attention. Default true. */
  readonly relativePositions?: boolean;
}

/** What `transformerNetwork` is made of. */
export interface TransformerNetworkOptions extends TransformerSettings {
  /** [tokens, width] of one input. */
  readonly input: readonly [number, number];
  /** [tokens, ...] of one output: each token's share is read off that token. */
  readonly output: readonly number[];
}

/** What the field `transformer` is made of. */
export interface TransformerOptions extends TransformerSettings {
  /** [tokens, width] of one sample. */
  readonly event: readonly [number, number];
}

type Settings = Required<Omit<TransformerSettings, 'period' | 'tokenCondition'>> & Pick<TransformerSettings, 'period' | 'tokenCondition'>;

const readers = {
  model: integer({ default: 128, min: 1 }),
  layers: integer({ default: 4, min: 1 }),
  heads: integer({ default: 4, min: 1 }),
  expansion: integer({ default: 4, min: 1 }),
  activation: oneOf(activationNames, 'swish'),
  octaves: integer({ default: 4, min: 0, max: 16 }),
  conditionDim: integer({ default: 0, min: 0 }),
  tokenCondition: optional(integer({ min: 1 })),
  period: optional(integer({ min: 1 })),
  relativePositions: boolean(true),
  ...startSettings,
};

/**
 * A transformer over tokens, [batch, tokens, width] → [batch, ...output]: pre-norm blocks (Xiong et al. 2020) of
 * attention and a two-layer net, each norm scaled and shifted by time and condition (FiLM, Perez et al. 2018; adaptive
 * norm as in Peebles and Xie 2023), learned positions. Every block starts as the identity.
 *
 * @throws AdvectError `unknown-option` or `invalid-option`
 */
export function transformerNetwork(options: TransformerNetworkOptions): Network {
  const read = readOptions<Settings & Pick<TransformerNetworkOptions, 'input' | 'output'>>('transformerNetwork', options, {
    ...readers,
    input: dimensions(2) as () => readonly [number, number],
    output: dimensions(),
  });
  const { input, output, ...settings } = read;
  checkSettings('transformerNetwork', settings, input, output);
  return build('transformerNetwork', settings, input, output).network;
}

/** A velocity field of token sequences: `transformerNetwork` with the velocity of each token as its output. */
export function transformer(options: TransformerOptions): VelocityField {
  const read = readOptions<Settings & Pick<TransformerOptions, 'event'>>('transformer', options, {
    ...readers,
    event: dimensions(2) as () => readonly [number, number],
  });
  const { event, ...settings } = read;
  checkSettings('transformer', settings, event, event);
  const { network, run } = build('transformer', settings, event, event);
  return {
    config: { kind: 'transformer', event: [...event], ...definedOnly(settings) },
    event: [...event],
    conditionDim: network.conditionDim,
    init: network.init,
    ...differentiable(run),
  };
}

function checkSettings(
  where: string,
  { model, heads, conditionDim, tokenCondition = 0 }: Settings,
  input: readonly number[],
  output: readonly number[],
): void {
  if (model % heads !== 0) {
    throw new AdvectError('invalid-option', `${where}: ${heads} heads do not divide model ${model}`, 'Choose a divisor of model.');
  }
  if (tokenCondition * input[0] > conditionDim) {
    throw new AdvectError(
      'invalid-option',
      `${where}: ${input[0]} tokens with ${tokenCondition} numbers of the condition each, in a condition of ${conditionDim}`,
      `Give a conditionDim of at least ${tokenCondition * input[0]}.`,
    );
  }
  if (output[0] !== input[0]) {
    throw new AdvectError(
      'invalid-option',
      `${where}: output begins with ${output[0]} where the ${input[0]} tokens of the input belong`,
      `Give output as [${input[0]}, ...]: each token's share of it is read off that token.`,
    );
  }
}

/** The network, and the function behind it with derivatives along tangents of its input. */
function build(
  where: string,
  settings: Settings,
  input: readonly [number, number],
  output: readonly number[],
): { readonly network: Network; readonly run: DualFunction } {
  const { model, layers, heads, expansion, octaves, conditionDim, tokenCondition = 0, period, relativePositions, lastLayer } = settings;
  const [tokens, width] = input;
  const shared = conditionDim - tokens * tokenCondition;
  const activation = activations[settings.activation];
  const sideWidth = timeFeatureCount(octaves) + shared;
  const block = { model, heads, expansion, activation, norm: rmsNorm, gates: false, ...(relativePositions && { distances: tokens }) };
  const blocks = Array.from({ length: layers }, (_, i) => `block${i}`);

  const init = (key: Key): Parameters => {
    const at = (name: string) => split(key, name);
    return Object.assign(
      {
        ...initDense(at('input'), 'input', width, model),
        position: initEmbedding(at('position'), [tokens, model]),
        ...(tokenCondition > 0 && initDense(at('own'), 'own', tokenCondition, model, { bias: false })),
        ...(period === undefined ? {} : { phase: initEmbedding(at('phase'), [period, model]) }),
        ...initDense(at('side'), 'side', sideWidth, model),
      },
      ...blocks.map((name) => initTransformerBlock(key, name, block)),
      initModulation(at('output/norm'), 'output/norm', model),
      initDense(at('output'), 'output', model, sizeOf(output) / tokens, { gain: lastLayer === 'zero' ? 0 : 1 }),
    ) as Parameters;
  };

  const run = (parameters: ParameterTensors, given: FieldInput, tangents?: Tensor): Dual => {
    checkInput(where, given, input, conditionDim);
    const [own, rest] = partsOf(given.condition, tokens, tokenCondition, shared);
    const side = activation.apply(dense(parameters, 'side', sideInput(given.t, octaves, rest, shared)));
    const placed = plus(denseDual(parameters, 'input', { value: given.x, tangents }), positions(parameters, tokens, period));
    const start = own ? plus(placed, dense(parameters, 'own', own)) : placed;
    const end = blocks.reduce((h, name) => transformerBlock(parameters, name, h, side, block), start);
    const normed = modulatedNorm(parameters, 'output/norm', end, side, rmsNorm);
    return linear(denseDual(parameters, 'output', normed), (v) => tf.reshape(v, [v.shape[0], ...output]));
  };

  const network: Network = {
    config: { kind: 'transformer', input: [...input], output: [...output], ...definedOnly(settings) },
    inputShape: [...input],
    outputShape: [...output],
    conditionDim,
    init,
    apply: (parameters, given) => tf.tidy(() => run(parameters, given).value),
  };
  return { network, run };
}

/** The condition's share of each token, [batch, tokens, n], and that of all, [batch, shared]; none where there is none. */
function partsOf(condition: Tensor2D | undefined, tokens: number, n: number, shared: number): [Tensor | undefined, Tensor2D | undefined] {
  if (!condition || n === 0) return [undefined, condition];
  const own = tf.reshape(tf.slice(condition, [0, 0], [-1, tokens * n]), [-1, tokens, n]);
  return [own, shared > 0 ? tf.slice(condition, [0, tokens * n], [-1, shared]) : undefined];
}

/** Learned position, and phase within the period, of every token: [1, tokens, model]. */
function positions(parameters: ParameterTensors, tokens: number, period: number | undefined): Tensor {
  const { position, phase } = parameters;
  if (period === undefined) return tf.expandDims(position, 0);
  const pick = tf.oneHot(tf.tensor1d(Int32Array.from({ length: tokens }, (_, i) => i % period)), period);
  return tf.expandDims(tf.add(position, multiply(tf.cast(pick, 'float32'), phase)), 0);
}

/** Embeddings start small beside the tokens: a tenth of unit normals. */
function initEmbedding(key: Key, shape: readonly [number, number]): NdArray {
  spend(sizeOf(shape));
  return { shape, data: normals(key, sizeOf(shape)).map((v) => 0.1 * v) };
}
