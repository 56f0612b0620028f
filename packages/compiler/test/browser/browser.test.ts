import test, { type ExecutionContext } from 'ava';
import { mismatch } from '@advect/testkit';
import { byHand, wave } from '../net.js';
import { type Answer, ROWS } from './answer.js';
import { ISOLATION } from './serve.js';
import { closeBrowser, startBrowser, visit as visitPage } from './visit.js';

test.after.always(closeBrowser);

async function visit(headers: { readonly [name: string]: string }, missing?: string) {
  const { answers, problems } = await visitPage('page.js', headers, missing);
  return { answers: answers as (Answer & { error?: string })[], problems };
}

const rows = Array.from({ length: 100 }, (_, i) => i);
const doubled = rows.map((i) => 2 * i);

/** Compares a page's programs with float64, and who computed them with what is expected. */
function checkPrograms(t: ExecutionContext, programs: Answer['programs'], threads: number): void {
  const expected = byHand(wave(3 * ROWS, 0.37));
  t.deepEqual(
    programs.map(({ report }) => `${report.executor} ${report.threads}`),
    [`wasm ${threads}`, 'wasm 1', 'eager 1'],
  );
  for (const { results, report } of programs) {
    for (const name of ['y', 'ofX', 'ofW'] as const) {
      const atol = 1e-5 * Math.max(1, ...expected[name].map(Math.abs));
      t.is(mismatch(results[name], expected[name], { atol, rtol: 1e-5 }), undefined, `${name} by ${report.executor}`);
    }
  }
}

test.serial('in an isolated page and its worker, under a strict policy: two threads', async (t) => {
  if (!(await startBrowser(t))) return;
  const { answers, problems } = await visit(ISOLATION);
  t.deepEqual(problems, []);
  for (const { error, isolated, count, threads, sums, programs, ...rest } of answers) {
    t.is(error, undefined);
    checkPrograms(t, programs, 2);
    t.deepEqual({ isolated, threads, count }, { isolated: true, threads: 2, count: { threads: 2, reason: '2 threads were asked for' } });
    t.deepEqual(rest, { doubled, warnings: [] });
    t.deepEqual(sums, [(55 * 56) / 2, 4950 - (55 * 56) / 2]);
  }
});

test.serial('in a page that is not isolated, and its worker: one thread, and the reason', async (t) => {
  if (!(await startBrowser(t))) return;
  const { answers, problems } = await visit({});
  t.deepEqual(problems, []);
  for (const { error, isolated, count, threads, sums, programs, ...rest } of answers) {
    t.is(error, undefined);
    checkPrograms(t, programs, 1);
    t.regex(programs[0].report.reason, /not cross-origin isolated/);
    t.deepEqual({ isolated, threads, counted: count.threads }, { isolated: false, threads: 1, counted: 1 });
    t.regex(count.reason, /not cross-origin isolated/);
    t.deepEqual(rest, { doubled, warnings: [] });
    t.deepEqual(sums, [4950]);
  }
});

test.serial('where the threads do not start: one thread, loudly', async (t) => {
  if (!(await startBrowser(t))) return;
  const script = '/compiler/threads/worker.js';
  const { answers, problems } = await visit(ISOLATION, script);
  t.deepEqual(problems.filter((problem) => problem.startsWith('404')).toSorted(), [`404 ${script}`, `404 ${script}`]);
  for (const { error, threads, sums, warnings, programs, ...rest } of answers) {
    t.is(error, undefined);
    checkPrograms(t, programs, 1);
    t.regex(programs[0].report.reason, /since a worker failed/);
    t.deepEqual({ threads, sums, doubled: rest.doubled }, { threads: 1, sums: [4950], doubled });
    t.is(warnings.length, 1);
    t.regex(warnings[0], /one thread, since a worker failed: its script could not be loaded/);
  }
});
