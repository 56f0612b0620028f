import { type Dual, tangentsOf } from '../nn/dual.js';
import { tf, type Tensor } from '../tensor/index.js';
import type { FieldInput, ParameterTensors, VelocityField } from './field.js';

/** u of x's shape, and its derivatives along tangents of x where they are given. */
export type DualFunction = (parameters: ParameterTensors, input: FieldInput, tangents?: Tensor) => Dual;

/** A field's functions, from the one that carries tangents along. */
export const differentiable = (run: DualFunction): Required<Pick<VelocityField, 'velocity' | 'velocityAndJvp'>> => ({
  velocity: (parameters, input) => tf.tidy(() => run(parameters, input).value),
  velocityAndJvp: (parameters, input, tangents) =>
    tf.tidy(() => {
      const { value, ...rest } = run(parameters, input, tangents);
      const jvp = tangentsOf({ value, ...rest })!;
      return { u: value, jvp: tf.broadcastTo(jvp, [jvp.shape[0], ...value.shape]) };
    }),
});
