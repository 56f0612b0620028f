import type { GraphBuilder, NodeOf } from '../graph/index.js';
import { fillOf } from './shapes.js';

/** The operand of a unary function; undefined where the node is none. */
export function argumentOf(f: NodeOf<'unary'>['f'], g: GraphBuilder, id: number): number | undefined {
  const node = g.nodes[id];
  return node.op === 'unary' && node.f === f ? node.inputs[0] : undefined;
}

/** x · c as [x, c]: a number's factor, counting −x as x · −1. */
export function scaled(g: GraphBuilder, id: number): readonly [number, number] | undefined {
  const node = g.nodes[id];
  if (node.op === 'unary' && node.f === 'neg') return [node.inputs[0], -1];
  if (node.op !== 'binary' || node.f !== 'mul') return undefined;
  const factor = fillOf(g, node.inputs[1]);
  return factor === undefined ? undefined : [node.inputs[0], factor];
}

export const neg = (g: GraphBuilder, x: number): number => g.unary('neg', x);

/** x · factor. */
export const scale = (g: GraphBuilder, x: number, factor: number): number => g.binary('mul', x, g.fill(Math.fround(factor)));
