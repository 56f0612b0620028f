import type { ParameterTensors } from '../field/field.js';
import { tf, type Scalar, type Tensor } from './tf.js';

/**
 * A scalar function's value and its gradient with respect to each named tensor, by reverse mode; zeros for tensors that
 * the value does not depend on. The results are new tensors of the caller's; a throw inside `f` leaves none behind.
 */
export function valueAndGradients(
  f: (parameters: ParameterTensors) => Scalar,
  parameters: ParameterTensors,
): { value: Scalar; gradients: { [name: string]: Tensor } } {
  const names = Object.keys(parameters);
  const tensors = names.map((name) => parameters[name]);
  return tf.tidy(() => {
    const { value, grads } = withCleanTape(() => tf.engine().gradients(() => f(parameters), tensors, undefined, true));
    const gradients = Object.fromEntries(
      names.map((name, i) => [name, (grads[i] as Tensor | undefined | null) ?? tf.zerosLike(tensors[i])]),
    );
    return { value, gradients };
  });
}

/** On a throw the engine keeps what its tape saved; this frees it. */
function withCleanTape<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    const { state } = tf.engine();
    if (state.gradientDepth === 0 && state.activeTape) {
      for (const node of state.activeTape) for (const tensor of node.saved ?? []) tensor.dispose();
      state.activeTape = null as unknown as typeof state.activeTape;
    }
    throw error;
  }
}
