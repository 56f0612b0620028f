import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { optional, readOptions, value } from '@advect/base/options';
import type { Graph, GraphInput, Node, OperationName } from '../graph/index.js';
import { conv2d, conv2dFilter, conv2dInput } from './convolution.js';
import { binary, broadcast, cast, select, unary } from './elementwise.js';
import { matmul, rowMatmul } from './product.js';
import { reduce } from './reduce.js';
import { concat, gather, pad, reshape, scatterAdd, slice, transpose } from './structure.js';
import type { Evaluate, Value } from './value.js';

const evaluators: { readonly [O in Exclude<OperationName, 'input'>]: Evaluate<O> } = {
  constant: ({ data }) => Float64Array.from(data),
  fill: ({ value, shape }) => new Float64Array(sizeOf(shape)).fill(value),
  unary,
  binary,
  select,
  cast,
  reduce,
  matmul,
  rowMatmul,
  conv2d,
  conv2dInput,
  conv2dFilter,
  reshape,
  transpose,
  slice,
  pad,
  concat,
  broadcast,
  gather,
  scatterAdd,
};

/** The entries of a node, which is no input, from its operands; in float64. */
export const evaluate = (node: Node, operands: readonly Value[]): Float64Array =>
  (evaluators[node.op as Exclude<OperationName, 'input'>] as Evaluate<OperationName>)(node, operands);

export interface InterpretOptions {
  /** Applied to the inputs' and every node's entries, not to sums within a node: Math.fround for float32. Default: float64 as it is. */
  readonly round?: (entry: number) => number;
}

/**
 * What a graph computes, node by node and as plainly as can be: the meaning of every operation, and what executors are
 * tested against. Slow.
 *
 * @param inputs every input's numbers by name, row-major, in the shapes of the graph
 * @throws `invalid-value` where an input is missing or has too few or too many numbers, or an index leaves its axis
 */
export function interpret(
  graph: Graph,
  inputs: { readonly [name: string]: ArrayLike<number> },
  options?: InterpretOptions,
): { [name: string]: Float64Array } {
  const { round } = readOptions<InterpretOptions>('interpret', options, {
    round: optional(value<(entry: number) => number>((v) => typeof v === 'function', 'a function of a number')),
  });
  const values: Value[] = [];
  for (const node of graph.nodes) {
    const operands = node.inputs.map((id) => values[id]);
    const data = node.op === 'input' ? readInput(graph, node, inputs[node.name]) : evaluate(node, operands);
    values.push({ shape: node.shape, data: round ? data.map((entry) => round(entry)) : data });
  }
  return Object.fromEntries(graph.outputs.map(({ name, id }) => [name, Float64Array.from(values[id].data)]));
}

function readInput({ inputs }: Graph, { id, shape }: Node, given: ArrayLike<number> | undefined): Float64Array {
  const { name } = inputs.find((input) => input.id === id) as GraphInput;
  if (given?.length !== sizeOf(shape)) {
    throw new AdvectError(
      'invalid-value',
      given === undefined
        ? `the input '${name}' is missing`
        : `the input '${name}' of shape [${shape.join(', ')}] was given ${given.length} numbers`,
      `Give ${sizeOf(shape)} numbers for '${name}'; the graph's inputs are: ${inputs.map((input) => input.name).join(', ')}.`,
    );
  }
  return Float64Array.from(given);
}
