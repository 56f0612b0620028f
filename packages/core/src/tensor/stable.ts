import { tf, type Tensor } from './tf.js';

/** log(1 + eˣ), also where eˣ overflows. */
export const softplus = (x: Tensor): Tensor => tf.softplus(x);

/** x − log Σ exp(x) along the last axis; twice differentiable, unlike `tf.logSoftmax`. NaN where all entries are −∞. */
export function logSoftmax(x: Tensor): Tensor {
  const shifted = tf.sub(x, constantMax(x));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
}

/** The result does not depend on the shift, so it takes no part in the gradient. */
const constantMax = tf.customGrad((x: Tensor | tf.GradSaveFunc) => ({
  value: tf.max(x as Tensor, -1, true),
  gradFunc: () => tf.zeros((x as Tensor).shape),
}));
