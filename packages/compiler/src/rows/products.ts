import type { NodeOf } from '../graph/index.js';
import { elementwise, reduce } from './elementwise.js';
import { NotSeparable, type Emitter } from './emitter.js';
import { expanded, spread, takenForRows, type Value } from './value.js';

type Role = 'batch' | 'free' | 'inner' | 'none';

/** The axes of one operand: `inner` is contracted, `free` (M or N) stays. */
interface Operand {
  readonly value: Value;
  readonly inner: number;
  readonly free: number;
  readonly role: Role;
}

/**
 * A product in which rows take part. Where one operand is the same for all rows it goes to the left, so that the rows are
 * the last axis of the right one and of the result; a contraction over the batch becomes a sum over rows.
 */
export function matmul(e: Emitter, node: NodeOf<'matmul'>, left: Value, right: Value): Value {
  const rank = left.shape.length;
  const a = operandOf(left, node.transposeA ? rank - 2 : rank - 1, node.transposeA ? rank - 1 : rank - 2);
  const b = operandOf(right, node.transposeB ? rank - 1 : rank - 2, node.transposeB ? rank - 2 : rank - 1);
  const roles = `${a.role}·${b.role}`;
  const batchAxes = left.shape.slice(0, -2).map((_, axis) => axis);
  const summed = (value: Value): Value => (node.sumBatch ? reduce(e, value, batchAxes) : value);
  if (roles === 'none·none') {
    const copied = [a, b].every(({ value, inner }) => value.shape[inner] === e.batch && e.shape(value.node)[inner] === 1);
    return copied ? matmul(e, node, takenForRows(e, left, a.inner), right) : invariant(e, node, a, b);
  }
  if (a.role !== 'none' && b.role !== 'none') {
    const places = [left.rows!, right.rows!];
    const same = places[0].outer === places[1].outer && places[0].inner === places[1].inner;
    const sameAxis = places[0].axis === places[1].axis;
    if (same && roles === 'inner·inner') return overRows(e, node, a, b);
    if (same && sameAxis && roles === 'batch·batch') return node.sumBatch ? sumOfPairs(e, node, a, b) : pairs(e, node, a, b);
    throw new NotSeparable(`a product in which rows meet other rows (${roles})`);
  }
  if (roles === 'inner·none' || roles === 'none·inner') return summed(contracted(e, node, a, b));
  if (roles === 'free·none') return summed(applied(e, b, a, 'left'));
  if (roles === 'none·free') return summed(applied(e, a, b, 'right'));
  if (roles === 'batch·none') return summed(applied(e, shared(e, b, a), a, 'left'));
  return summed(applied(e, shared(e, a, b), b, 'right'));
}

function operandOf(value: Value, inner: number, free: number): Operand {
  const axis = value.rows?.axis;
  const role = axis === undefined ? 'none' : axis === inner ? 'inner' : axis === free ? 'free' : 'batch';
  return { value, inner, free, role };
}

/** The operand's node as [...batch, free, inner] (or [...batch, inner, free]), the rows behind. */
function matrixNode(e: Emitter, { value, inner, free }: Operand, order: 'free-inner' | 'inner-free'): number {
  const rank = value.shape.length;
  const swapped = order === 'free-inner' ? free > inner : inner > free;
  const perm = e.shape(value.node).map((_, axis) => (swapped && axis >= rank - 2 && axis < rank ? 2 * rank - 3 - axis : axis));
  return e.transpose(value.node, perm);
}

/** Neither operand has rows. */
function invariant(e: Emitter, node: NodeOf<'matmul'>, a: Operand, b: Operand): Value {
  const wide = ({ value, inner, free }: Operand): number => {
    const axes = node.sumBatch ? value.shape.map((_, axis) => axis).filter((axis) => axis !== free) : [inner];
    return expanded(e, value, axes).node;
  };
  const [left, right] = [wide(a), wide(b)];
  return { node: e.via((builder) => builder.matmul(left, right, flagsOf(node))), shape: node.shape };
}

const flagsOf = ({ transposeA, transposeB, sumBatch }: NodeOf<'matmul'>): Parameters<Emitter['builder']['matmul']>[2] => ({
  transposeA,
  transposeB,
  ...(sumBatch && { sumBatch }),
});

/** Checks that a matrix is the same for all rows although the rows count a batch axis of the product. */
function shared(e: Emitter, matrix: Operand, rows: Operand): Operand {
  if (e.shape(matrix.value.node)[rows.value.rows!.axis] !== 1) {
    throw new NotSeparable('a captured value has a matrix for each row: make it an input with a row axis');
  }
  return matrix;
}

/**
 * An invariant matrix times a value whose rows are not contracted: weights [free′, inner] · values [inner, rows] for each
 * entry of the values' free axis. Gives the result without a sum over batch axes.
 */
function applied(e: Emitter, weights: Operand, values: Operand, side: 'left' | 'right'): Value {
  const matrix = expanded(e, weights.value, [weights.inner]).node;
  const wide: Operand = { ...values, value: expanded(e, values.value, [values.inner]) };
  const x = matrixNode(e, wide, 'free-inner');
  const shape = e.shape(matrix);
  const spaced = e.reshape(matrix, [...shape.slice(0, -2), 1, ...shape.slice(-2)]);
  const product = e.via((builder) => builder.matmul(spaced, x, { transposeA: weights.inner < weights.free }));
  // The product is [...batch, values' free, weights' free, rows]; on the right side the two change places.
  const rank = values.value.shape.length;
  const perm = e.shape(product).map((_, axis) => axis);
  if (side === 'right') [perm[rank - 2], perm[rank - 1]] = [rank - 1, rank - 2];
  const batch = values.value.shape.slice(0, -2).map((length, axis) => Math.max(length, weights.value.shape[axis]));
  const ends = [values.value.shape[values.free], weights.value.shape[weights.free]];
  const rows = values.value.rows!;
  const axis = values.role === 'batch' ? rows.axis : side === 'left' ? rank - 2 : rank - 1;
  return {
    node: e.transpose(product, perm),
    shape: [...batch, ...(side === 'left' ? ends : ends.toReversed())],
    rows: { ...rows, axis },
  };
}

/** A product for each row. */
function pairs(e: Emitter, node: NodeOf<'matmul'>, a: Operand, b: Operand): Value {
  const wide = ({ value, inner }: Operand): number => spread(e, expanded(e, value, [inner])).node;
  const [left, right] = [wide(a), wide(b)];
  const { transposeA, transposeB } = node;
  return { node: e.via((builder) => builder.rowMatmul(left, right, { transposeA, transposeB })), shape: node.shape, rows: a.value.rows };
}

/** A product for each row, summed over them: the contracted axis becomes one more batch axis. */
function sumOfPairs(e: Emitter, node: NodeOf<'matmul'>, a: Operand, b: Operand): Value {
  const wide = (operand: Operand): number => matrixNode(e, { ...operand, value: spread(e, expanded(e, operand.value)) }, 'inner-free');
  const [left, right] = [wide(a), wide(b)];
  const sum = e.via((builder) => builder.matmul(left, right, { transposeB: true, sumBatch: true, overRows: true }));
  return { node: sum, shape: node.shape };
}

/** Both operands have their rows contracted: aᵀ·b over all rows of the batch. */
function overRows(e: Emitter, node: NodeOf<'matmul'>, a: Operand, b: Operand): Value {
  const { outer, inner } = a.value.rows!;
  const blocks = outer * inner;
  const batch = node.sumBatch ? a.value.shape.slice(0, -2).map((_, axis) => axis) : [];
  const [left, right] = [a, b].map((operand) => {
    const value = spread(e, expanded(e, operand.value, [operand.inner, ...batch]));
    const matrix = matrixNode(e, { ...operand, value }, 'inner-free');
    const shape = e.shape(matrix);
    return blocks === 1 ? e.reshape(matrix, [...shape.slice(0, -3), ...shape.slice(-2)]) : matrix;
  });
  const rank = a.value.shape.length;
  const settings = { transposeB: true, overRows: true } as const;
  if (blocks === 1) {
    const sumBatch = node.sumBatch && rank > 2 ? { sumBatch: true as const } : {};
    return { node: e.via((builder) => builder.matmul(left, right, { ...settings, ...sumBatch })), shape: node.shape };
  }
  if (rank === 2 || node.sumBatch) {
    return { node: e.via((builder) => builder.matmul(left, right, { ...settings, sumBatch: true })), shape: node.shape };
  }
  const product = e.via((builder) => builder.matmul(left, right, settings));
  return { node: e.via((builder) => builder.reduce('sum', product, [rank - 2])), shape: node.shape };
}

/** The contracted axis is the rows of one operand, and the other one is the same for all rows: a sum over rows, scaled. */
function contracted(e: Emitter, node: NodeOf<'matmul'>, a: Operand, b: Operand): Value {
  const [rows, other] = a.role === 'inner' ? [a, b] : [b, a];
  if (e.shape(other.value.node)[other.inner] !== 1) {
    throw new NotSeparable('rows are contracted with a captured value that has a number for each row: make it an input with a row axis');
  }
  const sum = reduce(e, rows.value, [rows.inner]);
  const asMatrix = (nodeId: number, transposed: boolean): number => {
    const lengths = e.shape(nodeId);
    const free = lengths.at(-1)!;
    return e.reshape(nodeId, [...lengths.slice(0, -1), ...(transposed ? [1, free] : [free, 1])]);
  };
  const onLeft = rows === a;
  const summed = asMatrix(sum.node, !onLeft);
  const scale = matrixNode(e, other, onLeft ? 'inner-free' : 'free-inner');
  const batch = a.value.shape.slice(0, -2).map((length, axis) => Math.max(length, b.value.shape[axis]));
  const shape = [...batch, ...node.shape.slice(-2)];
  const factors = [summed, scale].map((id) => ({ node: id, shape }));
  return elementwise(e, { op: 'binary', f: 'mul' }, shape, 'float32', factors);
}
