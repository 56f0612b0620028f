import { sizeOf } from '@advect/base/array';
import { boolean, integer, oneOf, optional, readOptions } from '@advect/base/options';
import { type Activation, type ActivationName, activationNames, activations } from '../nn/activations.js';
import { dense, initDense, multiply } from '../nn/dense.js';
import { sideInput, timeFeatureCount } from '../nn/time-features.js';
import type { Key } from '../random/index.js';
import { tf, type Tensor, type Tensor1D, type Tensor2D } from '../tensor/index.js';
import { checkInput, conditionWidth, dimensions, either, widths } from './check.js';
import type { FieldInput, ParameterTensors, Parameters, VelocityField } from './field.js';

/** What the field `mlp` is made of. */
export interface MlpOptions {
  /** Length of one sample, for flat data; or give `event`. */
  readonly dim?: number;
  /** Shape of one sample. */
  readonly event?: readonly number[];
  /** Widths of the hidden layers. Default [128, 128, 128]. */
  readonly hidden?: readonly number[];
  /** Default `swish`. */
  readonly activation?: ActivationName;
  /**
   * How time and condition s enter every layer: `concat` adds s·V to the layer; `concat-squash`, the default, multiplies
   * by σ(s·G + g) and adds s·V (Grathwohl et al. 2019, FFJORD, the layer of the reference code).
   */
  readonly time?: 'concat' | 'concat-squash';
  /** Octaves of sines and cosines of time beside t itself (see `timeFeatures`). Default 0, as in FFJORD. */
  readonly octaves?: number;
  /** Number of classes of a class-conditional field; or give `conditionDim`. */
  readonly classes?: number;
  /** Width of the condition. Default 0, none. */
  readonly conditionDim?: number;
  /** Adds each hidden layer's input to its output where the widths agree: helps deep, wide nets. Default false. */
  readonly residual?: boolean;
  /**
   * `zero`, the default, starts with u = 0: the flow begins as the identity, where every log-density is exact and every
   * solver takes one step. `random` starts the last layer as any other.
   */
  readonly lastLayer?: 'zero' | 'random';
}

type Settings = Required<Omit<MlpOptions, AbsentByDefault>> & { readonly [K in AbsentByDefault]: MlpOptions[K] };
type AbsentByDefault = 'dim' | 'event' | 'classes' | 'conditionDim';

const positive = integer({ min: 1 });

/**
 * A fully connected velocity field with time in every layer. Cost of one evaluation: one matrix product for each layer;
 * of `velocityAndJvp`, one more for each layer with probes × batch rows. With one hidden layer, or two under `time: 'concat'`
 * (and no residual connection), the divergence has a closed form that costs no more than the evaluation itself.
 *
 * @throws AdvectError `unknown-option` or `invalid-option`
 */
export function mlp(options: MlpOptions): VelocityField {
  const read = readOptions<Settings>('mlp', options, {
    dim: optional(positive),
    event: optional(dimensions()),
    hidden: widths([128, 128, 128]),
    activation: oneOf(activationNames, 'swish'),
    time: oneOf(['concat', 'concat-squash'] as const, 'concat-squash'),
    octaves: integer({ default: 0, min: 0, max: 16 }),
    classes: optional(positive),
    conditionDim: optional(integer({ min: 0 })),
    residual: boolean(false),
    lastLayer: oneOf(['zero', 'random'] as const, 'zero'),
  });
  const event = either('mlp', 'dim', read.dim === undefined ? undefined : [read.dim], 'event', read.event);
  const conditionDim = conditionWidth('mlp', read.classes, read.conditionDim);
  const { hidden, time, octaves, residual, lastLayer } = read;
  const activation: Activation = activations[read.activation];
  const dim = sizeOf(event);
  const sizes = [dim, ...hidden, dim];
  const sideWidth = timeFeatureCount(octaves) + conditionDim;
  const squash = time === 'concat-squash';
  const names = sizes.slice(1).map((_, i) => (i < hidden.length ? `hidden${i}` : 'output'));

  /** Runs the layers on x and, where given, on tangents [probes, batch or 1, dim]; adds the slopes of hidden layers to a list. */
  const run = (parameters: ParameterTensors, input: FieldInput, tangents?: Tensor, slopes?: Tensor[]): Run => {
    checkInput('mlp', input, event, conditionDim);
    const side = sideInput(input.t, octaves, input.condition, conditionDim);
    let h: Tensor = tf.reshape(input.x, [-1, dim]);
    let outputGate: Tensor | undefined;
    let dh = tangents && tf.reshape(tangents, [tangents.shape[0], -1, dim]);
    names.forEach((name, i) => {
      const { z, gate } = layer(parameters, name, h, side);
      let dz = dh && multiply(dh, parameters[`${name}/weight`]);
      if (name === 'output') {
        h = z;
        dh = dz && (gate ? tf.mul(dz, gate) : dz);
        outputGate = gate;
        return;
      }
      const skip = residual && sizes[i] === sizes[i + 1];
      if (dz || slopes) {
        const { y, dy } = activation.applyWithDerivative(z);
        const slope = gate ? tf.mul(dy, gate) : dy;
        slopes?.push(slope);
        dz &&= tf.mul(dz, slope);
        dh = dz && (skip ? tf.add(dh!, dz) : dz);
        h = skip ? tf.add(h, y) : y;
      } else {
        const y = activation.apply(z);
        h = skip ? tf.add(h, y) : y;
      }
    });
    const jvp = dh && tf.reshape(tf.broadcastTo(dh, [dh.shape[0], ...h.shape]), [dh.shape[0], ...input.x.shape]);
    return { u: tf.reshape(h, input.x.shape), jvp, outputGate };
  };

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
  const hasTrace = !skips && (hidden.length === 1 || (hidden.length === 2 && !squash));

  /** z = (h·W + b)·gate + s·V, with the gate that multiplies tangents too. */
  const layer = (parameters: ParameterTensors, name: string, h: Tensor, side: Tensor2D): { z: Tensor; gate?: Tensor } => {
    const shift = multiply(side, parameters[`${name}/shift/weight`]);
    if (!squash) return { z: tf.add(multiply(h, parameters[`${name}/weight`]), tf.add(shift, parameters[`${name}/bias`])) };
    const gate = tf.sigmoid(dense(parameters, `${name}/gate`, side));
    return { z: tf.add(tf.mul(dense(parameters, name, h), gate), shift), gate };
  };

  const initLayer = (key: Key, i: number): Parameters => {
    const [name, inputs, outputs] = [names[i], sizes[i], sizes[i + 1]];
    const gain = name === 'output' && lastLayer === 'zero' ? 0 : 1;
    return {
      ...initDense(key, name, inputs, outputs, { gain }),
      ...initDense(key, `${name}/shift`, sideWidth, outputs, { gain, bias: false }),
      ...(squash ? initDense(key, `${name}/gate`, sideWidth, outputs) : {}),
    };
  };

  return {
    config: {
      kind: 'mlp',
      event: [...event],
      hidden: [...hidden],
      activation: read.activation,
      time,
      octaves,
      conditionDim,
      residual,
      lastLayer,
    },
    event: [...event],
    conditionDim,
    init: (key) => Object.assign({}, ...names.map((_, i) => initLayer(key, i))) as Parameters,
    velocity: (parameters, input) => tf.tidy(() => run(parameters, input).u),
    velocityAndJvp: (parameters, input, tangents) =>
      tf.tidy(() => {
        const { u, jvp } = run(parameters, input, tangents);
        return { u, jvp: jvp! };
      }),
    ...(hasTrace && {
      velocityAndDivergence: (parameters: ParameterTensors, input: FieldInput) =>
        tf.tidy(() => {
          const slopes: Tensor[] = [];
          const { u, outputGate } = run(parameters, input, undefined, slopes);
          return { u, divergence: traceOf(parameters, slopes, outputGate) };
        }),
    }),
  };
}

interface Run {
  readonly u: Tensor;
  readonly jvp?: Tensor;
  readonly outputGate?: Tensor;
}
