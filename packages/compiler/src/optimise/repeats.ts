import { sizeOf } from '@advect/base/array';
import type { GraphBuilder } from '../graph/index.js';
import type { AnyRule, Rule, Rules } from './rewrite.js';
import { matchingAxes, sameButOnes, sameShape } from './shapes.js';

const identity: Rule<'broadcast'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (sameShape(x.shape, node.shape)) return x.id;
  if (x.op === 'broadcast') return g.broadcast(x.inputs[0], node.shape);
  const ones = node.shape.map(() => 1);
  return x.shape.length < ones.length ? g.broadcast(g.reshape(x.id, ones), node.shape) : undefined;
};

/** An elementwise operand need not be repeated: that is implied, or the smaller result is repeated. */
const elementwise: AnyRule = (node, g) => {
  const operands = node.inputs.map((id) => g.nodes[id]);
  if (!operands.some(({ op }) => op === 'broadcast')) return undefined;
  const bare = operands.map((operand) => (operand.op === 'broadcast' ? g.nodes[operand.inputs[0]] : operand));
  const shape = node.shape.map((_, axis) =>
    bare.reduce((most, operand) => ((operand.shape[axis] ?? 1) === 1 ? most : operand.shape[axis]), 1),
  );
  const small = g.node(
    node,
    bare.map(({ id }) => id),
    shape,
    node.dtype,
  );
  return sameShape(shape, node.shape) ? small : g.broadcast(small, node.shape);
};

/** The shape of an operand (of a value with shape `from`) once that value has shape `to`: differences are axes of length 1. */
function reshapedOperand(operand: readonly number[], from: readonly number[], to: readonly number[]): number[] {
  return matchingAxes(from, to).map((axis) => (axis < 0 ? 1 : operand[axis]));
}

const ofReshape: Rule<'reshape'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (x.op !== 'broadcast' || !sameButOnes(x.shape, node.shape)) return undefined;
  const [operand] = x.inputs;
  return g.broadcast(g.reshape(operand, reshapedOperand(g.nodes[operand].shape, x.shape, node.shape)), node.shape);
};

const ofTranspose: Rule<'transpose'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (x.op !== 'broadcast') return undefined;
  return g.broadcast(g.transpose(x.inputs[0], node.perm), node.shape);
};

const ofSlice: Rule<'slice'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (x.op !== 'broadcast') return undefined;
  const from = g.nodes[x.inputs[0]].shape;
  const whole = from.map((length) => length === 1);
  const small = g.slice(
    x.inputs[0],
    node.begin.map((index, axis) => (whole[axis] ? 0 : index)),
    node.shape.map((length, axis) => (whole[axis] ? 1 : length)),
    node.strides.map((stride, axis) => (whole[axis] ? 1 : stride)),
  );
  return g.broadcast(small, node.shape);
};

/** A sum over copies is a multiple; a maximum or minimum of copies is that of one. */
const ofReduce: Rule<'reduce'> = (node, g, _, rows) => {
  const x = g.nodes[node.inputs[0]];
  if (x.op !== 'broadcast' || node.f === 'product' || sizeOf(x.shape) === 0) return undefined;
  const operand = g.nodes[x.inputs[0]];
  const copied = node.axes.filter((axis) => operand.shape[axis] === 1 && x.shape[axis] > 1 && !rows.has(x.shape[axis]));
  if (copied.length === 0) return undefined;
  const count = sizeOf(copied.map((axis) => x.shape[axis]));
  const rest = g.broadcast(
    operand.id,
    x.shape.map((length, axis) => (copied.includes(axis) ? 1 : length)),
  );
  const once = g.reduce(node.f, rest, node.axes);
  return node.f === 'sum' ? g.binary('mul', once, g.fill(count, [], g.nodes[once].dtype)) : once;
};

/** Products repeat their batch axes themselves, and a repeated row or column of an operand is one of the result. */
const ofMatmul: Rule<'matmul'> = (node, g) => {
  const rank = g.nodes[node.inputs[0]].shape.length;
  if (node.sumBatch || rank < 3) return undefined;
  const bare = node.inputs.map((id) => batchOnce(id, g));
  if (bare.every((id, i) => id === node.inputs[i])) return undefined;
  const product = g.matmul(bare[0], bare[1], { transposeA: node.transposeA, transposeB: node.transposeB });
  return g.broadcast(product, node.shape);
};

/** What a matrix operand repeats along its batch axes alone. */
function batchOnce(id: number, g: GraphBuilder): number {
  const node = g.nodes[id];
  if (node.op !== 'broadcast') return id;
  const from = g.nodes[node.inputs[0]].shape;
  return from.length === node.shape.length && sameShape(from.slice(-2), node.shape.slice(-2)) ? node.inputs[0] : id;
}

/** Repeating comes last, or is implied. */
export const repeats: Rules = {
  broadcast: [identity],
  unary: [elementwise],
  cast: [elementwise],
  binary: [elementwise],
  select: [elementwise],
  reshape: [ofReshape],
  transpose: [ofTranspose],
  slice: [ofSlice],
  reduce: [ofReduce],
  matmul: [ofMatmul],
};
