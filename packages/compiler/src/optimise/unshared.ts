import { sizeOf } from '@advect/base/array';
import type { GraphBuilder, Node, NodeOf } from '../graph/index.js';
import type { Rule, Rules, Uses } from './rewrite.js';
import { sameShape } from './shapes.js';

type Binary = NodeOf<'binary'>;

const asProduct = (node: Node): Binary | undefined => (node.op === 'binary' && node.f === 'mul' ? node : undefined);

/** x·(y·s) as (x·y)·s where s is smaller than the rest: what is done with s later is done to fewer entries. */
const smallFactorsOut: Rule<'binary'> = (node, g, uses) => {
  if (node.f !== 'mul') return undefined;
  const size = sizeOf(node.shape);
  for (const [x, product] of [node.inputs, [...node.inputs].reverse()]) {
    const inner = asProduct(g.nodes[product]);
    if (!inner || uses(product) !== 1 || sizeOf(inner.shape) < size || sizeOf(g.nodes[x].shape) < size) continue;
    for (const [y, small] of [inner.inputs, [...inner.inputs].reverse()]) {
      const isSmall = sizeOf(g.nodes[small].shape) < size && sizeOf(g.nodes[y].shape) === size;
      if (isSmall) return g.binary('mul', g.binary('mul', x, y), small);
    }
  }
};

/** a·s ± b·s as (a ± b)·s. */
const commonFactor: Rule<'binary'> = (node, g, uses) => {
  const [a, b] = node.inputs.map((id) => asProduct(g.nodes[id]));
  if ((node.f !== 'add' && node.f !== 'sub') || !a || !b || !node.inputs.every((id) => uses(id) === 1)) return undefined;
  const common = a.inputs.find((id) => b.inputs.includes(id));
  if (common === undefined) return undefined;
  const [restA, restB] = [a, b].map(({ inputs: [x, y] }) => (x === common ? y : x));
  const rest = g.binary(node.f, restA, restB);
  return sizeOf(g.nodes[rest].shape) <= sizeOf(node.shape) ? g.binary('mul', rest, common) : undefined;
};

/** Σa ± Σb as Σ(a ± b): one sum instead of two. */
const oneSum: Rule<'binary'> = (node, g, uses) => {
  if (node.f !== 'add' && node.f !== 'sub') return undefined;
  const [a, b] = node.inputs.map((id) => sumOf(id, g, uses));
  if (!a || !b || !sameShape(a.axes, b.axes)) return undefined;
  const [x, y] = [a.inputs[0], b.inputs[0]];
  return sameShape(g.nodes[x].shape, g.nodes[y].shape) ? g.reduce('sum', g.binary(node.f, x, y), a.axes) : undefined;
};

function sumOf(id: number, g: GraphBuilder, uses: Uses): NodeOf<'reduce'> | undefined {
  const node = g.nodes[id];
  return node.op === 'reduce' && node.f === 'sum' && node.dtype === 'float32' && uses(id) === 1 ? node : undefined;
}

/** What pays only where a value has no other user, who would need it computed all the same. */
export const unshared: Rules = { binary: [smallFactorsOut, commonFactor, oneSum] };
