import { sizeOf } from '@advect/base/array';
import type { FieldInput, ParameterTensors, VelocityField } from '../field/field.js';
import { type Tensor, type Tensor2D, tf } from '../tensor/index.js';
import { columnsOf, directionsOf, type Trace, velocityAndDivergence, velocityAndProducts } from './divergence.js';

/**
 * What a path costs besides its density, integrated over time for each sample and divided by the dimension D:
 * 'kinetic' is ½‖u‖², 'jacobian' is ‖∂u/∂x‖²_F, exact where the trace is, else from its probes, E‖Jε‖² = ‖J‖²_F.
 */
export type PenaltyName = 'kinetic' | 'jacobian';

/** A penalty and how much of it is added to a sample's −log p. */
export interface Penalty {
  readonly name: PenaltyName;
  readonly weight: number;
}

/**
 * u, and the divergence (see `velocityAndDivergence`) with one column more for the rate of each penalty, per dimension:
 * [batch, columns + penalties]. The Jacobian's products are those that the divergence takes anyway, once compiled.
 *
 * Reference: Finlay et al. (2020), RNODE, eq. 8 and 12.
 */
export function velocityAndRates(
  field: VelocityField,
  parameters: ParameterTensors,
  input: FieldInput,
  probes: Tensor | undefined,
  trace: Trace,
  penalties: readonly PenaltyName[],
): { u: Tensor; divergence: Tensor2D } {
  const directions = directionsOf(trace, field.event, probes);
  const { u, divergence } = velocityAndDivergence(field, parameters, input, directions, trace);
  const [batch, dim] = [input.x.shape[0], sizeOf(field.event)];
  const rates: { readonly [name in PenaltyName]: () => Tensor } = {
    kinetic: () => tf.mul(0.5 / dim, tf.sum(tf.reshape(tf.square(u), [batch, dim]), 1, true)),
    jacobian: () => {
      const along = directions ?? directionsOf({ kind: 'exact' }, field.event, undefined)!;
      const { products } = velocityAndProducts(field, parameters, input, along);
      const squares = tf.sum<Tensor2D>(tf.reshape(tf.square(products), [along.shape[0], batch, dim]), 2);
      const columns = columnsOf(directions ? trace : { kind: 'exact' }, squares);
      return tf.mul(1 / (dim * columns.shape[1]), tf.sum(columns, 1, true));
    },
  };
  return penalties.length === 0
    ? { u, divergence }
    : { u, divergence: tf.concat<Tensor2D>([divergence, ...penalties.map((name) => rates[name]() as Tensor2D)], 1) };
}
