import { sizeOf } from '@advect/base/array';
import { boolean, integer, oneOf, optional, readOptions } from '@advect/base/options';
import { type Activation, type ActivationName, activationNames, activations } from '../nn/activations.js';
import { activate, type Dual, linear, sum } from '../nn/dual.js';
import { denseMap } from '../nn/linear-map.js';
import { timeLayer } from '../nn/time-layer.js';
import { sideInput, timeFeatureCount } from '../nn/time-features.js';
import { tf, type Tensor, type Tensor1D } from '../tensor/index.js';
import { checkCondition, checkInput, conditionWidth, dimensions, either, widths } from './check.js';
import { differentiable } from './differentiable.js';
import type { FieldInput, ParameterTensors, Parameters, VelocityField } from './field.js';
import { type TimeLayerSettings, timeLayerSettings } from './settings.js';

/** What the field `mlp` is made of. */
export interface MlpOptions extends TimeLayerSettings {
  /** Length of one sample, for flat data; or give `event`. */
  readonly dim?: number;
  /** Shape of one sample. */
  readonly event?: readonly number[];
  /** Widths of the hidden layers. Default [128, 128, 128]. */
  readonly hidden?: readonly number[];
  /** Default `swish`. */
  readonly activation?: ActivationName;
  /** Sines and cosines of π·k·t, k = 1 … harmonics, beside t and its octaves. Default 0. */
  readonly harmonics?: number;
  /** Adds each hidden layer's input to its output where the widths agree: helps deep, wide nets. Default false. */
  readonly residual?: boolean;
}

type Settings = Required<Omit<MlpOptions, AbsentByDefault>> & { readonly [K in AbsentByDefault]: MlpOptions[K] };
type AbsentByDefault = 'dim' | 'event' | 'classes' | 'conditionDim';

/**
 * A fully connected velocity field with time in every layer. Cost of one evaluation: one matrix product for each layer;
 * of `velocityAndJvp`, one more for each layer with probes × batch rows. With one hidden layer, or two under `time: 'concat'`
 * (and no residual connection), the divergence has a closed form that costs no more than the evaluation itself.
 *
 * @throws AdvectError `unknown-option` or `invalid-option`
 */
export function mlp(options: MlpOptions): VelocityField {
  const read = readOptions<Settings>('mlp', options, {
    dim: optional(integer({ min: 1 })),
    event: optional(dimensions()),
    hidden: widths([128, 128, 128]),
    activation: oneOf(activationNames, 'swish'),
    ...timeLayerSettings('concat-squash'),
    harmonics: integer({ default: 0, min: 0, max: 64 }),
    residual: boolean(false),
  });
  const event = either('mlp', 'dim', read.dim === undefined ? undefined : [read.dim], 'event', read.event);
  const conditionDim = conditionWidth('mlp', read.classes, read.conditionDim);
  checkCondition('mlp', read.time, conditionDim);
  const { hidden, time, hyperUnits, octaves, harmonics, residual, lastLayer } = read;
  const activation: Activation = activations[read.activation];
  const dim = sizeOf(event);
  const sizes = [dim, ...hidden, dim];
  const sideWidth = timeFeatureCount(octaves, harmonics) + conditionDim;
  const layer = timeLayer(time, denseMap, sideWidth, hyperUnits);
  const names = sizes.slice(1).map((_, i) => (i < hidden.length ? `hidden${i}` : 'output'));

  /** Runs the layers on x and, where given, on tangents [probes, batch or 1, dim]; adds the slopes of hidden layers to a list. */
  const run = (parameters: ParameterTensors, input: FieldInput, tangents?: Tensor, slopes?: Tensor[]): Dual => {
    checkInput('mlp', input, event, conditionDim);
    const side = sideInput(input.t, octaves, input.condition, conditionDim, harmonics);
    let h: Dual = { value: tf.reshape(input.x, [-1, dim]), tangents: tangents && tf.reshape(tangents, [tangents.shape[0], -1, dim]) };
    names.slice(0, -1).forEach((name, i) => {
      const y = activate(layer.apply(parameters, name, h, side), activation, (slopes ?? h.tangents) !== undefined);
      slopes?.push(y.factor!);
      h = residual && sizes[i] === sizes[i + 1] ? sum(h, y) : y;
    });
    return layer.apply(parameters, 'output', h, side);
  };
  const ofEvents = (u: Dual): Dual => linear(u, (v) => tf.reshape(v, [-1, ...event]));

  /**
   * The trace of a product of matrices, of which only slopes and gates differ from row to row: for one hidden layer
   * tr(W₁DW₂G) = Σⱼ dⱼ Σᵢ W₁ᵢⱼ W₂ⱼᵢ gᵢ, and for two without gates tr(W₁D₁W₂D₂W₃) = Σⱼₖ d₁ⱼ d₂ₖ W₂ⱼₖ (W₃W₁)ₖⱼ.
   */
  const traceOf = (parameters: ParameterTensors, slopes: readonly Tensor[], gate: Tensor | undefined): Tensor1D => {
    const [first, second, third] = names.map((name) => parameters[`${name}/weight`]);
    if (third) {
      const pairs = tf.mul(second, tf.transpose(tf.matMul(third, first)));
      return tf.sum(tf.mul(tf.matMul(slopes[0], pairs), slopes[1]), 1);
    }
    const pairs = tf.mul(first, tf.transpose(second));
    return tf.sum(tf.mul(slopes[0], gate ? tf.matMul(gate, pairs) : tf.sum(pairs, 0, true)), 1);
  };
  const skips = residual && sizes.slice(1, -1).some((size, i) => size === sizes[i]);
  const gates = time === 'squash' || time === 'concat-squash';
  const hasTrace = !skips && (hidden.length === 1 || (hidden.length === 2 && !gates)) && time !== 'blend' && time !== 'hyper';

  return {
    config: {
      kind: 'mlp',
      event: [...event],
      hidden: [...hidden],
      activation: read.activation,
      time,
      ...(time === 'hyper' && { hyperUnits }),
      octaves,
      ...(harmonics > 0 && { harmonics }),
      conditionDim,
      residual,
      lastLayer,
    },
    event: [...event],
    conditionDim,
    init: (key) =>
      Object.assign(
        {},
        ...names.map((name, i) => layer.init(key, name, sizes[i], sizes[i + 1], name === 'output' && lastLayer === 'zero' ? 0 : 1)),
      ) as Parameters,
    ...differentiable((parameters, input, tangents) => ofEvents(run(parameters, input, tangents))),
    ...(hasTrace && {
      velocityAndDivergence: (parameters: ParameterTensors, input: FieldInput) =>
        tf.tidy(() => {
          const slopes: Tensor[] = [];
          const u = run(parameters, input, undefined, slopes);
          return { u: ofEvents(u).value, divergence: traceOf(parameters, slopes, u.factor) };
        }),
    }),
  };
}
