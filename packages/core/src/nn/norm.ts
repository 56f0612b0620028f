import type { ParameterTensors, Parameters } from '../field/field.js';
import { tf, type Tensor } from '../tensor/index.js';
import { spend } from './budget.js';
import { type Dual, linear, plus, tangentsOf, times } from './dual.js';

/** Each row along the last axis scaled to mean square 1 (Zhang and Sennrich 2019), without learned scale. Twice differentiable. */
export const rmsNorm = (x: Dual, epsilon = 1e-5): Dual => unitMeanSquare(x, [-1], epsilon);

/** Each row along the last axis shifted to mean 0 and scaled to variance 1 (Ba, Kiros and Hinton 2016), without learned scale. */
export const layerNorm = (x: Dual, epsilon = 1e-6): Dual => unitMeanSquare(centred(x, [-1]), [-1], epsilon);

/** Weights of `groupNorm`: `scale`, ones, and `shift`, zeros, of [channels]. */
export function initGroupNorm(name: string, channels: number): Parameters {
  spend(2 * channels);
  return {
    [`${name}/scale`]: { shape: [channels], data: new Float32Array(channels).fill(1) },
    [`${name}/shift`]: { shape: [channels], data: new Float32Array(channels) },
  };
}

/**
 * Group norm (Wu and He 2018) of pictures, [batch, height, width, channels]: each sample's channels, in groups of
 * neighbours, shifted to mean 0 and scaled to variance 1 over the group and all pixels; then a scale and a shift for each
 * channel.
 */
export function groupNorm(parameters: ParameterTensors, name: string, x: Dual, groups: number): Dual {
  const [, height, width, channels] = x.value.shape;
  const grouped = linear(x, (v) => tf.reshape(v, [v.shape[0], height * width, groups, channels / groups]));
  const unit = unitMeanSquare(centred(grouped, [-3, -1]), [-3, -1], 1e-5);
  const back = linear(unit, (v) => tf.reshape(v, [v.shape[0], height, width, channels]));
  return plus(times(back, parameters[`${name}/scale`]), parameters[`${name}/shift`]);
}

/** x minus its mean over axes, which are counted from the last. */
function centred(x: Dual, axes: number[]): Dual {
  const centre = (v: Tensor): Tensor => tf.sub(v, tf.mean(v, axes, true));
  const tangents = tangentsOf(x);
  return { value: centre(x.value), ...(tangents && { tangents: centre(tangents) }) };
}

/** y = x·r with r = (mean x² + ε)^(−½) over axes counted from the last; dy = r·(dx − y·mean(y·dx)). */
function unitMeanSquare(x: Dual, axes: number[], epsilon: number): Dual {
  const r = tf.rsqrt(tf.add(tf.mean(tf.square(x.value), axes, true), epsilon));
  const y = tf.mul(x.value, r);
  const dx = tangentsOf(x);
  if (!dx) return { value: y };
  return { value: y, tangents: tf.sub(dx, tf.mul(y, tf.mean(tf.mul(y, dx), axes, true))), factor: r };
}
