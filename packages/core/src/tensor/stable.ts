import { tf, type Tensor } from './tf.js';

/** log(1 + eˣ), also where eˣ overflows. */
export const softplus = (x: Tensor): Tensor => tf.softplus(x);

/** log Σ exp(x) along the last axis, [..., n] → [...]; twice differentiable. NaN where all entries are −∞. */
export function logSumExp(x: Tensor): Tensor {
  const { shifted, largest } = shiftedByMax(x);
  return tf.add(tf.log(tf.sum(tf.exp(shifted), -1)), tf.squeeze(largest, [-1]));
}

/** x − log Σ exp(x) along the last axis; twice differentiable, unlike `tf.logSoftmax`. */
export function logSoftmax(x: Tensor): Tensor {
  const { shifted } = shiftedByMax(x);
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
}

/** The results do not depend on the shift, so it takes no part in the gradient. */
function shiftedByMax(x: Tensor): { shifted: Tensor; largest: Tensor } {
  const largest = constantMax(x);
  return { shifted: tf.sub(x, largest), largest };
}

const constantMax = tf.customGrad((x: Tensor | tf.GradSaveFunc) => ({
  value: tf.max(x as Tensor, -1, true),
  gradFunc: () => tf.zeros((x as Tensor).shape),
}));

/** Euclidean norm along the last axis, [..., n] → [...], as √(Σx² + ε²): smooth at the origin, where it is ε. */
export const safeNorm = (x: Tensor, epsilon = 1e-6): Tensor => tf.sqrt(tf.add(tf.sum(tf.square(x), -1), epsilon * epsilon));
