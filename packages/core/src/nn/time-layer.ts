import type { ParameterTensors, Parameters } from '../field/field.js';
import { type Key, split } from '../random/index.js';
import { tf, type Tensor2D } from '../tensor/index.js';
import type { LinearMap } from './linear-map.js';
import { dense, initDense } from './dense.js';
import { type Dual, linear, plus, sum, times } from './dual.js';

/** How time and condition enter a layer; see `timeLayer`. */
export type TimeLayerName = (typeof timeLayerNames)[number];

/** All names of `timeLayer`. */
export const timeLayerNames = ['ignore', 'concat', 'squash', 'concat-squash', 'blend', 'hyper'] as const;

/** The layers that do not look at a condition. */
export const unconditional: readonly TimeLayerName[] = ['ignore', 'blend'];

/** A layer that changes with time and condition. */
export interface TimeLayer {
  init(key: Key, name: string, inputs: number, outputs: number, gain: number): Parameters;
  /** z for h, with `side` as `sideInput` makes it, [1 or batch, width]: its first column is the time. */
  apply(parameters: ParameterTensors, name: string, h: Dual, side: Tensor2D): Dual;
}

/**
 * The layers of the FFJORD reference code (Grathwohl et al. 2019), over a linear map L of dense or convolutional kind, with
 * s for time and condition side by side:
 *
 * | name | z |
 * | --- | --- |
 * | `ignore` | L(h) + b |
 * | `concat` | L(h) + b + V(s): L of h and s side by side; for a convolution s is a picture of one colour, with zeros around |
 * | `squash` | (L(h) + b)·σ(s·G + g) |
 * | `concat-squash` | (L(h) + b)·σ(s·G + g) + s·V |
 * | `blend` | L(h) + b + t·(M(h) + m) |
 * | `hyper` | L(h) + b + Σₖ φₖ·(Mₖ(h) + mₖ) with φ = tanh(s·A + a): weights that a small net makes, its last layer taken first |
 *
 * `blend` and `hyper` start with M = 0. With a time for each row they cost 2 and 1 + `hyperUnits` of L, else about one.
 */
export function timeLayer(kind: TimeLayerName, map: LinearMap, sideWidth: number, hyperUnits: number): TimeLayer {
  const squashes = kind === 'squash' || kind === 'concat-squash';
  const modes = kind === 'blend' ? 1 : kind === 'hyper' ? hyperUnits : 0;

  const gated = (parameters: ParameterTensors, name: string, h: Dual, side: Tensor2D): Dual => {
    const gate = map.spread(tf.sigmoid(dense(parameters, `${name}/gate`, side)));
    const z = times(
      linear(h, (v) => map.apply(v, parameters[`${name}/weight`]), parameters[`${name}/bias`]),
      gate,
    );
    return kind === 'squash' ? z : plus(z, map.spread(dense(parameters, `${name}/shift`, side)));
  };

  /**
   * Rows of one time: the weights are added up and used once. Else each mode is applied, and the results are added up: so it
   * is for a single row too, which alone is thus what it is in a batch of many times.
   */
  const mixed = (parameters: ParameterTensors, name: string, h: Dual, side: Tensor2D): Dual => {
    const [weight, bias, modeWeight, modeBias] = ['weight', 'bias', 'modes/weight', 'modes/bias'].map(
      (part) => parameters[`${name}/${part}`],
    );
    const phi = kind === 'blend' ? tf.slice(side, [0, 0], [-1, 1]) : tf.tanh(dense(parameters, `${name}/hyper`, side));
    const ofBias = tf.reshape(modeBias, [modes, -1]);
    const offset = map.spread(tf.add(bias, tf.matMul<Tensor2D>(phi as Tensor2D, ofBias as Tensor2D)));
    if (phi.shape[0] === 1 && h.value.shape[0] > 1) {
      const leading = map.leading(weight.shape);
      const changes = tf.mul(tf.reshape(modeWeight, [leading, modes, -1]), tf.reshape(phi, [1, modes, 1]));
      const total = tf.add(weight, tf.reshape(tf.sum(changes, 1), weight.shape));
      return linear(h, (v) => map.apply(v, total), offset);
    }
    const each = linear(h, (v) => {
      const wide = map.apply(v, modeWeight);
      return tf.reshape(wide, [...wide.shape.slice(0, -1), modes, wide.shape.at(-1)! / modes]);
    });
    const weighted = times(each, tf.expandDims(map.spread(phi), -1));
    const change = linear(weighted, (v) => tf.sum(v, -2));
    const constant = linear(h, (v) => map.apply(v, weight), offset);
    return sum(constant, change);
  };

  return {
    init: (key, name, inputs, outputs, gain) => ({
      ...map.init(key, name, inputs, outputs, gain),
      ...(kind === 'concat' ? map.initSide(key, `${name}/shift`, sideWidth, outputs, gain) : {}),
      ...(kind === 'concat-squash' ? initDense(key, `${name}/shift`, sideWidth, outputs, { gain, bias: false }) : {}),
      ...(squashes ? initDense(key, `${name}/gate`, sideWidth, outputs) : {}),
      ...(kind === 'hyper' ? initDense(split(key, name), `${name}/hyper`, sideWidth, modes) : {}),
      ...(modes > 0 ? map.init(key, `${name}/modes`, inputs, modes * outputs, 0) : {}),
    }),
    apply: (parameters, name, h, side) => {
      if (modes > 0) return mixed(parameters, name, h, side);
      if (squashes) return gated(parameters, name, h, side);
      const bias = parameters[`${name}/bias`];
      const offset = kind === 'concat' ? tf.add(map.side(parameters, `${name}/shift`, side, h.value), bias) : bias;
      return linear(h, (v) => map.apply(v, parameters[`${name}/weight`]), offset);
    },
  };
}
