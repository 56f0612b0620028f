import type { Graph, Node } from '../graph/index.js';
import {
  type Dimension,
  dimension,
  FixedBatch,
  fixed,
  hasRows,
  joinDimensions,
  regroupFactors,
  repeated,
  reshapeGroups,
  settleDimensions,
} from './dimensions.js';

/** The dimensions of every value, and those to which each node needs its operands spread out. */
export interface Dimensions {
  readonly results: readonly (readonly Dimension[])[];
  readonly operands: readonly (readonly (readonly Dimension[])[])[];
  /** The traced number of rows; undefined where all lengths are fixed. */
  readonly rows?: number;
  /** Why the lengths are fixed, in words. */
  readonly reason?: string;
}

interface Ruling {
  readonly result: readonly Dimension[];
  readonly operands: readonly (readonly Dimension[])[];
}

/**
 * Follows the batch from the inputs' row axes through a graph. Where the graph depends on the batch length that it was
 * traced with (a constant of that length, a reshape across it), or `wanted` is false, all lengths are fixed.
 */
export function batchDimensions(graph: Graph, wanted: boolean): Dimensions {
  const lengths = graph.inputs.flatMap(({ id, rowAxis }) => (rowAxis === undefined ? [] : [graph.nodes[id].shape[rowAxis]]));
  const problem = !wanted
    ? 'fixed lengths were asked for'
    : lengths.length === 0
      ? 'no input has a row axis'
      : lengths.some((length) => length !== lengths[0])
        ? `the inputs' row axes have different lengths: ${lengths.join(', ')}`
        : lengths[0] < 2
          ? `the graph was traced with ${lengths[0]} rows, which leaves open which axes are the batch`
          : undefined;
  if (problem !== undefined) return { ...follow(graph, undefined), reason: problem };
  try {
    return follow(graph, lengths[0]);
  } catch (error) {
    if (!(error instanceof FixedBatch)) throw error;
    return { ...follow(graph, undefined), reason: error.message };
  }
}

function follow(graph: Graph, rows: number | undefined): Dimensions {
  const rowAxes = new Map(graph.inputs.map(({ id, rowAxis }) => [id, rowAxis]));
  const results: (readonly Dimension[])[] = [];
  const operands: (readonly (readonly Dimension[])[])[] = [];
  for (const node of graph.nodes) {
    const given = node.inputs.map((id) => results[id]);
    const ruling =
      node.op === 'input' && rows !== undefined
        ? { result: node.shape.map((n, axis) => (axis === rowAxes.get(node.id) ? dimension(['rows'], rows) : fixed(n))), operands: [] }
        : rule(node, given, graph.nodes, rows);
    results.push(ruling.result);
    operands.push(ruling.operands);
  }
  return { results, operands, ...(rows !== undefined && { rows }) };
}

function rule(node: Node, given: readonly (readonly Dimension[])[], nodes: readonly Node[], rows: number | undefined): Ruling {
  switch (node.op) {
    case 'input':
    case 'constant':
      return { result: node.shape.map(fixed), operands: [] };
    case 'fill':
      return { result: node.shape.map(repeated), operands: [] };
    case 'unary':
    case 'cast':
    case 'binary':
    case 'select':
      return { result: elementwise(node, given), operands: given };
    case 'reduce': {
      const settled = settleDimensions(given[0], rows);
      const operand = given[0].map((dim, axis) => (node.axes.includes(axis) ? settled[axis] : dim));
      return { result: operand.filter((_, axis) => !node.axes.includes(axis)), operands: [operand] };
    }
    case 'matmul':
      return matmul(node, given, rows);
    case 'conv2d':
    case 'conv2dInput': {
      const image = [given[0][0], ...settleDimensions(given[0], rows, [given[0][0]]).slice(1)];
      forbidRows(image.slice(1), 'a convolution runs along the batch');
      const filter = settleDimensions(given[1], undefined);
      forbidRows(filter, 'a filter depends on the batch');
      return { result: [given[0][0], ...node.shape.slice(1).map(fixed)], operands: [image, filter] };
    }
    case 'conv2dFilter': {
      const batch = settleDimensions([joinDimensions(given[0][0], given[1][0])], rows)[0];
      const images = given.map((dims) => [batch, ...settleDimensions(dims.slice(1), undefined)]);
      for (const image of images) forbidRows(image.slice(1), 'a convolution runs along the batch');
      return { result: node.shape.map(fixed), operands: images };
    }
    case 'reshape':
      return reshape(node, given[0], nodes[node.inputs[0]].shape, rows);
    case 'transpose':
      return { result: node.perm.map((axis) => given[0][axis]), operands: given };
    case 'slice':
      return {
        result: given[0].map((dim, axis) => sliced(dim, node.begin[axis], node.shape[axis], node.strides[axis], rows)),
        operands: given,
      };
    case 'pad': {
      const settled = settleDimensions(given[0], rows);
      const padded = given[0].map((_, axis) => node.before[axis] !== 0 || node.after[axis] !== 0);
      const operand = given[0].map((dim, axis) => (padded[axis] ? settled[axis] : dim));
      const result = operand.map((dim, axis) => (padded[axis] ? lengthened(dim, [node.before[axis], node.after[axis]], rows) : dim));
      return { result, operands: [operand] };
    }
    case 'concat':
      return concat(node, given, rows);
    case 'broadcast':
      return { result: node.shape.map((n, axis) => (given[0][axis]?.length === n ? given[0][axis] : repeated(n))), operands: given };
    case 'gather': {
      const operand = given[0].map((dim, axis) => (axis === node.axis ? fixed(dim.length) : dim));
      forbidRows([given[0][node.axis]], 'rows of the batch are picked by number');
      return { result: [...operand.slice(0, node.axis), ...given[1], ...operand.slice(node.axis + 1)], operands: [operand, given[1]] };
    }
    case 'scatterAdd': {
      const updates = settleDimensions(given[0], rows, given[1].slice(0, 1));
      const indices = settleDimensions(given[1], rows, updates.slice(0, 1));
      joinDimensions(updates[0], indices[0]);
      return { result: [fixed(node.shape[0]), ...updates.slice(1)], operands: [updates, indices] };
    }
    case 'rowMatmul':
      return { result: node.shape.map(fixed), operands: given };
  }
}

function elementwise(node: Node, given: readonly (readonly Dimension[])[]): Dimension[] {
  const full = given.filter((dims) => dims.length === node.shape.length);
  return node.shape.map((_, axis) => full.map((dims) => dims[axis]).reduce(joinDimensions));
}

function matmul(node: Extract<Node, { op: 'matmul' }>, [a, b]: readonly (readonly Dimension[])[], rows: number | undefined): Ruling {
  const rank = a.length;
  const innerA = rank - (node.transposeA ? 2 : 1);
  const innerB = rank - (node.transposeB ? 1 : 2);
  const inner = settleDimensions([joinDimensions(a[innerA], b[innerB])], rows)[0];
  let batch: readonly (readonly [Dimension, Dimension])[] = a.slice(0, -2).map((dim, axis) => [dim, b[axis]]);
  const joined = batch.map(([x, y]) => joinDimensions(x, y));
  if (node.sumBatch) batch = settleDimensions(joined, rows).map((dim) => [dim, dim]);
  const outerA = a[2 * rank - 3 - innerA];
  const outerB = b[2 * rank - 3 - innerB];
  const matrix = (row: Dimension, column: Dimension, transposed: boolean): Dimension[] => (transposed ? [column, row] : [row, column]);
  return {
    result: [...(node.sumBatch ? [] : joined), outerA, outerB],
    operands: [
      [...batch.map(([dim]) => dim), ...matrix(outerA, inner, node.transposeA)],
      [...batch.map(([, dim]) => dim), ...matrix(inner, outerB, node.transposeB)],
    ],
  };
}

function reshape(node: Node, given: readonly Dimension[], from: readonly number[], rows: number | undefined): Ruling {
  const operand = [...given];
  const result = node.shape.map(fixed);
  const settled = settleDimensions(given, rows);
  for (const group of reshapeGroups(from, node.shape)) {
    const lengths = group.to.map((axis) => node.shape[axis]);
    if (group.from.every((axis) => given[axis].repeated || given[axis].length === 1) && !group.from.some((axis) => hasRows(given[axis]))) {
      for (const axis of group.to) result[axis] = repeated(node.shape[axis]);
      continue;
    }
    for (const axis of group.from) operand[axis] = settled[axis];
    const dims = regroupFactors(
      group.from.flatMap((axis) => operand[axis].factors),
      lengths,
      rows ?? 0,
    );
    group.to.forEach((axis, i) => (result[axis] = dims[i]));
  }
  return { result, operands: [operand] };
}

function sliced(dim: Dimension, begin: number, length: number, stride: number, rows: number | undefined): Dimension {
  if (dim.repeated) return repeated(length);
  if (length === dim.length && Math.abs(stride) === 1) return dim;
  if (!hasRows(dim)) return fixed(length);
  const unit = unitOf(dim, rows);
  if (stride !== 1 || begin % unit !== 0 || length % unit !== 0) throw new FixedBatch('a slice takes some rows of the batch');
  return dimension([length / unit, ...tailOf(dim)], rows ?? 0);
}

function lengthened(dim: Dimension, margins: readonly number[], rows: number | undefined): Dimension {
  const sum = margins.reduce((total, margin) => total + margin, 0);
  if (!hasRows(dim)) return fixed(dim.length + sum);
  const unit = unitOf(dim, rows);
  if (margins.some((margin) => margin % unit !== 0)) throw new FixedBatch('rows are added to the batch');
  return dimension([(dim.length + sum) / unit, ...tailOf(dim)], rows ?? 0);
}

/** What follows a dimension's leading number: the batch and what lies within it. */
const tailOf = ({ factors }: Dimension) => (typeof factors[0] === 'number' ? factors.slice(1) : factors);

const unitOf = (dim: Dimension, rows: number | undefined): number => dimension(tailOf(dim), rows ?? 0).length;

function concat(node: Extract<Node, { op: 'concat' }>, given: readonly (readonly Dimension[])[], rows: number | undefined): Ruling {
  const joined = given[0].map((_, axis) => (axis === node.axis ? fixed(1) : given.map((dims) => dims[axis]).reduce(joinDimensions)));
  const operands = given.map((dims) => {
    const along = settleDimensions(dims, rows, joined);
    return dims.map((dim, axis) => (axis === node.axis ? along[axis] : joined[axis].length === dim.length ? joined[axis] : dim));
  });
  const [first, ...others] = operands.map((dims) => dims[node.axis]);
  const [tail, total] = hasRows(first) ? [tailOf(first), node.shape[node.axis] / unitOf(first, rows)] : [[], node.shape[node.axis]];
  for (const other of others) {
    if (hasRows(other) !== hasRows(first)) throw new FixedBatch('the batch is joined with a fixed number of rows');
    if (hasRows(first)) joinDimensions(dimension(tail, rows ?? 0), dimension(tailOf(other), rows ?? 0));
  }
  return { result: joined.map((dim, axis) => (axis === node.axis ? dimension([total, ...tail], rows ?? 0) : dim)), operands };
}

function forbidRows(dims: readonly Dimension[], why: string): void {
  if (dims.some(hasRows)) throw new FixedBatch(why);
}
