// Runs alone: its processes and workers keep every core busy.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import type { ExecutorReport } from '#src/program.js';

const script = fileURLToPath(new URL('troubled.js', import.meta.url));

const troubles: [string, RegExp][] = [
  ['dying', /a worker has not computed one more tile/],
  ['throwing', /a worker threw an error while it computed/],
  ['absent', /a worker could not be started: no workers here/],
];
for (const [trouble, why] of troubles) {
  test(`a program whose worker is ${trouble}: the right answer, at once and after, and a report and a warning that say so`, async (t) => {
    const { stdout } = await promisify(execFile)(process.execPath, [script, trouble]);
    const { errors, report, warnings } = JSON.parse(stdout) as { errors: number[]; report: ExecutorReport; warnings: string[] };
    t.is(errors.length, 9);
    t.true(Math.max(...errors) < 1e-5, String(errors));
    t.is(report.threads, 1);
    t.regex(report.reason, why);
    t.is(warnings.filter((text) => text.startsWith('Advect')).length, 1);
    t.regex(warnings.join(' '), why);
  });
}
