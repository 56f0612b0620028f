import type { GraphBuilder, NodeOf } from '../graph/index.js';
import { scale, scaled } from './factors.js';
import type { Rule, Rules } from './rewrite.js';
import { matchingAxes, sameButOnes } from './shapes.js';

/** Reduced axes of length 1 only vanish. */
const overOnes: Rule<'reduce'> = (node, g) => {
  if (node.overRows) return undefined;
  const x = g.nodes[node.inputs[0]];
  if (node.axes.length === 0) return x.id;
  const ones = node.axes.filter((axis) => x.shape[axis] === 1);
  if (ones.length === 0) return undefined;
  const kept = x.shape.map((_, axis) => axis).filter((axis) => !ones.includes(axis));
  const bare = g.reshape(
    x.id,
    kept.map((axis) => x.shape[axis]),
  );
  return g.reduce(
    node.f,
    bare,
    node.axes.filter((axis) => !ones.includes(axis)).map((axis) => kept.indexOf(axis)),
  );
};

const ofReduce: Rule<'reduce'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (x.op !== 'reduce' || x.f !== node.f || node.overRows || x.overRows) return undefined;
  const { shape } = g.nodes[x.inputs[0]];
  const kept = shape.map((_, axis) => axis).filter((axis) => !x.axes.includes(axis));
  const axes = [...x.axes, ...node.axes.map((axis) => kept[axis])];
  return g.reduce(node.f, x.inputs[0], rising(axes));
};

const ofTranspose: Rule<'reduce'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (x.op !== 'transpose' || node.overRows) return undefined;
  const axes = rising(node.axes.map((axis) => x.perm[axis]));
  const kept = rising(x.perm.filter((axis) => !axes.includes(axis)));
  const order = x.perm.filter((axis) => !axes.includes(axis)).map((axis) => kept.indexOf(axis));
  return g.transpose(g.reduce(node.f, x.inputs[0], axes), order);
};

/** Of a value whose axes of length 1 were moved: of that value, with them moved afterwards. */
const ofReshape: Rule<'reduce'> = (node, g) => {
  const x = g.nodes[node.inputs[0]];
  if (x.op !== 'reshape' || node.overRows) return undefined;
  const { shape } = g.nodes[x.inputs[0]];
  if (!sameButOnes(shape, x.shape)) return undefined;
  const matching = matchingAxes(shape, x.shape);
  const axes = node.axes.map((axis) => matching[axis]);
  return axes.includes(-1) ? undefined : g.reshape(g.reduce(node.f, x.inputs[0], axes), node.shape);
};

/** Factors that are the same for all terms come out of a sum. */
const factors: Rule<'reduce'> = (node, g) => {
  if (node.f !== 'sum' || node.overRows || node.dtype !== 'float32') return undefined;
  const [x] = node.inputs;
  const number = scaled(g, x);
  if (number) return scale(g, g.reduce('sum', number[0], node.axes), number[1]);
  const product = g.nodes[x];
  if (product.op !== 'binary' || (product.f !== 'mul' && product.f !== 'div')) return undefined;
  const [a, b] = product.inputs;
  if (isSameAlong(node.axes, b, g)) return g.binary(product.f, g.reduce('sum', spread(a, product, g), node.axes), without(node.axes, b, g));
  if (product.f === 'div' || !isSameAlong(node.axes, a, g)) return undefined;
  return g.binary('mul', g.reduce('sum', spread(b, product, g), node.axes), without(node.axes, a, g));
};

const isSameAlong = (axes: readonly number[], id: number, g: GraphBuilder): boolean =>
  axes.every((axis) => (g.nodes[id].shape[axis] ?? 1) === 1);

/** An operand with the length of the product along every axis that the other operand does not have. */
const spread = (id: number, product: NodeOf<'binary'>, g: GraphBuilder): number =>
  g.nodes[id].shape.length === 0 ? g.broadcast(id, product.shape) : id;

const without = (axes: readonly number[], id: number, g: GraphBuilder): number => {
  const { shape } = g.nodes[id];
  if (shape.length === 0) return id;
  return g.reshape(
    id,
    shape.filter((_, axis) => !axes.includes(axis)),
  );
};

const rising = (axes: readonly number[]): number[] => axes.toSorted((i, j) => i - j);

/** Sums and other reductions of what is rearranged, reduced already, or scaled. */
export const reductions: Rules = { reduce: [overOnes, ofReduce, ofTranspose, ofReshape, factors] };
