import type { RowGraph } from '../rows/rows-last.js';
import { sizeOfShape } from './views.js';

/** Bytes of what one kernel of a tile touches besides weights: about half of a core's second-level cache. */
const budget = 512 * 1024;

/**
 * Rows in a tile, given the graph cut into tiles of any size: 64, fewer where values are so wide that an operand and a
 * result of that many rows would not stay in cache. Weights are read again for each tile, so that small tiles cost wide nets
 * dearly.
 */
export function tileFor({ graph, tile, phases }: RowGraph): number {
  const widths = graph.nodes
    .filter(({ op, shape }, id) => phases[id] === 'tile' && op !== 'constant' && op !== 'fill' && shape.at(-1) === tile)
    .map(({ shape }) => sizeOfShape(shape) / tile)
    .toSorted((a, b) => b - a)
    .slice(0, 3);
  const bytes = 4 * widths.reduce((sum, width) => sum + width, 0);
  const fitting = Math.floor(budget / Math.max(1, bytes) / 8) * 8;
  return Math.min(64, Math.max(8, fitting));
}
