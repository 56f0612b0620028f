import { tf, type Tensor } from '../tensor/index.js';

/**
 * Each row along the last axis shifted to mean 0 and scaled to variance 1 (Ba, Kiros and Hinton 2016), without learned
 * scale and shift. `epsilon` is added to the variance. Twice differentiable.
 */
export function layerNorm(x: Tensor, epsilon = 1e-5): Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(centred, tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon)));
}

/** Each row along the last axis scaled to mean square 1 (Zhang and Sennrich 2019), without learned scale. Twice differentiable. */
export const rmsNorm = (x: Tensor, epsilon = 1e-5): Tensor => tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)));
