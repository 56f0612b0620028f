import type { Graph } from '../graph/index.js';
import { sizeOfShape } from './views.js';

/** Bytes of what one kernel of a tile touches besides weights: about half of a core's second-level cache. */
const budget = 512 * 1024;

/**
 * Rows in a tile: 64, fewer where values are so wide that an operand and a result of that many rows would not stay in
 * cache. Weights are read again for each tile, so that small tiles cost wide nets dearly.
 */
export function tileFor(graph: Graph): number {
  const rows = graph.inputs.flatMap(({ id, rowAxis }) => (rowAxis === undefined ? [] : [graph.nodes[id].shape[rowAxis]]))[0] ?? 1;
  const parameters = new Set(graph.inputs.filter(({ rowAxis }) => rowAxis === undefined).map(({ id }) => id));
  const widths = graph.nodes
    .filter((node) => !parameters.has(node.id) && node.op !== 'constant' && node.op !== 'fill' && sizeOfShape(node.shape) % rows === 0)
    .map((node) => sizeOfShape(node.shape) / rows)
    .toSorted((a, b) => b - a)
    .slice(0, 3);
  const bytes = 4 * widths.reduce((sum, width) => sum + width, 0);
  const fitting = Math.floor(budget / Math.max(1, bytes) / 8) * 8;
  return Math.min(64, Math.max(8, fitting));
}
