import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { tf } from '@advect/compiler/tensorflow';
import { type CompileOptions, compile } from '#src/compile.js';
import { byHand, net, netInputs, parameters, wave } from '../net.js';

/**
 * A process of its own that compiles and computes in the situation that its argument names, and prints what came of it as
 * JSON. What is missing is taken away before the first program.
 */
const [, , situation] = process.argv;

/** The largest error of every result beside its largest number, for each number of rows, and who computed. */
async function compute(options: CompileOptions, rowsOfRuns: readonly number[], dispose = true) {
  await tf.setBackend('cpu');
  const program = await compile(net, netInputs, options);
  program.bind(parameters);
  let error = 0;
  for (const rows of rowsOfRuns) {
    const x = wave(3 * rows, 0.37);
    const [expected, results] = [byHand(x), await program.run({ x })];
    for (const name of ['y', 'ofX', 'ofW'] as const) {
      if (results[name].length !== expected[name].length) error = Infinity;
      const scale = Math.max(1, ...expected[name].map(Math.abs));
      results[name].forEach((v, i) => (error = Math.max(error, Math.abs(v - expected[name][i]) / scale)));
    }
  }
  const { executor, threads, reason } = program.report;
  if (dispose) program.dispose();
  return { error, executor, threads, reason };
}

/** Programs of 8 MB each, disposed of: how many modules are left, and by how many MB the process grew over the last 60. */
async function disposed() {
  let modules = 0;
  const gone = new FinalizationRegistry(() => modules--);
  const { compile: compileModule } = WebAssembly;
  WebAssembly.compile = async (bytes: BufferSource) => {
    const made = await compileModule(bytes);
    modules++;
    gone.register(made, undefined);
    return made;
  };
  await tf.setBackend('cpu');
  const x = wave(3 * 250_000, 0.37);
  let before = 0;
  for (let i = 0; i < 90; i++) {
    const program = await compile(net, netInputs, { executor: 'wasm', threads: 2 });
    program.bind(parameters);
    await program.run({ x });
    program.dispose();
    if (i === 30) before = process.memoryUsage().rss;
  }
  const growth = (process.memoryUsage().rss - before) / 2 ** 20;
  for (let i = 0; i < 5; i++) {
    globalThis.gc!();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { modules, growth };
}

type Outcome = Awaited<ReturnType<typeof compute>>;

/** The same in a worker of this process, while this thread does the same and another worker too. */
const inWorkers = async (): Promise<Outcome[]> => {
  const answer = (threads: number) =>
    new Promise<Outcome>((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { argv: ['as a worker', String(threads)] });
      worker.on('message', resolve);
      worker.on('error', reject);
    });
  return Promise.all([answer(1), answer(2), answer(3), compute({ executor: 'wasm', threads: 2 }, [1, 500])]);
};

const automatic = (): Promise<Outcome> => compute({ threads: 2 }, [1, 500]);
const without = (where: object, name: string) => () => {
  if (!Reflect.deleteProperty(where, name)) throw new Error(`${name} cannot be taken away`);
  return automatic();
};

/** How long the processor is busy in half a second in which no program runs, in milliseconds. */
async function atRest() {
  await compute({ executor: 'wasm', threads: 3 }, [500, 500], false);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const before = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { user, system } = process.cpuUsage(before);
  return { busy: (user + system) / 1000 };
}

const situations: { readonly [name: string]: () => Promise<unknown> } = {
  'in workers': inWorkers,
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's messages have no target origin
  'as a worker': async () => parentPort!.postMessage(await compute({ executor: 'wasm', threads: Number(process.argv[3]) }, [1, 500])),
  'many threads': () => Promise.all([3, 7, 64].map((threads) => compute({ executor: 'wasm', threads }, [0, 1, 2, 40, 500, 1001]))),
  'without SIMD': () => {
    WebAssembly.validate = () => false;
    return automatic();
  },
  'without WebAssembly': without(globalThis, 'WebAssembly'),
  'without SharedArrayBuffer': without(globalThis, 'SharedArrayBuffer'),
  'without Atomics': without(globalThis, 'Atomics'),
  'without waiting': without(Atomics, 'wait'),
  'at rest': atRest,
  'disposed of': disposed,
  'never disposed of': () => compute({ executor: 'wasm', threads: 3 }, [500], false),
  interrupted: async () => {
    const outcome = await compute({ executor: 'wasm', threads: 2 }, [500], false);
    setInterval(() => undefined, 1000);
    return outcome;
  },
  'interrupted amid a run': async () => {
    setTimeout(() => process.stdout.write('{}\n'), 0);
    for (;;) await compute({ executor: 'wasm', threads: 2 }, [20_000], false);
  },
  'interrupted, with a last word': async () => {
    process.on('SIGINT', () => process.exit(130));
    return situations['interrupted']();
  },
};

const outcome = await situations[isMainThread ? situation : 'as a worker']();
if (isMainThread) process.stdout.write(`${JSON.stringify(outcome)}\n`);
