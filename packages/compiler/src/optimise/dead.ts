import type { Graph, Node } from '../graph/index.js';

/** The graph without nodes that no output needs; its inputs stay. */
export function withoutDeadNodes(graph: Graph): Graph {
  const needed = graph.nodes.map(({ op }) => op === 'input');
  for (const { id } of graph.outputs) needed[id] = true;
  for (const node of [...graph.nodes].reverse()) {
    if (needed[node.id]) for (const operand of node.inputs) needed[operand] = true;
  }
  const places: number[] = [];
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    if (!needed[node.id]) continue;
    places[node.id] = nodes.length;
    nodes.push({ ...node, id: nodes.length, inputs: node.inputs.map((operand) => places[operand]) });
  }
  const moved = <T extends { readonly id: number }>(item: T): T => ({ ...item, id: places[item.id] });
  return { nodes, inputs: graph.inputs.map(moved), outputs: graph.outputs.map(moved) };
}
