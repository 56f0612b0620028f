// Runs alone: its processes and workers keep every core busy.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import fc from 'fast-check';
import { createPool, rangeOf, soloRunner, type PoolSettings } from '#src/threads/pool.js';
import { spawnInNode } from '#src/threads/spawn.js';
import { doubling } from './doubling.js';

const ramp = (rows: number): number[] => Array.from({ length: rows }, (_, i) => (i % 7) + 1);
const double = (x: readonly number[]): number[] => x.map((v) => 2 * v);
const sum = (x: readonly number[]): number => x.reduce((a, b) => a + b, 0);

/** A pool that collects its warnings. */
function watched(settings: PoolSettings = {}) {
  const warnings: string[] = [];
  const pool = createPool({ ...settings, warn: (text) => void warnings.push(text) });
  return { pool, warnings };
}

const workerFile =
  (name: string): PoolSettings['spawn'] =>
  (listener) =>
    spawnInNode(new URL(name, import.meta.url), listener);

test('the ranges cover the tiles once, in order, the first ones at most one longer', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 16 }), fc.integer({ min: 0, max: 1000 }), (parts, tiles) => {
      const ranges = Array.from({ length: parts }, (_, i) => rangeOf(i, parts, tiles));
      let at = 0;
      for (const { first, end } of ranges) {
        if (first !== at || end < first) return false;
        at = end;
      }
      const lengths = ranges.map(({ first, end }) => end - first);
      return at === tiles && lengths[0] - lengths[parts - 1] <= 1 && lengths.every((n, i) => i === 0 || n <= lengths[i - 1]);
    }),
  );
  t.pass();
});

test('any number of rows, tiles and threads gives every row once, and sums that depend on nothing else', async (t) => {
  const { pool, warnings } = watched();
  for (const threads of [1, 2, 3]) {
    const program = await doubling(threads);
    const runner = await pool.add(program.job);
    t.is(runner.threads, threads);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 1, max: 16 }), (batch, eights) => {
        const x = ramp(batch);
        const tile = 8 * eights;
        program.write(x);
        const used = runner.run({ tile, batch, arenas: program.arenas });
        const sums = program.sums(used);
        const parts = Array.from({ length: used }, (_, i) => rangeOf(i, used, Math.ceil(batch / tile)));
        t.is(used, Math.max(1, Math.min(threads, Math.ceil(batch / tile))));
        t.deepEqual(program.read(batch + 1), [...double(x), -1]);
        t.deepEqual(
          sums,
          parts.map(({ first, end }) => sum(x.slice(first * tile, end * tile))),
        );
      }),
    );
    runner.dispose();
  }
  t.deepEqual(warnings, []);
  pool.close();
});

test('programs added while others run, and after one was dropped, are served by the same workers', async (t) => {
  const { pool, warnings } = watched();
  const first = await doubling(2);
  const runner = await pool.add(first.job);
  first.write(ramp(100));
  const others = Array.from({ length: 5 }, async () => {
    const program = await doubling(3);
    return { program, runner: await pool.add(program.job) };
  });
  for (let i = 0; i < 50; i++) t.is(runner.run({ tile: 8, batch: 100, arenas: first.arenas }), 2);
  t.deepEqual(first.read(100), double(ramp(100)));
  const added = await Promise.all(others);
  runner.dispose();
  for (const { program, runner: own } of added) {
    program.write(ramp(64));
    t.is(own.run({ tile: 16, batch: 64, arenas: program.arenas }), 3);
    t.deepEqual(program.read(64), double(ramp(64)));
    t.is(sum(program.sums(3)), sum(ramp(64)));
  }
  t.deepEqual(warnings, []);
  pool.close();
});

test('a worker that throws while it computes: its tiles are computed here, loudly, and no other is asked again', async (t) => {
  const { pool, warnings } = watched();
  const program = await doubling(2);
  const runner = await pool.add(program.job);
  const x = ramp(40);
  program.write(x);
  const { exports } = program.job;
  const run = { tile: 8, batch: 40, arenas: program.arenas };
  program.feel(1, 'broken');
  // The trap is in the numbers, so it catches the calling thread as well when it computes them again.
  t.throws(() => runner.run(run), { instanceOf: WebAssembly.RuntimeError });
  program.feel(1, 'well');
  t.is(runner.run(run), 1);
  t.deepEqual(program.read(40), double(x));
  t.deepEqual(program.sums(1), [sum(x)]);
  t.is(runner.threads, 1);
  t.regex(runner.trouble!, /one thread, since a worker threw an error/);
  t.is(warnings.length, 1);
  t.is(soloRunner(exports).run(run), 1);
});

test('a worker that fails alone: the calling thread computes its share into the same arena', async (t) => {
  const { pool, warnings } = watched();
  const program = await doubling(2);
  // Only this thread's instance is made well before it computes the worker's tiles.
  const exports = {
    clear: (arena: number): void => {
      if (arena === program.arenas[1]) program.feel(1, 'well');
      program.job.exports.clear(arena);
    },
    tile: program.job.exports.tile,
  };
  const runner = await pool.add({ ...program.job, exports });
  const x = ramp(40);
  program.write(x);
  program.feel(1, 'broken');
  t.is(runner.run({ tile: 8, batch: 40, arenas: program.arenas }), 2);
  t.deepEqual(program.read(40), double(x));
  t.deepEqual(program.sums(2), [sum(x.slice(0, 24)), sum(x.slice(24))]);
  t.is(runner.threads, 1);
  t.is(warnings.length, 1);
});

test('a worker that hangs is given up in time; the memory is left to it', async (t) => {
  const { pool, warnings } = watched({ patience: 200 });
  const program = await doubling(2);
  const runner = await pool.add(program.job);
  program.write(ramp(40));
  program.feel(1, 'endless');
  t.is(runner.run({ tile: 8, batch: 40, arenas: program.arenas }), 0);
  t.is(runner.threads, 1);
  t.regex(warnings.join(), /has not computed one more tile within 200 ms/);
});

test('a worker that is killed amid a run is given up in time', async (t) => {
  const { pool, warnings } = watched({ patience: 1000, spawn: workerFile('dying-worker.js') });
  const program = await doubling(2);
  const runner = await pool.add(program.job);
  program.write(ramp(64));
  const run = { tile: 8, batch: 32, arenas: program.arenas };
  t.is(runner.run(run), 2);
  t.deepEqual(program.read(32), double(ramp(32)));
  t.is(runner.run(run), 0);
  t.is(runner.threads, 1);
  t.is(warnings.length, 1);
});

test('a worker that is killed between runs is noticed, and the runner goes on alone', async (t) => {
  const workers: { terminate(): void }[] = [];
  const { pool, warnings } = watched({
    spawn: (listener) => {
      const worker = spawnInNode(new URL('worker.js', import.meta.resolve('#src/threads/pool.js')), listener);
      workers.push(worker);
      return worker;
    },
  });
  const program = await doubling(2);
  const runner = await pool.add(program.job);
  workers[0].terminate();
  while (runner.threads === 2) await new Promise((resolve) => setTimeout(resolve, 5));
  program.write(ramp(64));
  t.is(runner.run({ tile: 8, batch: 64, arenas: program.arenas }), 1);
  t.deepEqual(program.read(64), double(ramp(64)));
  t.regex(runner.trouble!, /it ended with code/);
  t.is(warnings.length, 1);
});

const failures: [string, PoolSettings, { imports?: boolean }, RegExp][] = [
  ['never answers', { startPatience: 150, spawn: workerFile('mute-worker.js') }, {}, /did not answer within 150 ms/],
  ['has no script', { spawn: workerFile('not-there.js') }, {}, /a worker failed: it threw: Cannot find module/],
  ['cannot make an instance', {}, { imports: true }, /a worker failed: (?:Type|Link)Error/],
  [
    'cannot be constructed',
    {
      spawn: () => {
        throw new Error('workers are not allowed');
      },
    },
    {},
    /could not be started: workers are not allowed/,
  ],
];
for (const [what, settings, program, message] of failures) {
  test(`a worker that ${what}: one thread, a warning, the right answer`, async (t) => {
    const { pool, warnings } = watched(settings);
    const { job, arenas, write, read } = await doubling(3, program);
    const runner = await pool.add(job);
    t.is(runner.threads, 1);
    t.regex(runner.trouble!, message);
    t.is(warnings.length, 1);
    t.regex(warnings[0], message);
    write(ramp(30));
    t.is(runner.run({ tile: 8, batch: 30, arenas }), 1);
    t.deepEqual(read(30), double(ramp(30)));
    const later = await doubling(2);
    t.is((await pool.add(later.job)).threads, 1);
    t.is(warnings.length, 1);
    runner.dispose();
  });
}

test('sleeping workers do not keep a process alive, and waiting for them does', async (t) => {
  const script = fileURLToPath(new URL('two-threads.js', import.meta.url));
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (text) => (said += String(text)));
  const code = await new Promise((resolve) => child.on('close', resolve));
  t.deepEqual([code, said], [0, '2,4,6']);
});
