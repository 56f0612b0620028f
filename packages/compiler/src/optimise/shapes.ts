import type { GraphBuilder } from '../graph/index.js';

/** A fill's number; undefined for any other node. */
export function fillOf(g: GraphBuilder, id: number): number | undefined {
  const node = g.nodes[id];
  return node.op === 'fill' ? node.value : undefined;
}

export const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

/** Whether two shapes differ by axes of length 1 alone. */
export const sameButOnes = (a: readonly number[], b: readonly number[]): boolean =>
  sameShape(
    a.filter((length) => length !== 1),
    b.filter((length) => length !== 1),
  );

/** For each axis of `to` that is not of length 1, the matching one of `from`; −1 for the others. Needs `sameButOnes`. */
export function matchingAxes(from: readonly number[], to: readonly number[]): number[] {
  const axes = from.flatMap((length, axis) => (length === 1 ? [] : [axis]));
  return to.map((length) => (length === 1 ? -1 : axes.shift()!));
}
