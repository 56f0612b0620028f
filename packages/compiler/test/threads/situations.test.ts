// Runs alone: its processes and workers keep every core busy.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';

interface Outcome {
  readonly error: number;
  readonly executor: string;
  readonly threads: number;
  readonly reason: string;
}

const script = fileURLToPath(new URL('situations.js', import.meta.url));

/** Starts the script; `said` is its first line, `warned` all that it warns of. */
function start(situation: string) {
  const child = spawn(process.execPath, ['--expose-gc', script, situation], { stdio: ['ignore', 'pipe', 'pipe'] });
  let warned = '';
  child.stderr.on('data', (text) => (warned += String(text)));
  const said = new Promise<string>((resolve) => {
    let text = '';
    child.stdout.on('data', (more) => {
      text += String(more);
      const line = text.split('\n').find((candidate) => candidate.startsWith('{') || candidate.startsWith('['));
      if (text.endsWith('\n') && line !== undefined) resolve(line);
    });
    child.on('close', () => resolve(''));
  });
  const ended = once(child, 'close').then(([code, signal]): unknown => ({ code, signal }));
  return { child, said, ended, warned: () => warned };
}

/** What came of it: an outcome for each of several programs. */
async function outcomesOf(t: ExecutionContext, situation: string): Promise<{ outcomes: Outcome[]; warned: string }> {
  const { said, ended, warned } = start(situation);
  const line = await said;
  t.deepEqual(await ended, { code: 0, signal: null }, warned());
  return { outcomes: [JSON.parse(line) as Outcome | Outcome[]].flat(), warned: warned() };
}

test('programs in worker threads, with workers of their own, beside others of the same process', async (t) => {
  const { outcomes, warned } = await outcomesOf(t, 'in workers');
  t.deepEqual(
    outcomes.map(({ executor, threads }) => `${executor} ${threads}`),
    ['wasm 1', 'wasm 2', 'wasm 3', 'wasm 2'],
  );
  for (const { error } of outcomes) t.true(error < 1e-5, String(error));
  t.false(warned.includes('Advect'), warned);
});

test('more threads than cores, tiles and rows, and no rows at all', async (t) => {
  const { outcomes, warned } = await outcomesOf(t, 'many threads');
  t.deepEqual(
    outcomes.map(({ threads }) => threads),
    [3, 7, 64],
  );
  for (const { error } of outcomes) t.true(error < 1e-5, String(error));
  t.false(warned.includes('Advect'), warned);
});

const lacking: [string, string, RegExp][] = [
  ['without SIMD', 'eager 1', /WebAssembly has no vectors here/],
  ['without WebAssembly', 'eager 1', /WebAssembly has no vectors here/],
  ['without SharedArrayBuffer', 'wasm 1', /one thread, since memory cannot be shared/],
  ['without Atomics', 'wasm 1', /one thread, since memory cannot be shared/],
  ['without waiting', 'wasm 2', /2 threads were asked for/],
];
for (const [what, who, reason] of lacking) {
  test(`a platform ${what}: the right answer, and a report that says why`, async (t) => {
    const [outcome] = (await outcomesOf(t, what)).outcomes;
    t.true(outcome.error < 1e-5, String(outcome.error));
    t.is(`${outcome.executor} ${outcome.threads}`, who);
    t.regex(outcome.reason, reason);
  });
}

test('programs that were disposed of take no memory, whatever the workers still hold', async (t) => {
  const { said, ended } = start('disposed of');
  const { modules, growth } = JSON.parse(await said) as { modules: number; growth: number };
  await ended;
  t.true(modules <= 3, `${modules} of 90 modules are left`);
  // Sixty programs of 8 MB.
  t.true(growth < 100, `grew by ${growth} MB`);
});

test('a process ends by itself though its programs were never disposed of', async (t) => {
  const [outcome] = (await outcomesOf(t, 'never disposed of')).outcomes;
  t.is(outcome.threads, 3);
});

const interruptions: [string, { code: number | null; signal: string | null }][] = [
  ['interrupted', { code: null, signal: 'SIGINT' }],
  ['interrupted amid a run', { code: null, signal: 'SIGINT' }],
  ['interrupted, with a last word', { code: 130, signal: null }],
];
for (const [what, end] of interruptions) {
  test(`a process with workers alive is ${what}: it ends at once`, async (t) => {
    const { child, said, ended } = start(what);
    t.not(await said, '');
    const before = Date.now();
    child.kill('SIGINT');
    t.deepEqual(await ended, end);
    t.true(Date.now() - before < 5000);
  });
}

test('workers use no processor while no program runs', async (t) => {
  const { said, ended } = start('at rest');
  const { busy } = JSON.parse(await said) as { busy: number };
  await ended;
  // 0.3 to 0.5 ms was measured; a worker that waits awake would take all 500.
  t.true(busy < 50, `${busy} of 500 ms`);
});
