import type { NdArray } from '@advect/base/array';
import type { Parameters, ParameterTensors } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import {
  argumentsOf,
  byWeight,
  marked,
  type ProgramOptions,
  rowsOf,
  type TracedFunction,
  weightInputs,
  withPrograms,
} from '../flow/programs/index.js';
import { type Scalar, type Tensor, tf, valueAndGradients } from '../tensor/index.js';
import type { Evaluation } from './objective.js';

/** A loss that is a sum over rows of a function of each row. */
export interface RowLoss {
  /** Tells the losses of one field apart. */
  readonly name: string;
  /** The loss of each row, [rows], in tfjs ops; rows must stay apart. */
  readonly loss: (parameters: ParameterTensors, rows: { readonly [name: string]: Tensor }) => Tensor;
}

/** Host arrays with one entry of each for every row; those that are missing are not given to the loss. */
export type Rows = { readonly [name: string]: NdArray | undefined };

/** The sum over rows times `scale`, and its gradient with respect to the weights. */
export function evaluateRows(
  { field }: Flow,
  parameters: Parameters,
  of: RowLoss,
  given: Rows,
  scale: number,
  computing: ProgramOptions = {},
): Promise<Evaluation> {
  const rows = present(given);
  const traced = (): TracedFunction => ({
    inputs: { ...rowInputs(rows), ...weightInputs(parameters), scale: { shape: [1] } },
    f: ({ scale: factor, ...tensors }) => {
      let losses: Tensor | undefined;
      try {
        const { gradients } = valueAndGradients(
          (weights) => {
            losses = tf.keep(of.loss(byWeight(weights), tensors));
            return tf.sum<Scalar>(tf.mul(losses, factor));
          },
          marked(byWeight(tensors)),
        );
        return { losses: tf.clone(losses!), ...gradients };
      } finally {
        losses?.dispose();
      }
    },
  });
  return withPrograms(field, parameters, computing, async (programs) => {
    const args = { ...argumentsOf(rows), scale: Float32Array.of(scale) };
    const results = await programs.run(`gradient ${labelOf(of, rows)}`, traced, args);
    return { loss: scale * sum(results.losses), gradients: byWeight(results), executor: programs.report() };
  });
}

/** The sum over rows times `scale`. */
export function measureRows(
  { field }: Flow,
  parameters: Parameters,
  of: RowLoss,
  given: Rows,
  scale: number,
  computing: ProgramOptions = {},
): Promise<number> {
  const rows = present(given);
  const traced = (): TracedFunction => ({
    inputs: { ...rowInputs(rows), ...weightInputs(parameters) },
    f: (tensors) => ({ losses: of.loss(byWeight(tensors), tensors) }),
  });
  return withPrograms(field, parameters, computing, async (programs) => {
    const { losses } = await programs.run(`loss ${labelOf(of, rows)}`, traced, argumentsOf(rows));
    return scale * sum(losses);
  });
}

const present = (rows: Rows): { readonly [name: string]: NdArray } =>
  Object.fromEntries(Object.entries(rows).flatMap(([name, array]) => (array ? [[name, array] as const] : [])));

const rowInputs = (rows: { readonly [name: string]: NdArray }): TracedFunction['inputs'] =>
  Object.fromEntries(Object.entries(rows).map(([name, { shape }]) => [name, rowsOf(...shape.slice(1))]));

const labelOf = ({ name }: RowLoss, rows: { readonly [name: string]: NdArray }): string => `${name} ${Object.keys(rows).join()}`;

const sum = (values: Float32Array): number => values.reduce((total, v) => total + v, 0);
