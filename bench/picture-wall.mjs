/**
 * How long a person waits on the command line, from the start of the process to its end: for one picture, and for a wall of sixteen.
 *
 *   node bench/picture-wall.mjs [--model digits] [--rounds 5] [--executor wasm] [--out bench/results]
 *
 * Nothing is kept warm between the runs. Prints a line for each, median (minimum), and writes JSON.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: given } = parseArgs({
  options: {
    model: { type: 'string', default: 'digits' },
    rounds: { type: 'string', default: '5' },
    executor: { type: 'string' },
    out: { type: 'string' },
  },
});
const cli = fileURLToPath(new URL('../apps/image/dist/cli.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'advect-wall-'));
const env = { ...process.env, ...(given.executor && { ADVECT_EXECUTOR: given.executor }) };

const works = {
  'first picture': ['--count', '1'],
  'wall of 16': ['--count', '16'],
};
const rows = [];
for (const [work, more] of Object.entries(works)) {
  const times = [];
  for (let round = 0; round < Number(given.rounds); round++) {
    const out = join(folder, `${round}.png`);
    const start = performance.now();
    execFileSync(process.execPath, [cli, 'sample', '--model', given.model, '--seed', '7', ...more, '--out', out, '--force'], {
      env,
      stdio: 'ignore',
    });
    times.push((performance.now() - start) / 1000);
  }
  times.sort((a, b) => a - b);
  const seconds = { minimum: times[0], median: times[Math.floor(times.length / 2)] };
  rows.push({ work, ...seconds });
  console.log(`${work}: ${seconds.median.toFixed(2)} (${seconds.minimum.toFixed(2)}) s`);
}
rmSync(folder, { recursive: true });
if (given.out) {
  const machine = { cpu: cpus()[0].model, cores: availableParallelism(), node: process.version };
  const result = { machine, model: given.model, executor: given.executor ?? 'auto', rows };
  mkdirSync(given.out, { recursive: true });
  writeFileSync(join(given.out, `picture-wall${given.executor ? `-${given.executor}` : ''}.json`), `${JSON.stringify(result, null, 2)}\n`);
}
