// Runs alone: its first program settles the threads of ONNX Runtime's WebAssembly.
import test from 'ava';
import * as runtime from 'onnxruntime-web';
import { channelBlock } from '#src/onnx/channel-block.js';
import { onnxProgram } from '#src/onnx/index.js';
import { testExtremes } from './test-extremes.js';
import { testOperations } from './test-operations.js';
import { dense, testProgram } from './test-program.js';

// The package's WebAssembly, which is what a page has, in Node. Its first program settles the threads: two.
test.before(async () => {
  const program = await onnxProgram(dense(), { threads: 2, runtime });
  program.dispose();
});

testProgram({ runtime });
testExtremes({ runtime });
testOperations({ runtime });

test('threads are those of the first program, and the report says so', async (t) => {
  const program = await onnxProgram(dense(), { threads: 1, runtime });
  t.like(program.report, { threads: 2, target: 'wasm' });
  t.regex(program.report.reason, /threads as its first program got them, 1 were asked for/);
  program.dispose();
});

test('a provider that is not to be had is passed over, and the report says so; the last one throws', async (t) => {
  const program = await onnxProgram(dense(), { providers: ['webgpu', 'wasm'], runtime });
  t.is(program.report.target, 'wasm');
  t.regex(program.report.reason, /webgpu cannot be had \(.+\)/);
  program.dispose();
  const error = await t.throwsAsync(onnxProgram(dense(), { providers: ['webgpu'], runtime }), { code: 'unsupported' });
  t.regex((error as Error & { hint: string }).hint, /Add 'wasm'/);
});

test('programs that are made at the same time do not meet', async (t) => {
  const programs = await Promise.all([1, 2, 3].map(() => onnxProgram(dense(), { runtime })));
  const results = programs.map(async (program, i) => {
    program.bind({ w: new Float32Array(6).fill(i) });
    return (await program.run({ x: Float32Array.of(1, 2, 3) }))['y'];
  });
  t.deepEqual(
    (await Promise.all(results)).map((y) => [...y]),
    [0, 6, 12].map((value) => [value, value]),
  );
  programs.forEach((program) => program.dispose());
});

test('blocked convolutions are not looked for', async (t) => {
  t.is(await channelBlock(runtime, ['cpu']), undefined);
});
