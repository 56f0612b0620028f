import { sizeOf } from '@advect/base/array';
import { type Attributes, type Lowerings, listOf, type Operands } from '../kernel.js';
import type { Ops } from '../ops.js';
import { tf } from '../tf.js';
import { finishFused } from './activations.js';

function matmul(ops: Ops, { a, b }: Operands, { transposeA = false, transposeB = false }: Attributes): number {
  const rank = Math.max(ops.shape(a).length, ops.shape(b).length);
  const full = (x: number): number => {
    const shape = ops.shape(x);
    return ops.reshape(x, [...Array.from({ length: rank - shape.length }, () => 1), ...shape]);
  };
  return ops.matmul(full(a), full(b), { transposeA, transposeB });
}

/** Axes moved to the order of `labels`, with those that `x` lacks left out. */
const arrange = (ops: Ops, x: number, own: readonly number[], labels: readonly number[]): number =>
  ops.transpose(
    x,
    labels.map((label) => own.indexOf(label)),
  );

/** A sum of products by letters: what only one operand has and the result lacks is summed first, the rest is one matmul. */
function einsum(ops: Ops, operands: Operands, { equation }: Attributes): number {
  const xs = listOf(operands);
  const { allDims, summedDims, idDims } = tf.backend_util.decodeEinsumEquation(equation, xs.length);
  tf.backend_util.checkEinsumDimSizes(
    allDims.length,
    idDims,
    xs.map((x) => ({ shape: ops.shape(x) }) as tf.Tensor),
  );
  const result = allDims.map((_, label) => label).filter((label) => !summedDims.includes(label));
  const reduced = xs.map((x, i) => {
    const alone = idDims[i].filter((label) => summedDims.includes(label) && idDims.every((dims, j) => j === i || !dims.includes(label)));
    const axes = alone.map((label) => idDims[i].indexOf(label));
    return { x: ops.reduce('sum', x, axes), own: idDims[i].filter((label) => !alone.includes(label)) };
  });
  const [first, second] = reduced;
  if (!second) return arrange(ops, first.x, first.own, result);
  const shared = first.own.filter((label) => second.own.includes(label));
  const batch = shared.filter((label) => result.includes(label));
  const contracted = shared.filter((label) => !result.includes(label));
  const freeOf = (own: readonly number[]): number[] => own.filter((label) => !shared.includes(label));
  const lengths = (x: number, own: readonly number[], labels: readonly number[]): number[] =>
    labels.map((label) => ops.shape(x)[own.indexOf(label)]);
  const matrix = ({ x, own }: { x: number; own: number[] }, order: readonly (readonly number[])[]): number =>
    ops.reshape(arrange(ops, x, own, [...batch, ...order.flat()]), [
      ...lengths(x, own, batch),
      ...order.map((labels) => sizeOf(lengths(x, own, labels))),
    ]);
  const [freeFirst, freeSecond] = [freeOf(first.own), freeOf(second.own)];
  const product = ops.matmul(matrix(first, [freeFirst, contracted]), matrix(second, [contracted, freeSecond]));
  const full = ops.reshape(product, [
    ...lengths(first.x, first.own, [...batch, ...freeFirst]),
    ...lengths(second.x, second.own, freeSecond),
  ]);
  return arrange(ops, full, [...batch, ...freeFirst, ...freeSecond], result);
}

/** Matrix products. */
export const products: Lowerings = {
  BatchMatMul: matmul,
  Einsum: einsum,
  _FusedMatMul: (ops, operands, attributes) => finishFused(ops, matmul(ops, operands, attributes), operands, attributes),
};
