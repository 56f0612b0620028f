import { sizeOf } from '@advect/base/array';
import test from 'ava';
import fc from 'fast-check';
import type { Graph } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';
import { optimise } from '#src/optimise/index.js';
import { randomGraphs } from './random-graph.js';

/** Numbers for every input, none of them special. */
function numbersFor(graph: Graph): { [name: string]: Float64Array } {
  return Object.fromEntries(
    graph.inputs.map(({ name, id }, i) => [
      name,
      Float64Array.from({ length: sizeOf(graph.nodes[id].shape) }, (_, k) => Math.sin(1.7 * k + i + 0.3) * 1.5),
    ]),
  );
}

/** The largest number anywhere in a graph, at least 1: rounding is as large as that, times float32's precision. */
function largest(graph: Graph, inputs: { [name: string]: Float64Array }): number {
  const all = interpret({ ...graph, outputs: graph.nodes.map(({ id }) => ({ name: String(id), id })) }, inputs);
  return Object.values(all).reduce((most, data) => data.reduce((most, value) => Math.max(most, Math.abs(value) || 0), most), 1);
}

test('random graphs compute the same, and optimising again finds nothing', (t) => {
  fc.assert(
    fc.property(randomGraphs, (graph) => {
      const optimised = optimise(graph);
      const inputs = numbersFor(graph);
      const [before, after] = [interpret(graph, inputs), interpret(optimised, inputs)];
      const tolerance = 1e-5 * largest(graph, inputs);
      for (const { name, id } of optimised.outputs) {
        const source = graph.nodes[graph.outputs.find((output) => output.name === name)!.id];
        t.deepEqual(optimised.nodes[id].shape, source.shape);
        t.is(optimised.nodes[id].dtype, source.dtype);
        before[name].forEach((value, i) => {
          const other = after[name][i];
          t.true(Math.abs(value - other) <= tolerance || Object.is(value, other) || tolerance > 1, `${name}: ${value}, ${other}`);
        });
      }
      t.deepEqual(optimise(optimised).nodes.length, optimised.nodes.length);
    }),
    { numRuns: 300 },
  );
});
