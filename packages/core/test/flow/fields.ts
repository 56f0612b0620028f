import type { VelocityField } from '#src/field/field.js';
import { type Tensor, tf } from '#src/tensor/index.js';

/** A field of a test, from a function of (x, t) without weights. */
export const fieldOf = (dim: number, velocity: (x: Tensor, t: Tensor) => Tensor): VelocityField => ({
  config: { kind: 'test' },
  event: [dim],
  conditionDim: 0,
  init: () => ({}),
  velocity: (_, { x, t }) => velocity(x, t),
});

/** u = x Aᵀ + b, so that each row obeys dx/dt = A x + b. */
export const linearField = (a: readonly (readonly number[])[], b: readonly number[]): VelocityField =>
  fieldOf(b.length, (x) => tf.add(tf.matMul(x as never, tf.tensor2d(a as number[][]), false, true), tf.tensor1d([...b])));
