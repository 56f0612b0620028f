import { type GraphBuilder, graphBuilder, printGraph } from '#src/graph/index.js';
import { optimise } from '#src/optimise/index.js';

/** What becomes of a graph's one result: its printed nodes without inputs, such as 'mul(%0, %1)', joined by '; '. */
export function simplified(build: (g: GraphBuilder) => number): string {
  const g = graphBuilder();
  const graph = optimise(g.finish([{ name: 'y', id: build(g) }]));
  const lines = printGraph(graph).split('\n').slice(0, graph.nodes.length);
  const [{ id }] = graph.outputs;
  const steps = lines.filter((_, i) => graph.nodes[i].op !== 'input').map((line) => line.replace(/^%\d+ = /, ''));
  return graph.nodes[id].op === 'input' ? `%${id}` : steps.join('; ');
}
