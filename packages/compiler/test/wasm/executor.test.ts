import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import { AdvectError, type ErrorCode } from '@advect/base/errors';
import { type Graph, graphBuilder } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';
import { makePlan } from '#src/plan/index.js';
import { acceptsRelaxedSimd } from '#src/wasm/assembler/index.js';
import { createWasmProgram, wasmProgram } from '#src/wasm/executor.js';
import { difference, numbersFor } from './codegen/support/agreement.js';

/** y = tanh(x·w + s) row by row, and the sum over the rows of xᵀ·y, halved. */
function netOf(rows: number): Graph {
  const g = graphBuilder();
  const x = g.input('x', [rows, 3], { rowAxis: 0 });
  const w = g.input('w', [3, 5], { kind: 'parameter' });
  const s = g.input('s', [1, 5]);
  const y = g.unary('tanh', g.binary('add', g.matmul(x, w), s));
  const slope = g.binary('mul', g.matmul(x, y, { transposeA: true }), g.fill(0.5));
  return g.finish([
    { name: 'y', id: y },
    { name: 'slope', id: slope },
  ]);
}

const plan = makePlan(netOf(16), { tile: 8 });
const given = (rows: number) => {
  const { w, ...args } = numbersFor(netOf(rows));
  return { parameters: { w }, args };
};
const agrees = (results: Record<string, ArrayLike<number>>, rows: number): boolean => {
  const { parameters, args } = given(rows);
  const expected = interpret(netOf(rows), { ...parameters, ...args });
  return Object.keys(expected).every((name) => difference(results[name], expected[name]) < 1e-6);
};

test('any number of rows, up and down, with none between', (t) => {
  const program = wasmProgram(plan);
  program.bind(given(1).parameters);
  for (const rows of [5, 8, 0, 1, 5_000, 17, 100_000, 3]) {
    const { parameters, args } = given(rows);
    program.bind(parameters);
    const results = program.run(args);
    t.is(results['y'].length, 5 * rows);
    if (rows === 0) t.deepEqual([...results['slope']], Array<number>(15).fill(0));
    else t.true(agrees(results, rows), `${rows} rows`);
  }
  t.is(program.report.executor, 'wasm');
  t.is(program.report.threads, 1);
  t.is(program.report.target, acceptsRelaxedSimd() ? 'relaxed-simd' : 'simd');
});

test('results go where they are wanted', (t) => {
  const program = wasmProgram(plan);
  const { parameters, args } = given(9);
  program.bind(parameters);
  const y = new Float32Array(45);
  const results = program.run(args, { y });
  t.is(results['y'], y);
  t.true(agrees(results, 9));
});

test('what does not fit is refused, with names and numbers', (t) => {
  const program = wasmProgram(plan);
  const { parameters, args } = given(8);
  const refuses = (run: () => unknown, code: ErrorCode, message: RegExp): void => {
    const error = t.throws(run, { instanceOf: AdvectError });
    t.is(error?.code, code);
    t.regex(error?.message ?? '', message);
  };
  refuses(() => program.run(args), 'invalid-value', /no parameters yet/);
  refuses(() => program.bind({}), 'invalid-value', /parameter 'w' is missing/);
  refuses(() => program.bind({ w: new Float32Array(14) }), 'invalid-shape', /'w' has 14 numbers .* 15/);
  program.bind(parameters);
  refuses(() => program.run({ ...args, z: args['x'] }), 'invalid-value', /no argument 'z'/);
  refuses(() => program.run({ ...args, x: new Float32Array(7) }), 'invalid-shape', /'x' has 7 numbers/);
  refuses(() => program.run({ ...args, x: [1, 2, 3] as unknown as Float32Array }), 'invalid-value', /no Float32Array/);
  refuses(() => program.run(args, { y: new Float32Array(3) }), 'invalid-shape', /result 'y' has 3 numbers .* 40/);
  refuses(() => program.run(args, { u: new Float32Array(3) }), 'invalid-value', /no result 'u'/);
  refuses(() => wasmProgram(plan, { threads: 2 } as object), 'unknown-option', /threads/);
  program.dispose();
  refuses(() => program.run(args), 'invalid-value', /disposed/);
});

test('arguments must have the same number of rows', (t) => {
  const g = graphBuilder();
  const sum = g.binary('add', g.input('a', [4, 2], { rowAxis: 0 }), g.input('b', [4, 1], { rowAxis: 0 }));
  const program = wasmProgram(makePlan(g.finish([{ name: 'sum', id: sum }])));
  const error = t.throws(() => program.run({ a: new Float32Array(6), b: new Float32Array(4) }), { instanceOf: AdvectError });
  t.regex(error?.message ?? '', /'a' and 'b' have 3 and 4 rows/);
});

test('two threads give the same rows, and sums within rounding that are the same each time', async (t) => {
  const [one, two] = [await createWasmProgram(plan), await createWasmProgram(plan, { threads: 2 })];
  t.is(two.report.threads, 2);
  for (const rows of [1, 16, 200, 0]) {
    const { parameters, args } = given(rows);
    one.bind(parameters);
    two.bind(parameters);
    const [expected, first, second] = [one.run(args), two.run(args), two.run(args)];
    t.deepEqual(first['y'], expected['y']);
    t.deepEqual(second, first);
    t.true(difference(first['slope'], expected['slope']) < 1e-6);
  }
  two.dispose();
});

test('a profile names every kernel and counts its calls', (t) => {
  const program = wasmProgram(plan);
  const { parameters, args } = given(20);
  program.bind(parameters);
  let time = 0;
  const { graph, kernels } = program.profile(args, () => time++);
  t.is(graph, plan.graph);
  t.is(kernels.length, plan.phases.once.length + plan.phases.tile.length + plan.phases.after.length);
  t.true(kernels.every(({ calls, milliseconds, node }) => calls === milliseconds && plan.graph.nodes[node] !== undefined));
  t.is(kernels.filter(({ calls }) => calls === 3).length, plan.phases.tile.length);
});

test.serial('memory stays flat', (t) => {
  const program = wasmProgram(plan);
  const { parameters, args } = given(64);
  program.bind(parameters);
  const into = program.run(args);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = (): number => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  for (let i = 0; i < 2_000; i++) program.run(args, into);
  const before = used();
  for (let i = 0; i < 10_000; i++) program.run(args, into);
  // Less than 20 bytes a run, while one array of results takes 1300: room for what the engine itself keeps.
  t.true(used() - before < 2e5, `${used() - before} bytes more`);
});
