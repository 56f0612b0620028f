import type { GraphBuilder, Node, NodeOf } from '../graph/index.js';
import type { AnyRule, Rule, Rules } from './rewrite.js';
import { sameShape } from './shapes.js';

const reshape: Rule<'reshape'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (sameShape(x.shape, node.shape)) return x.id;
  if (x.op === 'reshape') return g.reshape(x.inputs[0], node.shape);
  return x.op === 'constant' ? g.constant(x.data, node.shape, node.dtype) : undefined;
};

const transpose: Rule<'transpose'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (node.perm.every((axis, i) => axis === i)) return x.id;
  if (x.op === 'transpose') {
    return g.transpose(
      x.inputs[0],
      node.perm.map((axis) => x.perm[axis]),
    );
  }
  const moving = node.perm.filter((axis) => x.shape[axis] !== 1);
  return moving.every((axis, i) => i === 0 || axis > moving[i - 1]) ? g.reshape(x.id, node.shape) : undefined;
};

/** A function of rearranged operands is the function, rearranged; all operands with a shape must be rearranged alike. */
const afterwards: AnyRule = (node, g) => {
  const operands = node.inputs.map((id) => g.nodes[id]);
  const first = operands.find(({ shape }) => shape.length > 0);
  if (!first || (first.op !== 'reshape' && first.op !== 'transpose') || !sameShape(first.shape, node.shape)) return undefined;
  const { shape } = g.nodes[first.inputs[0]];
  if (shape.length === 0 || !operands.every((operand) => operand.shape.length === 0 || isAlike(operand, first, g))) return undefined;
  const ids = operands.map((operand) => (operand.shape.length === 0 ? operand.id : operand.inputs[0]));
  const inner = g.node(node, ids, shape, node.dtype);
  return first.op === 'reshape' ? g.reshape(inner, node.shape) : g.transpose(inner, first.perm);
};

function isAlike(operand: Node, first: NodeOf<'reshape'> | NodeOf<'transpose'>, g: GraphBuilder): boolean {
  if (operand.op !== first.op || !sameShape(operand.shape, first.shape)) return false;
  if (!sameShape(g.nodes[operand.inputs[0]].shape, g.nodes[first.inputs[0]].shape)) return false;
  return operand.op !== 'transpose' || sameShape(operand.perm, (first as NodeOf<'transpose'>).perm);
}

/** Reshapes and transpositions merge, and come after elementwise functions. */
export const arrangement: Rules = {
  reshape: [reshape],
  transpose: [transpose],
  unary: [afterwards],
  cast: [afterwards],
  binary: [afterwards],
  select: [afterwards],
};
