import type { Graph } from '../graph/index.js';
import { arithmetic } from './arithmetic.js';
import { arrangement } from './arrangement.js';
import { withoutDeadNodes } from './dead.js';
import { folding } from './fold.js';
import { functions } from './functions.js';
import { pieces } from './pieces.js';
import { products } from './products.js';
import { reductions } from './reductions.js';
import { repeats } from './repeats.js';
import { rewrite } from './rewrite.js';
import type { Rules } from './rewrite.js';
import { unshared } from './unshared.js';

const families: readonly Rules[] = [folding, repeats, arithmetic, functions, pieces, reductions, products, arrangement];

/** Rules go through what they add, so a second pass finds little and a third nothing; this ends what might go in circles. */
const MOST_PASSES = 6;

/**
 * A graph that computes the same with fewer and cheaper operations. Equal values are computed once. Results may differ by
 * float32's rounding and in the sign of zeros. NaN and infinities appear where they did, with two exceptions: numbers that come
 * within a factor of 10⁶ of float32's largest may overflow in one order of factors and not in the other; and an infinite factor
 * that all terms of a sum share is multiplied with the sum, where infinite terms of both signs would have made NaN.
 */
export function optimise(graph: Graph): Graph {
  return settled(settled(withoutDeadNodes(graph), families), [...families, unshared]);
}

function settled(graph: Graph, families: readonly Rules[]): Graph {
  let current = graph;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    const next = withoutDeadNodes(rewrite(current, families));
    const isSettled = next.nodes.length === current.nodes.length && next.nodes.every((node, i) => isSame(node, current.nodes[i]));
    current = next;
    if (isSettled) break;
  }
  return current;
}

const isSame = (a: Graph['nodes'][number], b: Graph['nodes'][number]): boolean =>
  a.op === b.op && a.inputs.length === b.inputs.length && a.inputs.every((id, i) => id === b.inputs[i]);
