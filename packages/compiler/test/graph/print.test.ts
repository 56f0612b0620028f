import test from 'ava';
import { costOf, drawGraph, formatProfile, type Graph, graphBuilder, printGraph, totalCost } from '#src/graph/index.js';

function layer(): Graph {
  const g = graphBuilder();
  const x = g.input('x', [512, 2], { rowAxis: 0 });
  const w = g.input('w', [2, 64], { kind: 'parameter' });
  const y = g.unary('tanh', g.binary('add', g.matmul(x, w), g.constant(new Float32Array(64).fill(0.5), [1, 64])));
  const total = g.reduce('sum', g.matmul(y, y, { transposeA: true }), [0, 1]);
  return g.finish([
    { name: 'the "y"', id: y },
    { name: 'total', id: total },
  ]);
}

test('a graph is printed a line for each node', (t) => {
  t.is(
    printGraph(layer()),
    `%0 = argument 'x' with rows on axis 0 : float32 [512, 2]
%1 = parameter 'w' : float32 [2, 64]
%2 = matmul A·B(%0, %1) : float32 [512, 64]
%3 = constant [0.5, 0.5, 0.5, …] : float32 [1, 64]
%4 = add(%2, %3) : float32 [512, 64]
%5 = tanh(%4) : float32 [512, 64]
%6 = matmul Aᵀ·B(%5, %5) : float32 [64, 64]
%7 = sum over axes [0, 1](%6) : float32 []
output 'the "y"' = %5
output 'total' = %7`,
  );
});

test('costs count multiplications and additions, and bytes once each', (t) => {
  const graph = layer();
  const costs = graph.nodes.map((node) => costOf(node, graph));
  t.deepEqual(costs[0], { flops: 0, bytes: 0 });
  t.deepEqual(costs[2], { flops: 2 * 512 * 2 * 64, bytes: 4 * (512 * 2 + 2 * 64 + 512 * 64) });
  t.deepEqual(costs[4], { flops: 512 * 64, bytes: 4 * (512 * 64 + 64 + 512 * 64) });
  t.is(costs[6].flops, 2 * 64 * 512 * 64);
  t.deepEqual(costs[7], { flops: 64 * 64, bytes: 4 * (64 * 64 + 1) });
  t.is(
    totalCost(graph).flops,
    costs.reduce((sum, { flops }) => sum + flops, 0),
  );
});

test('a convolution costs the same in its three forms, rows first or last; a batch that repeats counts', (t) => {
  const g = graphBuilder();
  const geometry = { strides: [2, 2], dilations: [1, 1], pads: [1, 1, 1, 1] } as const;
  const filter = g.fill(1, [3, 3, 4, 5]);
  const x = g.fill(1, [6, 8, 8, 4]);
  const y = g.conv2d(x, filter, geometry);
  const ids = [
    y,
    g.conv2d(g.fill(1, [8, 8, 4, 6]), filter, geometry, { rowsLast: true }),
    g.conv2dInput(y, filter, geometry, [6, 8, 8, 4]),
    g.conv2dFilter(x, y, geometry, [3, 3, 4, 5]),
  ];
  const product = g.matmul(g.fill(1, [3, 1, 2, 7]), g.fill(1, [1, 4, 7, 5]), { sumBatch: true });
  const perRow = g.rowMatmul(g.fill(1, [7, 2, 16]), g.fill(1, [7, 5, 16]), { transposeA: true });
  const graph = g.finish([]);
  for (const id of ids) t.is(costOf(graph.nodes[id], graph).flops, 2 * 6 * 4 * 4 * 5 * 3 * 3 * 4);
  t.is(costOf(graph.nodes[product], graph).flops, 2 * 12 * 2 * 7 * 5);
  t.is(costOf(graph.nodes[perRow], graph).flops, 2 * 2 * 7 * 5 * 16);
});

test('a graph is drawn in DOT', (t) => {
  const dot = drawGraph(layer());
  t.regex(dot, /^digraph \{\n/);
  t.true(dot.includes('n2 [label="%2 matmul A·B\\nfloat32 [512, 64]\\n131 k FLOP, 136 k B", fillcolor="orange"];'));
  t.true(dot.includes('n5 -> n6;\n  n5 -> n6;'));
  t.true(dot.includes('label="the \\"y\\""'));
  t.is(dot.split('{').length, dot.split('}').length);
});

test('a profile names the slowest node first', (t) => {
  const lines = formatProfile({
    graph: layer(),
    kernels: [
      { node: 2, kind: 'matmul', calls: 10, milliseconds: 1 },
      { node: 5, kind: 'map', calls: 10, milliseconds: 3 },
      { node: 2, kind: 'storeRows', calls: 10, milliseconds: 0.5 },
    ],
  }).split('\n');
  t.deepEqual(lines[0].split(/ {2,}/).filter(Boolean), ['ms', 'share', 'calls', 'GFLOP/s', 'bytes', 'kernel', 'node']);
  t.deepEqual(lines[1].trim().split(/ {2,}/), ['3.000', '66.7 %', '10', '1.75', '2.62 M', 'map', '%5 tanh : float32 [512, 64]']);
  t.deepEqual(lines[2].trim().split(/ {2,}/)[3], '1.31');
  t.deepEqual(lines[3].trim().split(/ {2,}/).slice(3, 6), ['0.00', '2.62 M', 'storeRows']);
  t.is(lines[4], '4.500 ms in all');
});
