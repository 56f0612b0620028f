import { AdvectError } from '@advect/base/errors';
import type { Graph, Node } from '../graph/index.js';
import type { PhaseName, RowSlot } from '../plan/plan.js';
import { convolution, gather, scatterAdd } from './convolutions.js';
import { elementwise, reduce } from './elementwise.js';
import { emitter, NotSeparable, type Emitter } from './emitter.js';
import { asResult, broadcast, concat, pad, reshape, rowSizes, slice, transpose } from './movement.js';
import { matmul } from './products.js';
import type { Value } from './value.js';

/** An argument or result with rows: node `id` of the rows-last graph holds [outer, inner, tile], in the caller's memory it is [outer, rows, inner]. */
export interface RowPort {
  readonly id: number;
  readonly slot: RowSlot;
  readonly outer: number;
  readonly inner: number;
}

/** A graph over one tile of rows. */
export interface RowGraph {
  /**
   * Values that differ from row to row have the rows as their last axis. Inputs with rows have the traced shape with 1 in
   * the row axis's place and the tile behind it; so have the results.
   */
  readonly graph: Graph;
  readonly tile: number;
  /** When each node's kernel runs. A sum over rows runs in phase 'tile'; its users run in phase 'after'. */
  readonly phases: readonly PhaseName[];
  readonly rowArguments: readonly RowPort[];
  readonly rowResults: readonly RowPort[];
}

export type RowsResult = RowGraph | { readonly reason: string };

/**
 * Rewrites a graph whose inputs have a row axis so that the rows are the last axis, cut into tiles. Gives the reason where
 * rows are not independent of each other but for sums over all of them.
 *
 * Trace with at least 2 rows, and better with a number that no other axis has: a result that is the same for all rows
 * (the divergence of a linear field, say) is known to have rows by its length alone.
 */
export function rowsLast(graph: Graph, tile: number): RowsResult {
  if (!Number.isInteger(tile) || tile < 1) {
    throw new AdvectError('invalid-option', `a tile of ${tile} rows`, 'Give a whole number, at least 1.');
  }
  const lengths = new Set(graph.inputs.flatMap(({ id, rowAxis }) => (rowAxis === undefined ? [] : [graph.nodes[id].shape[rowAxis]])));
  if (lengths.size === 0) return { reason: 'no input has a row axis' };
  if (lengths.size > 1) return { reason: `the inputs were traced with different numbers of rows: ${[...lengths].join(', ')}` };
  const [batch] = lengths;
  if (batch < 2) return { reason: 'the function was traced with fewer than 2 rows' };
  const empty = graph.nodes.find(({ shape }) => shape.includes(0));
  if (empty) return { reason: `node ${empty.id} (${empty.op}) has no entries` };
  const e = emitter(batch, tile);
  const values: Value[] = [];
  const rowArguments: RowPort[] = [];
  const needed = neededNodes(graph);
  for (const node of graph.nodes) {
    if (node.op !== 'input' && !needed.has(node.id)) {
      values.push({ node: -1, shape: node.shape });
      continue;
    }
    try {
      values.push(node.op === 'input' ? inputValue(e, graph, node, rowArguments) : valueOf(e, node, values));
    } catch (error) {
      if (!(error instanceof NotSeparable)) throw error;
      return { reason: `node ${node.id} (${node.op}): ${error.message}` };
    }
  }
  const alike = e.guessed && mayBeTakenForRows(graph, values, batch);
  if (alike) return { reason: `${alike} is as long as the batch of ${batch}: trace with another number of rows` };
  try {
    return finished(e, graph, values, rowArguments);
  } catch (error) {
    if (!(error instanceof NotSeparable)) throw error;
    return { reason: error.message };
  }
}

/** Names an axis that has the batch's length without counting rows, if there is one. */
function mayBeTakenForRows({ nodes, inputs }: Graph, values: readonly Value[], batch: number): string | undefined {
  const rowAxes = new Map(inputs.map(({ id, rowAxis }) => [id, rowAxis]));
  const found = nodes.find(({ id, op, shape }) => {
    const own = op === 'input' ? rowAxes.get(id) : values[id].rows?.axis;
    const isSource = op === 'input' || op === 'constant' || own !== undefined;
    return isSource && shape.some((length, axis) => axis !== own && length === batch);
  });
  return found && `an axis of node ${found.id} (${found.op}), which does not count rows,`;
}

function neededNodes({ nodes, outputs }: Graph): ReadonlySet<number> {
  const needed = new Set(outputs.map(({ id }) => id));
  for (const node of nodes.toReversed()) if (needed.has(node.id)) for (const input of node.inputs) needed.add(input);
  return needed;
}

function inputValue(e: Emitter, graph: Graph, node: Node & { op: 'input' }, ports: RowPort[]): Value {
  const { name, kind, rowAxis } = graph.inputs.find(({ id }) => id === node.id)!;
  if (rowAxis === undefined) {
    return { node: e.input(name, node.shape, { kind, dtype: node.dtype }), shape: node.shape };
  }
  const shape = [...node.shape.with(rowAxis, 1), e.tile];
  const id = e.input(name, shape, { kind, dtype: node.dtype, rowAxis: shape.length - 1 });
  const value: Value = { node: id, shape: node.shape, rows: { axis: rowAxis, outer: 1, inner: 1 } };
  ports.push({ id, slot: { name, shape: node.shape, rowAxis, dtype: node.dtype }, ...rowSizes(e, value) });
  return value;
}

function valueOf(e: Emitter, node: Exclude<Node, { op: 'input' }>, values: readonly Value[]): Value {
  const operands = node.inputs.map((id) => values[id]);
  const [a, b] = operands;
  switch (node.op) {
    case 'constant':
      return { node: e.emit({ op: 'constant', data: node.data }, [], node.shape, node.dtype), shape: node.shape };
    case 'fill': {
      const ones = node.shape.map(() => 1);
      return { node: e.emit({ op: 'fill', value: node.value }, [], ones, node.dtype), shape: node.shape };
    }
    case 'unary':
      return elementwise(e, { op: 'unary', f: node.f }, node.shape, node.dtype, operands);
    case 'binary':
      return elementwise(e, { op: 'binary', f: node.f }, node.shape, node.dtype, operands);
    case 'select':
    case 'cast':
      return elementwise(e, { op: node.op }, node.shape, node.dtype, operands);
    case 'reduce':
      if (node.overRows) break;
      return reduce(e, a, node.axes, node.f);
    case 'matmul':
      if (node.overRows) break;
      return matmul(e, node, a, b);
    case 'conv2d':
    case 'conv2dInput':
    case 'conv2dFilter':
      if (node.rowsLast) break;
      return convolution(e, node, operands);
    case 'reshape':
      return reshape(e, a, node.shape);
    case 'transpose':
      return transpose(e, a, node.perm);
    case 'slice':
      return slice(e, node, a);
    case 'pad':
      return pad(e, node, a);
    case 'concat':
      return concat(e, node, operands);
    case 'broadcast':
      return broadcast(e, a, node.shape);
    case 'gather':
      return gather(e, node, a, b);
    case 'scatterAdd':
      return scatterAdd(e, node, a, b);
  }
  throw new NotSeparable('the graph has its rows last already');
}

function finished(e: Emitter, graph: Graph, values: readonly Value[], rowArguments: readonly RowPort[]): RowGraph {
  const rowResults: RowPort[] = [];
  const outputs = graph.outputs.map(({ name, id }) => {
    const value = asResult(e, values[id]);
    if (value.rows) {
      const { axis, outer, inner } = value.rows;
      // A row axis of [P·B] or [B·Q] is told apart for the caller.
      const split = [outer, e.batch, inner].filter((length, i) => i === 1 || length !== 1);
      const shape = [...value.shape.slice(0, axis), ...split, ...value.shape.slice(axis + 1)];
      const slot: RowSlot = { name, shape, rowAxis: axis + (outer === 1 ? 0 : 1), dtype: graph.nodes[id].dtype };
      rowResults.push({ id: value.node, slot, ...rowSizes(e, value) });
    }
    return { name, id: value.node };
  });
  return { graph: e.builder.finish(outputs), tile: e.tile, phases: e.phases, rowArguments, rowResults };
}
