import { sizeOf } from '@advect/base/array';
import type { GraphBuilder, NodeOf } from '../graph/index.js';
import { neg, scale, scaled } from './factors.js';
import type { Rule, Rules } from './rewrite.js';
import { fillOf } from './shapes.js';

type Matmul = NodeOf<'matmul'>;

const again = ({ transposeA, transposeB, sumBatch, overRows }: Matmul, a: number, b: number, g: GraphBuilder): number =>
  g.matmul(a, b, { transposeA, transposeB, ...(sumBatch && { sumBatch }), ...(overRows && { overRows }) });

/** A transposed operand is a flag. */
const flags: Rule<'matmul'> = (node, g) => {
  const [a, b] = node.inputs.map((id) => swapped(id, g));
  if (a === undefined && b === undefined) return undefined;
  return again(
    { ...node, transposeA: node.transposeA !== (a !== undefined), transposeB: node.transposeB !== (b !== undefined) },
    a ?? node.inputs[0],
    b ?? node.inputs[1],
    g,
  );
};

/** The matrix that a node transposes in its last two axes. */
function swapped(id: number, g: GraphBuilder): number | undefined {
  const node = g.nodes[id];
  if (node.op !== 'transpose') return undefined;
  const last = node.perm.length - 1;
  const isSwap = node.perm.every((axis, i) => axis === (i === last ? last - 1 : i === last - 1 ? last : i));
  return isSwap ? node.inputs[0] : undefined;
}

/** Batch axes that are all of length 1 are none. */
const withoutBatch: Rule<'matmul'> = (node, g) => {
  const shapes = node.inputs.map((id) => g.nodes[id].shape);
  if (shapes[0].length === 2 || shapes.some((shape) => sizeOf(shape.slice(0, -2)) !== 1)) return undefined;
  const [a, b] = node.inputs.map((id, i) => g.reshape(id, shapes[i].slice(-2)));
  return g.reshape(again({ ...node, sumBatch: undefined }, a, b, g), node.shape);
};

/** A column times a row is an elementwise product. */
const outer: Rule<'matmul'> = (node, g) => {
  if (node.sumBatch || node.overRows) return undefined;
  const [a, b] = node.inputs.map((id) => g.nodes[id].shape);
  if (a[a.length - (node.transposeA ? 2 : 1)] !== 1) return undefined;
  const column = g.reshape(node.inputs[0], [...a.slice(0, -2), sizeOf(a.slice(-2)), 1]);
  const row = g.reshape(node.inputs[1], [...b.slice(0, -2), 1, sizeOf(b.slice(-2))]);
  return g.binary('mul', column, row);
};

/** A product with a matrix of one number is a sum, repeated. */
const withFill: Rule<'matmul'> = (node, g) => {
  if (node.sumBatch || node.overRows) return undefined;
  const [a, b] = node.inputs;
  const rank = node.shape.length;
  const [fillA, fillB] = [fillOf(g, a), fillOf(g, b)];
  if (fillB !== undefined) return repeatedSum(node, a, node.transposeA ? rank - 2 : rank - 1, rank - 1, fillB, g);
  if (fillA !== undefined) return repeatedSum(node, b, node.transposeB ? rank - 1 : rank - 2, rank - 2, fillA, g);
};

/** factor · Σ x over its axis `inner`, repeated along the result's axis `along`. */
function repeatedSum(node: Matmul, x: number, inner: number, along: number, factor: number, g: GraphBuilder): number {
  const sum = g.reduce('sum', x, [inner]);
  const shape = [...g.nodes[sum].shape];
  shape.splice(along, 0, 1);
  return g.broadcast(scale(g, g.reshape(sum, shape), factor), node.shape);
}

/** Signs, and numbers where the result is no larger, are for the product. */
const factors: Rule<'matmul'> = (node, g) => {
  for (const [i, id] of node.inputs.entries()) {
    const number = scaled(g, id);
    if (!number || (number[1] !== -1 && sizeOf(node.shape) > sizeOf(g.nodes[id].shape))) continue;
    const [a, b] = node.inputs.with(i, number[0]);
    return number[1] === -1 ? neg(g, again(node, a, b, g)) : scale(g, again(node, a, b, g), number[1]);
  }
};

/** Products of matrices that are transposed, of one column, of one number, or scaled. */
export const products: Rules = { matmul: [flags, withFill, withoutBatch, outer, factors] };
