// Reads many broken and random files with every reader of the repository:
//   node tools/fuzz.mjs [--count 100000] [--seed 1] [--first 0] [--reader NAME]
// Each reader has a process of its own, whose heap may grow by 64 MB beyond what the reader needs at rest: a reader that
// crashes, runs out of it or hangs is reported with the file at which it did. One line a reader: what came of the files, the
// slowest one, the most that was allocated in arrays for one of them, and how far the memory of the whole process rose
// after the thousandth. Exit code 1 where anything else than a result or an AdvectError came of a file.
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const modules = ['packages/core', 'packages/node', 'apps/music', 'apps/image'].map(
  (folder) => new URL(`../${folder}/build/test/fuzz/readers.js`, import.meta.url).href,
);
const MEGABYTE = 2 ** 20;
const hang = 30_000;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    reader: { type: 'string' },
    one: { type: 'string' },
  },
});
await (values.one === undefined ? all() : one(JSON.parse(values.one)));

async function all() {
  const [count, seed, first] = [values.count, values.seed, values.first].map(Number);
  for (const module of modules) {
    const { readers } = await import(module);
    for (const { name } of readers.filter(({ name }) => values.reader === undefined || name === values.reader)) {
      const job = { module, name, seed, first };
      const rest = await inProcess({ ...job, count: 0 });
      const {
        problem,
        inputs,
        accepted,
        refused,
        slowest,
        largest,
        rise,
        failures = [],
      } = rest.problem === undefined ? await inProcess({ ...job, count }, Math.ceil(rest.heap + 64)) : rest;
      if (problem !== undefined || failures.length > 0) process.exitCode = 1;
      console.log(
        problem === undefined
          ? `${name}: ${inputs} files, ${accepted} read, ${refused} refused; slowest ${slowest.toFixed(1)} ms, ` +
              `arrays ${(largest / MEGABYTE).toFixed(2)} MB, process +${rise.toFixed(0)} MB`
          : `${name}: ${problem}`,
      );
      for (const failure of failures) console.log(`  ${failure}`);
    }
  }
}

/** Runs one reader's files in a process; ends it where it is at one file for too long. */
async function inProcess(job, heapMegabytes) {
  const folder = mkdtempSync(join(tmpdir(), 'advect-fuzz-'));
  const at = join(folder, 'at');
  writeFileSync(at, Buffer.alloc(4, 0xff));
  const position = () => readFileSync(at).readInt32LE(0);
  const limit = heapMegabytes === undefined ? [] : [`--max-old-space-size=${heapMegabytes}`];
  const child = spawn(process.execPath, [...limit, fileURLToPath(import.meta.url), '--one', JSON.stringify({ ...job, at })]);
  let [out, err] = ['', ''];
  child.stdout.on('data', (part) => (out += part));
  child.stderr.on('data', (part) => (err += part));
  let hung = false;
  let seen = { index: -1, since: performance.now() };
  const watch = setInterval(() => {
    const index = position();
    if (index !== seen.index) seen = { index, since: performance.now() };
    else if (index >= 0 && performance.now() - seen.since > hang) hung = child.kill('SIGKILL');
  }, 500);
  const code = await new Promise((ended) => child.once('close', (code, signal) => ended(code ?? signal)));
  clearInterval(watch);
  const where = `at file ${position()} of seed ${job.seed}`;
  rmSync(folder, { recursive: true });
  if (hung) return { problem: `takes longer than ${hang} ms ${where}` };
  return code === 0 ? JSON.parse(out) : { problem: `ended (${code}) ${where}: ${/FATAL ERROR.*|.*Error.*/.exec(err)?.[0] ?? ''}` };
}

async function one({ module, name, seed, first, count, at }) {
  const { readers } = await import(module);
  const { fuzz } = await import('../packages/testkit/dist/index.js');
  const reader = readers.find((reader) => reader.name === name);
  if (count === 0) {
    await fuzz(reader, { seed, first: 0, count: 200 });
    process.stdout.write(JSON.stringify({ heap: process.memoryUsage().heapUsed / MEGABYTE }));
    return;
  }
  const file = openSync(at, 'w');
  const index = Buffer.alloc(4);
  let start;
  const report = await fuzz(reader, {
    seed,
    first,
    count,
    onInput(input) {
      index.writeInt32LE(input);
      writeSync(file, index, 0, 4, 0);
      if (input === first + 1000) start = process.resourceUsage().maxRSS;
    },
  });
  const rise = (process.resourceUsage().maxRSS - (start ?? process.resourceUsage().maxRSS)) / 1024;
  process.stdout.write(JSON.stringify({ ...report, rise }));
}
