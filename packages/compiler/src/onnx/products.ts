import type { NodeOf } from '../graph/index.js';
import { hasRows } from './dimensions.js';
import { rowMajor } from './layout.js';
import { type Emitted, type Lowering, storedLengths } from './lowering.js';

type Matmul = NodeOf<'matmul'>;

/**
 * Products: two plain matrices as MatMul or, transposed, as Gemm; stacks as MatMul, with one matrix on the right where
 * the stack there has only one; sums over a stack as one Gemm along the stacked axis.
 */
export function lowerMatmul(lowering: Lowering, node: Matmul): Emitted {
  const name = node.sumBatch ? sumOfProducts(lowering, node) : product(lowering, node);
  return { name, form: 'float', order: rowMajor(node.shape.length) };
}

function product(lowering: Lowering, node: Matmul): string {
  const { emit } = lowering;
  const a = matrix(lowering, node, 0, node.transposeA);
  const b = matrix(lowering, node, 1, node.transposeB);
  const rank = node.shape.length;
  if (rank === 2) return gemm(lowering, a, b);
  if (lowering.dimensions.operands[node.id][1].slice(0, -2).every(({ length, repeated }) => length === 1 || repeated)) {
    const single = emit('Reshape', [b.name, lowering.ints(b.lengths)]);
    if (!b.transposed) return emit('MatMul', [plain(lowering, a, rank), single]);
    if (!a.transposed) {
      const rows = emit('Reshape', [a.name, lowering.ints([-1, a.lengths[1]])]);
      const flat = emit('Gemm', [rows, single], { transB: { int: 1 } });
      const dims = lowering.dimensions.results[node.id];
      const many = dims.filter(hasRows).length > 1;
      return emit('Reshape', [flat, many ? lowering.lengths(dims) : lowering.ints(storedLengths(dims))]);
    }
  }
  return emit('MatMul', [plain(lowering, a, rank), plain(lowering, b, rank)]);
}

interface Matrix {
  readonly name: string;
  readonly transposed: boolean;
  /** Stored lengths of the last two axes. */
  readonly lengths: readonly number[];
}

/** An operand with its last two axes in whichever order they are stored. */
function matrix(lowering: Lowering, node: Matmul, operand: number, transposed: boolean): Matrix {
  const dims = lowering.dimensions.operands[node.id][operand];
  const { order } = lowering.operand(node, operand);
  const usual = rowMajor(dims.length);
  const swapped = [...usual.slice(0, -2), dims.length - 1, dims.length - 2];
  const turned = dims.length >= 2 && swapped.every((axis, i) => axis === order[i]);
  const name = lowering.use(node, operand, { order: turned ? swapped : usual });
  const lengths = storedLengths((turned ? swapped : usual).slice(-2).map((axis) => dims[axis]));
  return { name, transposed: transposed !== turned, lengths };
}

const plain = ({ emit }: Lowering, { name, transposed }: Matrix, rank: number): string => {
  const perm = [...rowMajor(rank).slice(0, -2), rank - 1, rank - 2];
  return transposed ? emit('Transpose', [name], { perm: { ints: perm } }) : name;
};

function gemm({ emit }: Lowering, a: Matrix, b: Matrix): string {
  if (!a.transposed && !b.transposed) return emit('MatMul', [a.name, b.name]);
  return emit('Gemm', [a.name, b.name], { transA: { int: Number(a.transposed) }, transB: { int: Number(b.transposed) } });
}

function sumOfProducts(lowering: Lowering, node: Matmul): string {
  const rank = lowering.dimensions.operands[node.id][0].length;
  const usual = rowMajor(rank);
  const swapped = [...usual.slice(0, -2), rank - 1, rank - 2];
  const stacked = (operand: number, innerFirst: boolean): string => {
    const order = innerFirst ? usual : swapped;
    const last = lowering.dimensions.operands[node.id][operand][order[rank - 1]];
    const name = lowering.use(node, operand, { order });
    if (hasRows(last)) return lowering.emit('Reshape', [name, lengthsWithRows(lowering, node, operand, order)]);
    return lowering.emit('Reshape', [name, lowering.ints([-1, last.length])]);
  };
  return lowering.emit('Gemm', [stacked(0, node.transposeA), stacked(1, !node.transposeB)], { transA: { int: 1 } });
}

/** [everything else, last axis] where the last axis scales with the rows. */
function lengthsWithRows(lowering: Lowering, node: Matmul, operand: number, order: readonly number[]): string {
  const dims = lowering.dimensions.operands[node.id][operand];
  return lowering.emit('Concat', [lowering.ints([-1]), lowering.lengths([dims[order[order.length - 1]]])], { axis: { int: 0 } });
}
