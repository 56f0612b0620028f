import type { AverageField } from '#src/field/average.js';
import { tf } from '#src/tensor/index.js';

/** dx/dt = rate·x: its mean velocity over a duration d is x·(e^{rate·d} − 1)/d, its divergence dim·rate everywhere. */
export const linearAverageField = (dim: number, rate: number): AverageField => ({
  config: { kind: 'test' },
  event: [dim],
  conditionDim: 0,
  init: () => ({ unused: { shape: [1], data: new Float32Array(1) } }),
  velocity: (_, { x }) => tf.mul(x, rate),
  average: (_, { x }, duration) => {
    const d = tf.reshape(duration, [-1, 1]);
    return tf.mul(x, tf.div(tf.expm1(tf.mul(d, rate)), d));
  },
  meanDivergence: (_, { x }) => tf.add(tf.mul(0, tf.sum(x, 1)), dim * rate),
});
