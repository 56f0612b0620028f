import type { EndpointField } from '../../field/endpoint.js';
import type { FieldInput, Parameters, VelocityField } from '../../field/field.js';
import { type Scalar, type Tensor, type Tensor1D, type Tensor2D, tf, valueAndGradients } from '../../tensor/index.js';
import { directionsOf, sketchSize, type Trace, traceColumns, traceDirections, velocityAndProducts } from '../divergence.js';
import { type PenaltyName, velocityAndRates } from '../penalty.js';
import { byWeight, conditionInput, marked, rowsOf, TRACED_ROWS, type TracedFunction, weightInputs } from './traced.js';

/** A function of a field that is to be traced: its weights' shapes, and whether it is given a condition. */
export interface FieldFunction<F extends VelocityField = VelocityField> {
  readonly field: F;
  readonly parameters: Parameters;
  readonly conditioned: boolean;
}

/** Whether all rows have one time ([1], so that what depends on time alone is computed once) or each its own ([rows]). */
export type TimeKind = 'shared' | 'rows';

type Named = { readonly [name: string]: Tensor };

const inputs = ({ field, parameters, conditioned }: FieldFunction, time: TimeKind): TracedFunction['inputs'] => ({
  x: rowsOf(...field.event),
  t: time === 'shared' ? { shape: [1] } : rowsOf(),
  ...conditionInput(conditioned ? field.conditionDim : undefined),
  ...weightInputs(parameters),
});

const inputOf = ({ x, t, condition }: Named): FieldInput => ({
  x,
  t: t as Tensor1D,
  ...(condition && { condition: condition as Tensor2D }),
});

/** (x, t) → u. */
export const velocityFunction = (of: FieldFunction, time: TimeKind): TracedFunction => ({
  inputs: inputs(of, time),
  f: (tensors) => ({ u: of.field.velocity(byWeight(tensors), inputOf(tensors)) }),
});

/** (x, t) → the columns of the Jacobian, ∂u/∂xⱼ as [dimensions, rows, ...event], of a field with a forward derivative. */
export const jacobianFunction = (of: FieldFunction, time: TimeKind): TracedFunction => ({
  inputs: inputs(of, time),
  f: (tensors) => {
    const directions = directionsOf({ kind: 'exact' }, of.field.event, undefined)!;
    return { columns: velocityAndProducts(of.field, byWeight(tensors), inputOf(tensors), directions).products };
  },
});

/** (x, t) → logits of an endpoint field, [rows, slots, codes]. */
export const logitsFunction = (of: FieldFunction<EndpointField>): TracedFunction => ({
  inputs: inputs(of, 'shared'),
  f: (tensors) => ({ logits: of.field.logits(byWeight(tensors), inputOf(tensors)) }),
});

const probeInput = ({ event }: VelocityField, trace: Trace): TracedFunction['inputs'] =>
  'probes' in trace ? { probes: { shape: [traceDirections(trace, event), TRACED_ROWS, ...event], rowAxis: 1 } } : {};

/** (x, t, probes) → u and its divergence, [rows, columns], and behind it the rates of the penalties. */
export const divergenceFunction = (
  of: FieldFunction,
  trace: Trace,
  time: TimeKind,
  penalties: readonly PenaltyName[] = [],
): TracedFunction => ({
  inputs: { ...inputs(of, time), ...probeInput(of.field, trace) },
  f: (tensors) => velocityAndRates(of.field, byWeight(tensors), inputOf(tensors), tensors.probes, trace, penalties),
});

/** (x, t, the first probes of Hutch++) → u and the Jacobian's products with them, [sketch, rows, ...event]. */
export const sketchFunction = (of: FieldFunction, trace: Trace): TracedFunction => ({
  inputs: { ...inputs(of, 'shared'), probes: { shape: [sketchSize(trace), TRACED_ROWS, ...of.field.event], rowAxis: 1 } },
  f: (tensors) => velocityAndProducts(of.field, byWeight(tensors), inputOf(tensors), tensors.probes),
});

/**
 * (x, t, probes, cotangents of u and of the divergence) → u, the divergence, and the gradients of the pairing
 * Σ cotangent·u + Σ ofDivergence·divergence with respect to x (`ofX`), the shared t (`ofT`), each weight and, if that is
 * wanted, the condition (`ofCondition`).
 */
export const pullbackFunction = (
  of: FieldFunction,
  trace: Trace,
  penalties: readonly PenaltyName[] = [],
  wantsCondition = false,
): TracedFunction => ({
  inputs: {
    ...inputs(of, 'shared'),
    ...probeInput(of.field, trace),
    ofVelocity: rowsOf(...of.field.event),
    ofDivergence: rowsOf(traceColumns(trace) + penalties.length),
  },
  f: (tensors) => {
    const { ofVelocity, ofDivergence } = tensors;
    const given = inputOf(tensors).condition;
    let kept: { u: Tensor; divergence: Tensor } | undefined;
    try {
      const { gradients } = valueAndGradients(
        ({ x, t, condition = given, ...rest }) => {
          const input = { x, t: t as Tensor1D, ...(condition && { condition: condition as Tensor2D }) };
          const { u, divergence } = velocityAndRates(of.field, byWeight(rest), input, tensors.probes, trace, penalties);
          kept = { u: tf.keep(tf.clone(u)), divergence: tf.keep(tf.clone(divergence)) };
          return tf.add<Scalar>(tf.sum(tf.mul(ofVelocity, u)), tf.sum(tf.mul(ofDivergence, divergence)));
        },
        { x: tensors.x, t: tensors.t, ...(wantsCondition && { condition: given! }), ...marked(byWeight(tensors)) },
      );
      const { x, t, condition, ...ofWeights } = gradients;
      const values = { u: tf.clone(kept!.u), divergence: tf.clone(kept!.divergence) };
      return { ...values, ofX: x, ofT: t, ...(wantsCondition && { ofCondition: condition }), ...ofWeights };
    } finally {
      kept?.u.dispose();
      kept?.divergence.dispose();
    }
  },
});
