import test from 'ava';
import { graphBuilder } from '#src/graph/index.js';
import { channelBlock } from '#src/onnx/channel-block.js';
import { exportOnnx, onnxProgram } from '#src/onnx/index.js';
import { loadOnnxRuntime } from '#src/onnx/runtime.js';
import { testExtremes } from './test-extremes.js';
import { dense, testProgram } from './test-program.js';

testProgram({});
testExtremes({});

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
  const error = await t.throwsAsync(loadOnnxRuntime(['onnxruntime-absent']), { code: 'unsupported' });
  t.regex((error as Error & { hint: string }).hint, /npm install onnxruntime-absent/);
});

test('an input that is baked in is part of the file', (t) => {
  const parameters = { w: Float32Array.of(1, 2, 3, 4, 5, 6) };
  t.true(Buffer.from(exportOnnx(dense(), { parameters })).includes(Buffer.from(parameters.w.buffer)));
});
