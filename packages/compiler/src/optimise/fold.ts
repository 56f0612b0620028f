import { sizeOf } from '@advect/base/array';
import { costOf, type Graph, type GraphBuilder, type Node } from '../graph/index.js';
import { evaluate } from '../interpret/interpret.js';
import { sameShape } from './shapes.js';
import type { AnyRule, Rule, Rules } from './rewrite.js';

/** A folded constant has at most this many numbers, unless its operands have as many. */
const SMALL = 64;
/** Nothing that needs more operations is computed while compiling. */
const MOST_FLOPS = 2e5;

/** Functions of fills are fills, whatever their shape. */
const ofFills: AnyRule = (node, g) => {
  const operands = node.inputs.map((id) => g.nodes[id]);
  if (!operands.every((operand) => operand.op === 'fill')) return undefined;
  const one = { ...node, shape: [] } as Node;
  const values = operands.map((operand) => ({ shape: [], data: Float64Array.of((operand as { value: number }).value) }));
  return g.fill(Math.fround(evaluate(one, values)[0]), node.shape, node.dtype);
};

/** Moving the entries of one fill, or repeating them, gives a fill. */
const movedFill: AnyRule = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  return x.op === 'fill' ? g.fill(x.value, node.shape, node.dtype) : undefined;
};

const joinedFills: Rule<'concat'> = (node, g) => {
  const [first, ...others] = node.inputs.map((id) => g.nodes[id]);
  if (first.op !== 'fill' || !others.every((other) => other.op === 'fill' && Object.is(other.value, first.value))) return undefined;
  return g.fill(first.value, node.shape, node.dtype);
};

const paddedFill: Rule<'pad'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  return x.op === 'fill' && Object.is(x.value, node.value) ? g.fill(x.value, node.shape, node.dtype) : undefined;
};

const gatheredFill: Rule<'gather'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  return x.op === 'fill' ? g.fill(x.value, node.shape, node.dtype) : undefined;
};

const reducedFill: Rule<'reduce'> = (node, g, _, rows) => {
  const x = g.nodes[node.inputs[0]];
  if (x.op !== 'fill' || node.axes.some((axis) => rows.has(x.shape[axis]))) return undefined;
  const count = sizeOf(x.shape) / sizeOf(node.shape);
  if (!(count > 0)) return undefined;
  const value = { sum: x.value * count, product: x.value ** count, max: x.value, min: x.value }[node.f];
  return g.fill(Math.fround(value), node.shape, node.dtype);
};

/** A constant with one number everywhere is a fill. */
const uniform: Rule<'constant'> = (node, g) => {
  const [first] = node.data;
  if (node.data.length === 0 || !node.data.every((entry) => Object.is(entry, first))) return undefined;
  return g.fill(first, node.shape, node.dtype);
};

/** What depends on constants alone is computed now, if that is little and the result not larger than what it comes from. */
const ofConstants: AnyRule = (node, g, _, rows) => {
  const operands = node.inputs.map((id) => g.nodes[id]);
  if (operands.length === 0 || !operands.every(({ op }) => op === 'constant' || op === 'fill')) return undefined;
  const given = operands.reduce((most, { op, shape }) => (op === 'constant' ? Math.max(most, sizeOf(shape)) : most), SMALL);
  const graph: Graph = { nodes: g.nodes, inputs: [], outputs: [] };
  if (sizeOf(node.shape) > given || costOf(node, graph).flops > MOST_FLOPS) return undefined;
  // A fill may be as long as there are rows.
  if (operands.some(({ op, shape }) => op === 'fill' && (sizeOf(shape) > given || shape.some((length) => rows.has(length)))))
    return undefined;
  const values = operands.map((operand) => ({ shape: operand.shape, data: dataOf(operand) }));
  return g.constant(Float32Array.from(evaluate(node, values)), node.shape, node.dtype);
};

const dataOf = (node: Node): Float64Array =>
  node.op === 'constant' ? Float64Array.from(node.data) : new Float64Array(sizeOf(node.shape)).fill((node as { value: number }).value);

/** A fill among elementwise operands is one number, without a shape, where another operand has the result's shape. */
const scalarFill: AnyRule = (node, g) => {
  const shapes = node.inputs.map((id) => g.nodes[id].shape);
  const isFill = node.inputs.map((id) => g.nodes[id].op === 'fill');
  const shaped = isFill.findIndex((fill, i) => fill && shapes[i].length > 0);
  if (shaped < 0) return undefined;
  const others = node.inputs.map((_, i) => i).filter((i) => !isFill[i]);
  const rest = commonShape(others.map((i) => shapes[i]));
  const operands = node.inputs.map((id, i) => (isFill[i] ? scalarOf(id, g) : id));
  const small = g.node(node, operands, rest, node.dtype);
  return sameShape(rest, node.shape) ? small : g.broadcast(fullRank(small, node.shape.length, g), node.shape);
};

function scalarOf(id: number, g: GraphBuilder): number {
  const { value, dtype } = g.nodes[id] as Extract<Node, { op: 'fill' }>;
  return g.fill(value, [], dtype);
}

/** A value of rank 0 as one of `rank` axes of length 1. */
const fullRank = (id: number, rank: number, g: GraphBuilder): number =>
  g.nodes[id].shape.length === rank ? id : g.reshape(id, new Array<number>(rank).fill(1));

/** The shape that operands of one rank, or rank 0, make together. */
function commonShape(shapes: readonly (readonly number[])[]): readonly number[] {
  const full = shapes.filter((shape) => shape.length > 0);
  return full.length === 0 ? [] : full[0].map((_, axis) => full.map((shape) => shape[axis]).find((length) => length !== 1) ?? 1);
}

/** Fills and constants: what can be known before anything runs. Bounded: no constant grows out of small ones. */
export const folding: Rules = {
  constant: [uniform],
  unary: [ofFills, ofConstants],
  binary: [ofFills, ofConstants, scalarFill],
  select: [ofFills, ofConstants, scalarFill],
  cast: [ofFills, ofConstants],
  reduce: [reducedFill, ofConstants],
  reshape: [movedFill],
  transpose: [movedFill, ofConstants],
  slice: [movedFill, ofConstants],
  broadcast: [movedFill],
  concat: [joinedFills, ofConstants],
  pad: [paddedFill, ofConstants],
  gather: [gatheredFill, ofConstants],
  scatterAdd: [ofConstants],
  matmul: [ofConstants],
};
