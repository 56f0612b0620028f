import test from 'ava';
import { graphBuilder } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';
import { channelBlock } from '#src/onnx/channel-block.js';
import { exportOnnx, onnxProgram } from '#src/onnx/index.js';
import { loadOnnxRuntime } from '#src/onnx/runtime.js';
import { binaryNames, unaryNames } from './cases.js';

const dense = () => {
  const b = graphBuilder();
  const x = b.input('x', [4, 3], { rowAxis: 0 });
  const w = b.input('w', [3, 2], { kind: 'parameter' });
  return b.finish([{ name: 'y', id: b.matmul(x, w) }]);
};

test('a program keeps its parameters, fills given arrays and takes any number of rows', async (t) => {
  const program = await onnxProgram(dense(), { threads: 1 });
  program.bind({ w: Float32Array.of(1, 2, 3, 4, 5, 6) });
  const y = new Float32Array(2);
  const results = await program.run({ x: Float32Array.of(1, 0, -1) }, { y });
  t.is(results.y, y);
  t.deepEqual([...y], [-4, -4]);
  program.bind({ w: Float32Array.of(1, 1, 1, 1, 1, 1) });
  t.deepEqual([...(await program.run({ x: Float32Array.of(1, 2, 3, 4, 5, 6) })).y], [6, 6, 15, 15]);
  program.dispose();
});

test('the blocks of ONNX Runtime’s own convolutions are found where there are some, and not asked for elsewhere', async (t) => {
  const runtime = await loadOnnxRuntime();
  const block = await channelBlock(runtime, ['cpu']);
  t.true(process.arch === 'x64' ? block === 8 || block === 16 : block === undefined, String(block));
  t.is(await channelBlock(runtime, ['cuda', 'cpu']), undefined);
  const broken = { ...runtime, InferenceSession: { create: () => Promise.reject(new Error('no such operator')) } };
  t.is(await channelBlock(broken as never, ['cpu']), undefined);
});

test('what does not fit is refused', async (t) => {
  const program = await onnxProgram(dense(), { threads: 1 });
  const x = new Float32Array(6);
  await t.throwsAsync(async () => program.run({ x }), { code: 'invalid-value' });
  t.throws(() => program.bind({ w: new Float32Array(5) }), { code: 'invalid-shape' });
  program.bind({ w: new Float32Array(6) });
  await t.throwsAsync(async () => program.run({ x: new Float32Array(5) }), { code: 'invalid-shape' });
  await t.throwsAsync(async () => program.run({}), { code: 'invalid-value' });
  await t.throwsAsync(async () => program.run({ x }, { y: new Float32Array(3) }), { code: 'invalid-shape' });
  program.dispose();
  await t.throwsAsync(async () => program.run({ x }), { code: 'invalid-value' });
  await t.throwsAsync(onnxProgram(dense(), { thread: 1 } as never), { code: 'unknown-option' });
  t.throws(() => exportOnnx(dense(), { parameters: { v: new Float32Array(6) } }), { code: 'invalid-shape' });
  const b = graphBuilder();
  const rows = b.reduce('sum', b.input('x', [3, 8]), [1], { overRows: true });
  t.throws(() => exportOnnx(b.finish([{ name: 'y', id: rows }])), { code: 'unsupported' });
});

test('an absent runtime is named', async (t) => {
  const error = await t.throwsAsync(loadOnnxRuntime('onnxruntime-absent'), { code: 'unsupported' });
  t.regex((error as Error & { hint: string }).hint, /npm install onnxruntime-absent/);
});

test('an input that is baked in is part of the file', (t) => {
  const parameters = { w: Float32Array.of(1, 2, 3, 4, 5, 6) };
  t.true(Buffer.from(exportOnnx(dense(), { parameters })).includes(Buffer.from(parameters.w.buffer)));
});

const SIZES = [0, 1e-45, 1e-40, 1e-20, 1e-8, 1e-3, 0.3, 0.5, 1, 1.5, 2.5, 7, 20, 88, 100, 1e5, 1e30, 3e38, Infinity];
const EXTREMES = [NaN, ...SIZES, ...SIZES.map((size) => -size)].map(Math.fround);

/** Equal to 1e-6 relative, and in what is infinite or NaN. The least denormals count as 1e-36. */
const alike = (ours: number, theirs: number): boolean =>
  Object.is(ours, theirs) || ours === theirs || Math.abs(ours - theirs) <= 1e-6 * Math.max(Math.abs(theirs), 1e-30);

test('extreme numbers: functions of one entry', async (t) => {
  const b = graphBuilder();
  const x = b.input('x', [EXTREMES.length], { rowAxis: 0 });
  const graph = b.finish(unaryNames.map((f) => ({ name: f, id: b.unary(f, x) })));
  const program = await onnxProgram(graph, { threads: 1 });
  const args = { x: Float32Array.from(EXTREMES) };
  const ours = await program.run(args);
  const theirs = interpret(graph, args, { round: Math.fround });
  for (const f of unaryNames) {
    for (const [i, input] of EXTREMES.entries()) t.true(alike(ours[f][i], theirs[f][i]), `${f}(${input}) = ${ours[f][i]}`);
  }
  program.dispose();
});

test('extreme numbers: functions of two entries', async (t) => {
  const count = EXTREMES.length ** 2;
  const b = graphBuilder();
  const [x, y] = [b.input('x', [count], { rowAxis: 0 }), b.input('y', [count], { rowAxis: 0 })];
  const graph = b.finish(binaryNames.map((f) => ({ name: f, id: b.binary(f, x, y) })));
  const program = await onnxProgram(graph, { threads: 1 });
  const args = {
    x: Float32Array.from({ length: count }, (_, i) => EXTREMES[i % EXTREMES.length]),
    y: Float32Array.from({ length: count }, (_, i) => EXTREMES[Math.floor(i / EXTREMES.length)]),
  };
  const ours = await program.run(args);
  const theirs = interpret(graph, args, { round: Math.fround });
  for (const f of binaryNames) {
    const wrong = [...args.x.keys()].filter((i) => !alike(ours[f][i], theirs[f][i])).map((i) => [args.x[i], args.y[i], ours[f][i]]);
    // C's pow gives 1 for a base of 1, and of −1 with an infinite exponent, where JavaScript gives NaN.
    const known = f === 'pow' ? wrong.filter(([base, , power]) => Math.abs(base) === 1 && power === 1) : [];
    t.deepEqual(wrong, known, f);
  }
  program.dispose();
});

test('extreme numbers: reductions propagate NaN from every place, and only then', async (t) => {
  const b = graphBuilder();
  const x = b.input('x', [4, 3], { rowAxis: 0 });
  const graph = b.finish((['sum', 'product', 'max', 'min'] as const).map((f) => ({ name: f, id: b.reduce(f, x, [1]) })));
  const program = await onnxProgram(graph, { threads: 1 });
  const args = { x: Float32Array.of(NaN, 1, 2, 1, 2, NaN, -Infinity, Infinity, 3, -0, 5, 1e30) };
  const ours = await program.run(args);
  for (const [f, theirs] of Object.entries(interpret(graph, args, { round: Math.fround }))) {
    theirs.forEach((value, i) => t.true(alike(ours[f][i], value), `${f} of row ${i}: ${ours[f][i]}`));
  }
  program.dispose();
});

test('runs at the same time do not meet, and those under way when the program is disposed of still answer', async (t) => {
  const program = await onnxProgram(dense(), { threads: 2 });
  program.bind({ w: Float32Array.of(1, 2, 3, 4, 5, 6) });
  const runs = [1, 700, 3].map(async (rows) => program.run({ x: new Float32Array(3 * rows).fill(rows) }));
  program.bind({ w: new Float32Array(6) });
  program.dispose();
  program.dispose();
  const results = await Promise.all(runs);
  t.deepEqual(
    results.map(({ y }) => [y.length, y[0], y.at(-1)]),
    [1, 700, 3].map((rows) => [2 * rows, 9 * rows, 12 * rows]),
  );
  await t.throwsAsync(async () => program.run({ x: new Float32Array(3) }), { code: 'invalid-value' });
});
