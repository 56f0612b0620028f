import { type NdArray, ndarray, sizeOf } from '@advect/base/array';
import type { FieldInput, ParameterTensors, VelocityField } from '../field/field.js';
import { type Key, normals, rademachers, split } from '../random/index.js';
import { type Scalar, type Tensor, type Tensor2D, tf, upload, valueAndGradients } from '../tensor/index.js';

/** How the trace of the Jacobian is taken: by the field's own formula, in all D directions, or in random ones. */
export type Trace = { readonly kind: 'closed-form' } | { readonly kind: 'exact' } | ProbedTrace | DiagonalTrace;

/**
 * The diagonal ∂uᵢ/∂xᵢ in as many columns as there are dimensions: exact, or the mean of ε ⊙ Jε over Rademacher probes ε,
 * which is unbiased and adds up to Hutchinson's estimate with the same probes.
 *
 * Reference: Bekas, Kokiopoulou and Saad (2007), "An estimator for the diagonal of a matrix".
 */
export type DiagonalTrace =
  | { readonly kind: 'diagonal'; readonly dimensions: number }
  | { readonly kind: 'diagonal'; readonly dimensions: number; readonly probes: number };

/** Hutchinson's estimate; or Hutch++, where half of the probes, rounded down, span the subspace of a sketch. */
export interface ProbedTrace {
  readonly kind: 'rademacher' | 'gaussian' | 'hutch++';
  readonly probes: number;
}

/** How many of the probes span a subspace in which the trace is taken exactly. */
export const sketchSize = (trace: Trace): number => (trace.kind === 'hutch++' ? Math.floor(trace.probes / 2) : 0);

/**
 * Number of separate divergence integrals for each sample: one, or one for each random probe so that their spread can be seen;
 * of a diagonal as many as it has entries.
 */
export const traceColumns = (trace: Trace): number =>
  trace.kind === 'diagonal' ? trace.dimensions : 'probes' in trace ? trace.probes - sketchSize(trace) : 1;

/** Directions in which the Jacobian is applied, for each sample. */
export const traceDirections = (trace: Trace, event: readonly number[]): number =>
  trace.kind === 'closed-form' ? 0 : 'probes' in trace ? trace.probes : sizeOf(event);

/** The unit vectors, [D, 1, ...event]: the directions of the exact trace, which all rows share. */
export function unitVectors(event: readonly number[]): NdArray {
  const dim = sizeOf(event);
  const data = new Float32Array(dim * dim);
  for (let d = 0; d < dim; d++) data[d * dim + d] = 1;
  return ndarray(data, [dim, 1, ...event]);
}

/**
 * Random directions for a whole solve, [probes, batch, ...event]: ε with E εεᵀ = I. They are drawn once and kept for all
 * stages, rejected steps and the backward pass: with fresh noise at every evaluation the right-hand side would not be a
 * function of t. Row b depends on `keys[b]` only. None where the trace has no probes.
 */
export function drawProbes(trace: Trace, keys: readonly Key[], event: readonly number[]): NdArray | undefined {
  if (!('probes' in trace)) return undefined;
  const dim = sizeOf(event);
  const batch = keys.length;
  const shape = [trace.probes, batch, ...event];
  const data = new Float32Array(sizeOf(shape));
  const normalUpTo = trace.kind === 'gaussian' ? trace.probes : sketchSize(trace);
  for (let b = 0; b < batch; b++) {
    const own = split(keys[b], 'probe');
    for (let p = 0; p < trace.probes; p++) data.set((p < normalUpTo ? normals : rademachers)(own, dim, p * dim), (p * batch + b) * dim);
  }
  return ndarray(data, shape);
}

/**
 * The directions of a trace inside a traced function: constants, whose consequences are computed once, or an argument with
 * rows; none for a closed form.
 */
export const directionsOf = (trace: Trace, event: readonly number[], probes: Tensor | undefined): Tensor | undefined =>
  trace.kind === 'closed-form' || 'probes' in trace ? probes : upload(unitVectors(event));

/**
 * u(x, t) and its divergence: [batch, 1] where it is exact, one column for each entry of a diagonal, else one column for each
 * random probe, [batch, columns], whose mean estimates tr J without bias: εᵀJε, and with Hutch++ besides in all columns the trace in the subspace. The directions
 * are the unit vectors or the probes; none for a closed form.
 *
 * Cost: that of the field's formula; else one field evaluation plus one directional derivative for each direction, forward
 * where the field offers it (`velocityAndJvp`), else in reverse.
 * Reference: Grathwohl et al. (2019), FFJORD, eq. 6–8; Hutchinson (1990).
 */
export function velocityAndDivergence(
  field: VelocityField,
  parameters: ParameterTensors,
  input: FieldInput,
  directions: Tensor | undefined,
  trace: Trace,
): { u: Tensor; divergence: Tensor2D } {
  const batch = input.x.shape[0];
  if (!directions) {
    const { u, divergence } = field.velocityAndDivergence!(parameters, input);
    return { u, divergence: divergence.reshape([batch, 1]) };
  }
  const { u, products } = velocityAndProducts(field, parameters, input, directions);
  const perEntry = tf.mul(products, directions).reshape([directions.shape[0], batch, -1]);
  return {
    u: u === input.x ? tf.clone(u) : u,
    divergence: trace.kind === 'diagonal' ? diagonalOf(trace, perEntry) : columnsOf(trace, perEntry.sum(2)),
  };
}

/** ε ⊙ Jε, [directions, batch, entries], over the directions: their sum where these are the unit vectors, else their mean. */
const diagonalOf = (trace: DiagonalTrace, perEntry: Tensor): Tensor2D =>
  'probes' in trace ? tf.mean<Tensor2D>(perEntry, 0) : tf.sum<Tensor2D>(perEntry, 0);

/**
 * The columns of an estimate, [batch, columns], from a quadratic form in each direction, [directions, batch]: of the divergence
 * from εᵀJε, of ‖J‖²_F from ‖Jε‖².
 */
export function columnsOf(trace: Trace, perDirection: Tensor2D): Tensor2D {
  const [count, batch] = perDirection.shape;
  if (trace.kind === 'exact') return perDirection.sum(0).reshape([batch, 1]);
  const sketch = sketchSize(trace);
  if (sketch === 0) return tf.transpose(perDirection);
  const known = perDirection.slice([0, 0], [sketch, batch]).sum(0, true);
  return tf.transpose(tf.add<Tensor2D>(known, perDirection.slice([sketch, 0], [count - sketch, batch])));
}

/** u and Jε for each direction ε, [directions, batch, ...event]; Jᵀε, in reverse, where the field has no forward derivative. */
export function velocityAndProducts(
  field: VelocityField,
  parameters: ParameterTensors,
  input: FieldInput,
  directions: Tensor,
): { u: Tensor; products: Tensor } {
  return (field.velocityAndJvp ? forward : reverse)(field, parameters, input, directions);
}

function forward(field: VelocityField, parameters: ParameterTensors, input: FieldInput, directions: Tensor) {
  const { u, jvp } = field.velocityAndJvp!(parameters, input, directions);
  return { u, products: jvp };
}

/** Jᵀε by reverse mode, all directions in one batch; εᵀJᵀε = εᵀJε. */
function reverse(field: VelocityField, parameters: ParameterTensors, input: FieldInput, directions: Tensor) {
  const [count, batch] = [directions.shape[0], input.x.shape[0]];
  const repeat = <T extends Tensor>(v: T): T => tf.tile<T>(v, [count, ...v.shape.slice(1).map(() => 1)]);
  const t = input.t.shape[0] === 1 ? input.t : repeat(input.t);
  const condition = input.condition && repeat(input.condition);
  const everywhere = tf.broadcastTo(directions, [count, ...input.x.shape]);
  const cotangent = everywhere.reshape([count * batch, ...input.x.shape.slice(1)]);
  const { gradients } = valueAndGradients(({ x }) => tf.sum<Scalar>(tf.mul(field.velocity(parameters, { x, t, condition }), cotangent)), {
    x: repeat(input.x),
  });
  return { u: field.velocity(parameters, input), products: gradients.x.reshape(everywhere.shape) };
}
