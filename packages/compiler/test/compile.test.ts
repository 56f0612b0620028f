// Runs alone: it changes the environment, and counts tensors.
import test from 'ava';
import { tf } from '@advect/compiler/tensorflow';
import { AdvectError } from '@advect/base/errors';
import { maxError, mismatch } from '@advect/testkit';
import type { Offers } from '#src/choose.js';
import { compile, compileIn, type CompileOptions, type Workshop } from '#src/compile.js';
import { formatProfile, printGraph } from '#src/graph/index.js';
import { interpret } from '#src/interpret/index.js';
import type { Arrays, ExecutorReport, Program } from '#src/program.js';
import type { TensorFunction } from '#src/trace/index.js';
import { byHand, net, netInputs, parameters, wave } from './net.js';

test.before(async () => {
  await tf.setBackend('cpu');
});

const executors: [CompileOptions, string, RegExp][] = [
  [{ executor: 'wasm', threads: 1 }, 'wasm 1', /^it was asked for; .*one thread was asked for$/],
  [{ executor: 'wasm', threads: 2 }, 'wasm 2', /^it was asked for; .*2 threads were asked for$/],
  [{ executor: 'onnx', threads: 1 }, 'onnx 1', /^it was asked for; ONNX Runtime/],
  [{ executor: 'eager' }, 'eager 1', /^it was asked for; TensorFlow.js/],
  [{ threads: 1 }, 'wasm 1', /^generated code is quickest for small layers; .*one thread was asked for$/],
];
for (const [options, who, reason] of executors) {
  test(`compiled with ${JSON.stringify(options)}: any number of rows, as in float64`, async (t) => {
    const before = tf.memory().numTensors;
    const program = await compile(net, netInputs, options);
    program.bind(parameters);
    for (const rows of [1, 24, 150]) {
      const x = wave(3 * rows, 0.37);
      const results = await program.run({ x });
      const expected = byHand(x);
      t.deepEqual(Object.keys(results).toSorted(), ['ofW', 'ofX', 'y']);
      for (const name of ['y', 'ofX', 'ofW'] as const) {
        const scale = Math.max(1, ...expected[name].map(Math.abs));
        t.is(mismatch(results[name], expected[name], { atol: 1e-5 * scale, rtol: 1e-5 }), undefined, `${name}, ${rows} rows`);
      }
    }
    t.is(`${program.report.executor} ${program.report.threads}`, who);
    t.regex(program.report.reason, reason);
    program.dispose();
    t.is(tf.memory().numTensors, before);
  });
}

test('results are the same bits each time, and with one thread and two where nothing is summed over rows', async (t) => {
  const one = await compile(net, netInputs, { executor: 'wasm', threads: 1 });
  const two = await compile(net, netInputs, { executor: 'wasm', threads: 2 });
  one.bind(parameters);
  two.bind(parameters);
  const x = wave(3 * 1000, 0.37);
  const [a, b, c] = [one.run({ x }), two.run({ x }), two.run({ x })] as Arrays[];
  t.deepEqual(b, c);
  t.deepEqual([a['y'], a['ofX']], [b['y'], b['ofX']]);
  t.true(maxError(a['ofW'], b['ofW']) <= 1e-6 * Math.max(...a['ofW'].map(Math.abs)));
  one.dispose();
  two.dispose();
});

test('a compiled program shows its graph and where its time goes; an eager one has neither', async (t) => {
  for (const executor of ['wasm', 'onnx'] as const) {
    const program = await compile(net, netInputs, { executor, threads: 2 });
    program.bind(parameters);
    const { graph } = program;
    const { y } = interpret(graph!, { ...parameters, x: wave(3 * 24, 0.37) });
    t.is(mismatch(y, byHand(wave(3 * 24, 0.37)).y, { atol: 1e-12, rtol: 1e-12 }), undefined);
    // One tanh alone: common factors have been found.
    t.is(printGraph(graph!).match(/= tanh/g)?.length, 1);
    t.is(program.profile !== undefined, executor === 'wasm');
    if (program.profile) {
      let milliseconds = 0;
      const profile = program.profile({ x: wave(3 * 500, 0.37) }, () => milliseconds++);
      t.true(profile.kernels.length > 0);
      t.true(profile.kernels.every(({ node }) => profile.graph.nodes[node] !== undefined));
      t.true(profile.kernels.every(({ calls, milliseconds }) => calls > 0 && milliseconds === calls));
      t.regex(formatProfile(profile), /matmul/);
    }
    program.dispose();
  }
  const program = await compile(net, netInputs, { executor: 'eager' });
  t.deepEqual([program.graph, program.profile], [undefined, undefined]);
});

test('a function that cannot be traced runs eagerly under auto, and says why; asked for, wasm throws', async (t) => {
  const reading: TensorFunction = ({ x }) => ({ y: tf.mul(x, tf.scalar(x.dataSync()[0])) });
  const inputs = { x: { shape: [4] } };
  const program = await compile(reading, inputs);
  t.is(program.report.executor, 'eager');
  t.regex(program.report.reason, /TensorFlow.js/);
  t.deepEqual([...(await program.run({ x: Float32Array.of(2, 3, 4, 5) }))['y']], [4, 6, 8, 10]);
  const error = await t.throwsAsync(compile(reading, inputs, { executor: 'wasm' }), { instanceOf: AdvectError });
  t.is(error.code, 'unsupported');
});

test("a function's own error is not swallowed", async (t) => {
  const faulty: TensorFunction = () => {
    throw new RangeError('mine');
  };
  await t.throwsAsync(compile(faulty, { x: { shape: [4] } }), { instanceOf: RangeError, message: 'mine' });
});

test('options are read at the door', async (t) => {
  const attempt = (options: object) => compile(net, netInputs, options);
  await t.throwsAsync(attempt({ executer: 'wasm' }), { instanceOf: AdvectError, message: /no option 'executer'/ });
  await t.throwsAsync(attempt({ executor: 'wsam' }), { instanceOf: AdvectError, message: /'wsam'/ });
  await t.throwsAsync(attempt({ threads: 0 }), { instanceOf: AdvectError, message: /threads is 0/ });
  await t.throwsAsync(attempt({ providers: 'cpu' }), { instanceOf: AdvectError, message: /providers/ });
});

test.serial('the environment names the executor where the option does not', async (t) => {
  const before = process.env['ADVECT_EXECUTOR'];
  try {
    process.env['ADVECT_EXECUTOR'] = 'eager';
    t.is((await compile(net, netInputs)).report.executor, 'eager');
    t.is((await compile(net, netInputs, { executor: 'wasm', threads: 1 })).report.executor, 'wasm');
    process.env['ADVECT_EXECUTOR'] = 'fast';
    await t.throwsAsync(compile(net, netInputs), { instanceOf: AdvectError, message: /ADVECT_EXECUTOR is 'fast'/ });
  } finally {
    if (before === undefined) delete process.env['ADVECT_EXECUTOR'];
    else process.env['ADVECT_EXECUTOR'] = before;
  }
});

/** Makers of which some fail; the programs only have a name. */
function workshopWhere(failing: readonly ExecutorReport['executor'][], offers: Offers): Workshop {
  const maker = (executor: ExecutorReport['executor']) => (): Promise<Program> =>
    failing.includes(executor)
      ? Promise.reject(new Error(`no ${executor} today`))
      : Promise.resolve({ report: { executor, threads: 1, reason: '' }, bind() {}, run: () => ({}), dispose() {} });
  return { offers: () => offers, make: { wasm: maker('wasm'), onnx: maker('onnx'), eager: maker('eager') } };
}

test('an executor that fails is replaced by the next one, which says so; the last one and one asked for throw', async (t) => {
  const wide: TensorFunction = ({ x, w }) => ({ y: tf.matMul(x, w) });
  const inputs = { x: { shape: [24, 256], rowAxis: 0 }, w: { shape: [256, 256], kind: 'parameter' } } as const;
  const offers: Offers = { simd: true, onnx: () => true, gpu: () => false };
  const made = async (failing: readonly ExecutorReport['executor'][], options?: CompileOptions) =>
    (await compileIn(workshopWhere(failing, offers), wide, inputs, options)).report;
  t.is((await made([])).executor, 'onnx');
  t.like(await made(['onnx']), {
    executor: 'wasm',
    reason: 'wide matrix products are quickest in ONNX Runtime; onnx failed (no onnx today)',
  });
  const last = await made(['onnx', 'wasm']);
  t.is(last.executor, 'eager');
  t.regex(last.reason, /onnx failed \(no onnx today\); wasm failed \(no wasm today\)/);
  await t.throwsAsync(made(['onnx', 'wasm', 'eager']), { message: 'no eager today' });
  await t.throwsAsync(made(['onnx'], { executor: 'onnx' }), { message: 'no onnx today' });
});

test('sums over very many rows lose no digits', async (t) => {
  const x = wave(3 * 100_000, 0.37);
  const { ofW } = byHand(x);
  const scale = Math.max(...ofW.map(Math.abs));
  for (const threads of [1, 2]) {
    const program = await compile(net, netInputs, { executor: 'wasm', threads });
    program.bind(parameters);
    const results = await program.run({ x });
    // 2.3e-7 was measured; one float32 sum for each thread would be 0.7e-5 to 1.3e-5 away.
    t.is(mismatch(results['ofW'], ofW, { atol: 1e-6 * scale, rtol: 0 }), undefined, `${threads} threads`);
    program.dispose();
  }
});
