import type { Graph } from '../graph/index.js';
import { interpret } from '../interpret/index.js';
import { unsupported } from './kernel.js';
import type { Session } from './session.js';

/**
 * The numbers of a node that depends on constants alone. Throws `unsupported` where it depends on an input: a graph has no
 * numbers while it is traced.
 */
export function fold({ graph }: Session, node: number): Float64Array {
  const needed = new Set([node]);
  for (let id = node; id >= 0; id--) {
    if (!needed.has(id)) continue;
    const at = graph.nodes[id];
    if (at.op === 'input') {
      throw unsupported(`A traced function reads numbers that depend on its input '${at.name}' (dataSync, arraySync, print, …)`);
    }
    for (const input of at.inputs) needed.add(input);
  }
  const ids = [...needed].toSorted((a, b) => a - b);
  const renumbered = new Map(ids.map((id, i) => [id, i]));
  const part: Graph = {
    nodes: ids.map((id, i) => ({ ...graph.nodes[id], id: i, inputs: graph.nodes[id].inputs.map((input) => renumbered.get(input)!) })),
    inputs: [],
    outputs: [{ name: 'value', id: ids.length - 1 }],
  };
  return interpret(part, {}, { round: Math.fround })['value'];
}
