import type { VelocityField } from '#src/field/field.js';
import { type Tensor, tf } from '#src/tensor/index.js';

/** Correlated Gaussians in the plane, N(mean, R diag(variances) Rᵀ), with R the turn by `angle`. */
export interface PlaneGaussian {
  readonly mean: readonly [number, number];
  readonly variances: readonly [number, number];
  readonly angle: number;
}

/** Its covariance. */
export function covarianceOf({ variances: [a, b], angle }: PlaneGaussian): [[number, number], [number, number]] {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const across = (a - b) * c * s;
  return [
    [a * c * c + b * s * s, across],
    [across, a * s * s + b * c * c],
  ];
}

/**
 * The field that flow matching learns from it with endless training: along x_t = (1 − t)ε + t·x₁ the mean velocity given x_t is
 * m + A_t (x_t − t·m) with A_t = (tΣ − (1 − t)I)((1 − t)²I + t²Σ)⁻¹, diagonal in the axes of Σ.
 */
export function gaussianPathField({ mean, variances, angle }: PlaneGaussian): VelocityField {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return {
    config: { kind: 'test' },
    event: [2],
    conditionDim: 0,
    init: () => ({}),
    velocity: (_, { x, t }) => {
      const time = tf.reshape(t, [-1, 1]);
      const rest = tf.sub(1, time);
      const turn = tf.tensor2d([
        [c, -s],
        [s, c],
      ]);
      const spread = tf.tensor2d([[...variances]]);
      const slope = tf.div(tf.sub(tf.mul(time, spread), rest), tf.add(tf.square(rest), tf.mul(tf.square(time), spread)));
      const centre = tf.tensor2d([[...mean]]);
      const inAxes = tf.matMul(tf.sub<Tensor>(x, tf.mul(time, centre)), turn);
      return tf.add(centre, tf.matMul(tf.mul<Tensor>(slope, inAxes), turn, false, true));
    },
  };
}
