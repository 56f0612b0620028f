import type { NdArray } from '@advect/base/array';
import type { FieldInput, Parameters, ParameterTensors } from '../field/field.js';
import type { Flow } from '../flow/flow.js';
import { argumentsOf, byWeight, marked, rowsOf, type TracedFunction, weightInputs, withPrograms } from '../flow/programs/index.js';
import type { Key } from '../random/index.js';
import { type Scalar, type Tensor, type Tensor1D, type Tensor2D, tf, valueAndGradients } from '../tensor/index.js';
import type { Batch, Objective } from './objective.js';

/** A loss that is a sum over rows of a function of each row. */
export interface RowLoss {
  /** Tells the losses of one field apart. */
  readonly name: string;
  /** Further rows that the loss is given, made of the weights and not differentiated. */
  readonly fixed?: (parameters: ParameterTensors, rows: { readonly [name: string]: Tensor }) => { readonly [name: string]: Tensor };
  /** The loss of each row, [rows], in tfjs ops; rows must stay apart. */
  readonly loss: (parameters: ParameterTensors, rows: { readonly [name: string]: Tensor }) => Tensor;
}

/** What a field sees of the rows: points `xt` at times `t`, under a `condition` where there is one. */
export const inputOf = ({ xt, t, condition }: { readonly [name: string]: Tensor }): FieldInput => ({
  x: xt,
  t: t as Tensor1D,
  ...(condition && { condition: condition as Tensor2D }),
});

/** Host arrays with one entry of each for every row; those that are missing are not given to the loss. */
export type Rows = { readonly [name: string]: NdArray | undefined };

/** What an objective asks about a batch: `scale` times the sum over these rows of this loss. */
export interface RowProblem {
  readonly loss: RowLoss;
  readonly rows: Rows;
  readonly scale: number;
  /** Further numbers worth showing. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** An objective that poses such a problem for every batch. */
export const rowObjective = (name: string, pose: (flow: Flow, batch: Batch, key: Key) => RowProblem): Objective => ({
  name,
  async evaluate(flow, parameters, batch, key, computing = {}) {
    const { loss, rows: given, scale, metrics } = pose(flow, batch, key);
    const rows = present(given);
    return withPrograms(flow.field, parameters, computing, async (programs) => {
      const traced = () => gradientFunction(loss, rows, parameters);
      const results = await programs.run(`gradient ${labelOf(loss, rows)}`, traced, {
        ...argumentsOf(rows),
        scale: Float32Array.of(scale),
      });
      return { loss: scale * sum(results.losses), gradients: byWeight(results), executor: programs.report(), ...(metrics && { metrics }) };
    });
  },
  async measure(flow, parameters, batch, key, computing = {}) {
    const { loss, rows: given, scale } = pose(flow, batch, key);
    const rows = present(given);
    return withPrograms(flow.field, parameters, computing, async (programs) => {
      const { losses } = await programs.run(`loss ${labelOf(loss, rows)}`, () => lossFunction(loss, rows, parameters), argumentsOf(rows));
      return scale * sum(losses);
    });
  },
});

/** (rows, scale) → the loss of each row, and the gradient of their sum times `scale` with respect to each weight. */
export const gradientFunction = (of: RowLoss, rows: Present, parameters: Parameters): TracedFunction => ({
  inputs: { ...rowInputs(rows), ...weightInputs(parameters), scale: { shape: [1] } },
  f: ({ scale: factor, ...tensors }) => {
    const all = withFixed(of, tensors);
    let losses: Tensor | undefined;
    try {
      const { gradients } = valueAndGradients(
        (weights) => {
          losses = tf.keep(of.loss(byWeight(weights), all));
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

/** rows → the loss of each. */
const lossFunction = (of: RowLoss, rows: Present, parameters: Parameters): TracedFunction => ({
  inputs: { ...rowInputs(rows), ...weightInputs(parameters) },
  f: (tensors) => ({ losses: of.loss(byWeight(tensors), withFixed(of, tensors)) }),
});

type Named = { readonly [name: string]: Tensor };

const withFixed = ({ fixed }: RowLoss, tensors: Named): Named => (fixed ? { ...tensors, ...fixed(byWeight(tensors), tensors) } : tensors);

type Present = { readonly [name: string]: NdArray };

const present = (rows: Rows): Present =>
  Object.fromEntries(Object.entries(rows).flatMap(([name, array]) => (array ? [[name, array] as const] : [])));

const rowInputs = (rows: Present): TracedFunction['inputs'] =>
  Object.fromEntries(Object.entries(rows).map(([name, { shape }]) => [name, rowsOf(...shape.slice(1))]));

const labelOf = ({ name }: RowLoss, rows: Present): string => `${name} ${Object.keys(rows).join()}`;

function sum(values: Float32Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
