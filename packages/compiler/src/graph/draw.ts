import { costOf } from './cost.js';
import type { Graph, Node, OperationName } from './graph.js';
import { describe, typeOf } from './print.js';

/** "1.2 M", "340": a count to two or three digits. */
export function inUnits(count: number): string {
  const [size, unit] = (
    [
      [1e9, ' G'],
      [1e6, ' M'],
      [1e3, ' k'],
    ] as const
  ).find(([size]) => count >= size) ?? [1, ''];
  return `${Number((count / size).toPrecision(3))}${unit}`;
}

const colours: { readonly [O in OperationName]?: string } = {
  input: 'lightblue',
  constant: 'grey90',
  fill: 'grey90',
  matmul: 'orange',
  rowMatmul: 'orange',
  conv2d: 'orange',
  conv2dInput: 'orange',
  conv2dFilter: 'orange',
  reduce: 'khaki',
};

/** The graph in Graphviz's DOT language: a box for each node with its shape, floating-point operations and bytes moved. */
export function drawGraph(graph: Graph): string {
  const box = (node: Node): string => {
    const { flops, bytes } = costOf(node, graph);
    const cost = bytes > 0 ? [`${inUnits(flops)} FLOP, ${inUnits(bytes)} B`] : [];
    const label = [`%${node.id} ${describe(node, graph.inputs)}`, typeOf(node), ...cost].map(escape).join('\\n');
    return `  n${node.id} [label="${label}", fillcolor="${colours[node.op] ?? 'white'}"];`;
  };
  const edges = graph.nodes.flatMap(({ id, inputs }) => inputs.map((operand) => `  n${operand} -> n${id};`));
  const outputs = graph.outputs.flatMap(({ name, id }, i) => [
    `  out${i} [label="${escape(name)}", shape=oval, fillcolor="lightgreen"];`,
    `  n${id} -> out${i};`,
  ]);
  return ['digraph {', '  node [shape=box, style=filled];', ...graph.nodes.map(box), ...edges, ...outputs, '}', ''].join('\n');
}

const escape = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
