import { tf, type Tensor } from '../tensor/index.js';

/** Each row along the last axis scaled to mean square 1 (Zhang and Sennrich 2019), without learned scale. Twice differentiable. */
export const rmsNorm = (x: Tensor, epsilon = 1e-5): Tensor => tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon)));
