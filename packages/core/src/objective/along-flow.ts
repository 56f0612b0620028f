import type { FieldInput } from '../field/field.js';
import { type Scalar, type Tensor, type Tensor1D, tf, valueAndGradients } from '../tensor/index.js';

/** Something that depends on a place, a time and the duration of a way from there, row by row. */
export type OfSpan = (input: FieldInput, duration: Tensor1D) => Tensor;

/**
 * d/dt of f(x, t, t₁ − t) along a velocity v: J·(v, 1, −1), as the derivative by w of wᵀJ·(v, 1, −1), which is linear in w.
 * Works for every field.
 */
export function alongFlow(f: OfSpan, { x, t, condition }: FieldInput, duration: Tensor1D, velocity: Tensor): Tensor {
  const { gradients } = valueAndGradients(
    ({ w }) => {
      const pulled = valueAndGradients(
        (at) => tf.sum<Scalar>(tf.mul(f({ x: at.x, t: at.t as Tensor1D, condition }, at.duration as Tensor1D), w)),
        { x, t, duration },
      ).gradients;
      return tf.add<Scalar>(tf.sum(tf.mul(pulled.x, velocity)), tf.sum(tf.sub(pulled.t, pulled.duration)));
    },
    { w: tf.zerosLike(f({ x, t, condition }, duration)) },
  );
  return gradients.w;
}
