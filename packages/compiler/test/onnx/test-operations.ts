import test from 'ava';
import { sizeOf } from '@advect/base/array';
import type { Graph, GraphInput } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';
import { onnxProgram, type OnnxProgramOptions } from '#src/onnx/index.js';
import { casesOf } from './cases.js';

const numbers = (graph: Graph, { id, name }: GraphInput, seed: number): Float32Array =>
  Float32Array.from({ length: sizeOf(graph.nodes[id].shape) }, (_, i) =>
    name === 'index' ? (i * 7 + seed) % 4 : Math.fround(2.3 * Math.sin(12.9898 * (i + 1) + 78.233 * (seed + name.charCodeAt(0)))),
  );

/** Of a result's largest entry: chains of sums of up to some thirty products, each rounded to float32. */
const BOUND = 1e-5;

/** The largest difference, as a share of the largest entry or of 1; infinite and NaN entries must be the same. */
function difference(ours: Float32Array, theirs: Float64Array): number {
  if (ours.length !== theirs.length) return Infinity;
  const scale = theirs.reduce((largest, value) => (Number.isFinite(value) ? Math.max(largest, Math.abs(value)) : largest), 1);
  return theirs.reduce((worst, value, i) => {
    const apart = Object.is(ours[i], value) ? 0 : Math.abs(ours[i] - value) / scale;
    return Number.isNaN(apart) ? Infinity : Math.max(worst, apart);
  }, 0);
}

/**
 * What the worst entry has of its error bound n·2⁻²⁴·Σ|product| for n roundings, in whatever order (Higham 2002, eq. 3.5, to
 * first order). For results that are linear in each input the sum of magnitudes is the graph's value at the inputs' magnitudes.
 */
function shareOfBound(ours: Float32Array, theirs: Float64Array, magnitudes: Float64Array, roundings: number): number {
  if (ours.length !== theirs.length) return Infinity;
  return theirs.reduce((worst, value, i) => {
    const apart = ours[i] === value ? 0 : Math.abs(ours[i] - value) / (roundings * 2 ** -24 * magnitudes[i]);
    return Number.isNaN(apart) ? Infinity : Math.max(worst, apart);
  }, 0);
}

/** Every operation by ONNX Runtime, with several numbers of rows, against the same in float64. */
export function testOperations(options: OnnxProgramOptions): void {
  const others = [1, 8].map((rows) => new Map(casesOf(rows).map((other) => [other.name, other])));
  for (const given of casesOf(5)) {
    const { name, graph, dynamic } = given;
    test(`${name}: as in float64`, async (t) => {
      const program = await onnxProgram(graph, { threads: 1, ...options });
      t.is(program.report.reason.includes('any number'), dynamic);
      const versions = [given, ...(dynamic ? others.map((cases) => cases.get(name)!) : [])];
      for (const [seed, { graph: version, roundings }] of versions.entries()) {
        const values = Object.fromEntries(version.inputs.map((input) => [input.name, numbers(version, input, seed)]));
        const expected = interpret(version, values);
        const magnitudes = interpret(
          version,
          Object.fromEntries(Object.entries(values).map(([input, data]) => [input, data.map(Math.abs)])),
        );
        program.bind(values);
        const results = await program.run(values);
        for (const [output, theirs] of Object.entries(expected)) {
          const error = roundings
            ? shareOfBound(results[output], theirs, magnitudes[output], roundings[output])
            : difference(results[output], theirs) / BOUND;
          t.true(error < 1, `${seed} ${output}: ${error} of the bound`);
        }
      }
      program.dispose();
    });
  }
}
