import { softplus, tf, type Tensor } from '../tensor/index.js';

/** A function of each entry, with the derivative in plain ops, so that forward differentiation needs no tape. */
export interface Activation {
  /** f(z), of z's shape. */
  apply(z: Tensor): Tensor;
  /** f(z) and f′(z), sharing what they have in common. */
  applyWithDerivative(z: Tensor): { y: Tensor; dy: Tensor };
}

const gaussianScale = 2 * Math.sqrt(2 / Math.PI);
const gaussianCubic = 0.044715;
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/**
 * The activations, by name. All but `relu` are smooth enough for a solver; all are twice differentiable by tape (`relu`,
 * `elu` and `selu` away from 0).
 */
export const activations = {
  tanh: {
    apply: (z) => tf.tanh(z),
    applyWithDerivative: (z) => {
      const y = tf.tanh(z);
      return { y, dy: tf.sub(1, tf.square(y)) };
    },
  },
  sigmoid: {
    apply: (z) => tf.sigmoid(z),
    applyWithDerivative: (z) => {
      const y = tf.sigmoid(z);
      return { y, dy: tf.mul(y, tf.sub(1, y)) };
    },
  },
  /** log(1 + eᶻ). */
  softplus: {
    apply: (z) => softplus(z),
    applyWithDerivative: (z) => ({ y: softplus(z), dy: tf.sigmoid(z) }),
  },
  /** z·σ(z), also called SiLU (Ramachandran, Zoph and Le 2017). The fastest smooth one on WebAssembly. */
  swish: {
    apply: (z) => tf.mul(z, tf.sigmoid(z)),
    applyWithDerivative: (z) => {
      const gate = tf.sigmoid(z);
      const y = tf.mul(z, gate);
      return { y, dy: tf.add(gate, tf.mul(y, tf.sub(1, gate))) };
    },
  },
  /** The tanh form of the Gaussian error linear unit (Hendrycks and Gimpel 2016), written as z·σ(2√(2/π)(z + 0.044715 z³)). */
  gelu: {
    apply: (z) => tf.mul(z, tf.sigmoid(gaussianArgument(z))),
    applyWithDerivative: (z) => {
      const gate = tf.sigmoid(gaussianArgument(z));
      const y = tf.mul(z, gate);
      const slope = tf.add(gaussianScale, tf.mul(tf.square(z), 3 * gaussianScale * gaussianCubic));
      return { y, dy: tf.add(gate, tf.mul(tf.mul(y, tf.sub(1, gate)), slope)) };
    },
  },
  /** z for z > 0, eᶻ − 1 else (Clevert, Unterthiner and Hochreiter 2015). */
  elu: {
    apply: (z) => tf.elu(z),
    applyWithDerivative: (z) => {
      const y = tf.elu(z);
      return { y, dy: tf.add(tf.minimum(y, 0), 1) };
    },
  },
  /** λ·(z for z > 0, α(eᶻ − 1) else), which keeps the variance of signals near 1 (Klambauer et al. 2017). */
  selu: {
    apply: (z) => tf.selu(z),
    applyWithDerivative: (z) => {
      const y = tf.selu(z);
      return { y, dy: tf.where(tf.greater(z, 0), SELU_SCALE, tf.add(y, SELU_SCALE * SELU_ALPHA)) };
    },
  },
  relu: {
    apply: (z) => tf.relu(z),
    applyWithDerivative: (z) => ({ y: tf.relu(z), dy: tf.step(z) }),
  },
} satisfies { readonly [name: string]: Activation };

/** The name of an activation. */
export type ActivationName = keyof typeof activations;
/** All names of activations. */
export const activationNames = Object.keys(activations) as ActivationName[];

const gaussianArgument = (z: Tensor): Tensor => tf.mul(z, tf.add(gaussianScale, tf.mul(tf.square(z), gaussianScale * gaussianCubic)));
