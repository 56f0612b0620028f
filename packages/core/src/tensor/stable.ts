import { tf, type Tensor } from './tf.js';

/** log(1 + eˣ), also where eˣ overflows. */
export const softplus = (x: Tensor): Tensor => tf.softplus(x);

/** log Σ exp(x) along the last axis, [..., n] → [...]; −∞ where all entries are. */
export function logSumExp(x: Tensor): Tensor {
  return tf.logSumExp(x, -1);
}

/** x − log Σ exp(x) along the last axis; twice differentiable, unlike `tf.logSoftmax`. */
export function logSoftmax(x: Tensor): Tensor {
  return tf.sub(x, tf.logSumExp(x, -1, true));
}

/** Euclidean norm along the last axis, [..., n] → [...], as √(Σx² + ε²): smooth at the origin, where it is ε. */
export const safeNorm = (x: Tensor, epsilon = 1e-6): Tensor => tf.sqrt(tf.add(tf.sum(tf.square(x), -1), epsilon * epsilon));
