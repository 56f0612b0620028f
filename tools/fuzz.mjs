// Reads many broken and random files with every reader of the repository:
//   node tools/fuzz.mjs [--count 100000] [--seed 1] [--first 0] [--reader NAME]
// Each reader has a worker of its own, whose heap may grow by 64 MB beyond what the reader needs at rest. One line a reader:
// what came of it, the slowest file, the most that was allocated in arrays for one file, and how far the memory of the whole
// process rose. Exit code 1 where anything else than a result or an AdvectError came of a file.
import { parseArgs } from 'node:util';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const modules = ['packages/core', 'packages/node', 'apps/music', 'apps/image'].map(
  (folder) => new URL(`../${folder}/build/test/fuzz/readers.js`, import.meta.url),
);
const MEGABYTE = 2 ** 20;
const hang = 30_000;

if (isMainThread) await main();
else await work(workerData);

async function main() {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      first: { type: 'string', default: '0' },
      reader: { type: 'string' },
    },
  });
  const [count, seed, first] = [values.count, values.seed, values.first].map(Number);
  let failed = false;
  for (const module of modules) {
    const { readers } = await import(module.href);
    for (const { name } of readers.filter(({ name }) => values.reader === undefined || name === values.reader)) {
      const { heap } = await inWorker({ module: module.href, name, seed, first, count: 0 });
      const { report, rise, problem } = await inWorker({ module: module.href, name, seed, first, count }, heap + 64);
      failed ||= problem !== undefined || report.failures.length > 0;
      if (problem) console.log(`${name}: ${problem}`);
      else {
        const { inputs, accepted, refused, slowest, largest, failures } = report;
        console.log(
          `${name}: ${inputs} files, ${accepted} read, ${refused} refused; slowest ${slowest.toFixed(1)} ms, ` +
            `arrays ${(largest / MEGABYTE).toFixed(2)} MB, process +${rise.toFixed(0)} MB`,
        );
        for (const failure of failures) console.log(`  ${failure}`);
      }
    }
  }
  process.exitCode = failed ? 1 : 0;
}

/** Runs one reader's files in a worker; ends it where it is at one file for too long. */
function inWorker(job, heapMegabytes) {
  const at = new Int32Array(new SharedArrayBuffer(4)).fill(-1);
  const worker = new Worker(new URL(import.meta.url), {
    workerData: { ...job, at },
    ...(heapMegabytes && { resourceLimits: { maxOldGenerationSizeMb: Math.ceil(heapMegabytes) } }),
  });
  const { promise, resolve } = Promise.withResolvers?.() ?? deferred();
  const start = { rss: 0, peak: 0 };
  let seen = { index: -1, since: performance.now() };
  const watch = setInterval(() => {
    const index = Atomics.load(at, 0);
    const rss = process.memoryUsage.rss() / MEGABYTE;
    // From the thousandth file on: by then the reader's code is compiled.
    if (index - job.first < 1000) start.rss = rss;
    start.peak = Math.max(start.peak, rss);
    if (index !== seen.index) seen = { index, since: performance.now() };
    else if (index >= 0 && performance.now() - seen.since > hang)
      end({ problem: `file ${index} of seed ${job.seed} takes longer than ${hang} ms` });
  }, 20);
  const end = (result) => {
    clearInterval(watch);
    void worker.terminate();
    resolve({ rise: Math.max(0, start.peak - start.rss), ...result });
  };
  worker.on('message', end);
  worker.on('error', (error) => end({ problem: `ended at file ${Atomics.load(at, 0)} of seed ${job.seed}: ${error.stack ?? error}` }));
  return promise;
}

function deferred() {
  let resolve;
  const promise = new Promise((settle) => (resolve = settle));
  return { promise, resolve };
}

function answer(message) {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's messages have no target origin
  parentPort.postMessage(message);
}

async function work({ module, name, seed, first, count, at }) {
  const { readers } = await import(module);
  const { fuzz } = await import('../packages/testkit/dist/index.js');
  const reader = readers.find((reader) => reader.name === name);
  if (count === 0) {
    await fuzz(reader, { seed, first: 0, count: 200 });
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    answer({ heap: process.memoryUsage().heapUsed / MEGABYTE });
    return;
  }
  const report = await fuzz(reader, { seed, first, count, onInput: (index) => Atomics.store(at, 0, index) });
  answer({ report });
}
