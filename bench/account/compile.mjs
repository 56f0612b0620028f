/** The compiler's `compile`, whose programs count what they do: see {@link counts}. Put in its place by resolve.mjs. */
import * as compiler from '../../packages/compiler/dist/compile.js';
import { optimise } from '../../packages/compiler/dist/optimise/index.js';
import { totalCost } from '../../packages/compiler/dist/graph/index.js';
import { trace } from '../../packages/compiler/dist/trace/index.js';

export * from '../../packages/compiler/dist/compile.js';

const nothing = () => ({ calls: 0, milliseconds: 0, flops: 0, nodeBytes: 0, bytes: 0, programs: new Map() });

/**
 * Since the last `restart`: calls of programs, time inside them, floating-point operations, bytes moved if each node of the
 * graphs were computed alone, bytes of what goes in and comes out, and for each program its time, its last arguments and their operations.
 */
export let counts = nothing();
export const restart = () => {
  counts = nothing();
};

const sizeOf = (shape) => shape.reduce((size, length) => size * length, 1);
const bytesOf = (arrays) => Object.values(arrays).reduce((sum, { byteLength }) => sum + byteLength, 0);

/** Operations and bytes as functions of the number of rows, of which every node's are a constant and a multiple. */
function costOf(f, inputs, graph) {
  const counted = graph?.inputs.find(({ rowAxis }) => rowAxis !== undefined);
  if (counted === undefined) return { cost: () => (graph ? totalCost(graph) : { flops: 0, bytes: 0 }), rowsOf: () => 0 };
  const { shape } = graph.nodes[counted.id];
  const few = shape[counted.rowAxis];
  const many = 2 * few + 1;
  const wider = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      input.rowAxis === undefined ? input : { ...input, shape: input.shape.with(input.rowAxis, many) },
    ]),
  );
  const [a, b] = [totalCost(graph), totalCost(optimise(trace(f, wider)))];
  const at = (key, rows) => a[key] + ((b[key] - a[key]) * (rows - few)) / (many - few);
  return {
    rowsOf: (args) => (args[counted.name].length * few) / sizeOf(shape),
    cost: (rows) => ({ flops: at('flops', rows), bytes: at('bytes', rows) }),
  };
}

export async function compile(f, inputs, options) {
  const program = await compiler.compile(f, inputs, options);
  const { cost, rowsOf } = costOf(f, inputs, program.graph);
  let parameterBytes = 0;
  const bind = (parameters) => {
    program.bind(parameters);
    parameterBytes = bytesOf(parameters);
  };
  const run = (args, into) => {
    const start = performance.now();
    const finish = (results) => {
      const milliseconds = performance.now() - start;
      const { flops, bytes } = cost(rowsOf(args));
      counts.calls++;
      counts.milliseconds += milliseconds;
      counts.flops += flops;
      counts.nodeBytes += bytes;
      counts.bytes += bytesOf(args) + parameterBytes + bytesOf(results);
      counts.programs.set(program, { args, flops, milliseconds: milliseconds + (counts.programs.get(program)?.milliseconds ?? 0) });
      return results;
    };
    const results = program.run(args, into);
    return results instanceof Promise ? results.then(finish) : finish(results);
  };
  return Object.create(program, { run: { value: run, enumerable: true }, bind: { value: bind, enumerable: true } });
}
