/**
 * Writes evaluations.json and evaluations.md: what the solvers cost on the DETEST problems. After building, in packages/core:
 *
 *     node build/test/ode/reference/make-evaluations.js
 *
 * and `npm run format` in the root.
 */
import { writeFileSync } from 'node:fs';
import { detest } from '@advect/testkit';
import { adaptiveMethods, DETEST_TOLERANCES, measureDetest, referenceFile, references } from './detest-runs.js';

const rows = await measureDetest();
writeFileSync(referenceFile('evaluations.json'), `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`);

const columns = adaptiveMethods.flatMap((method) => DETEST_TOLERANCES[method].map((tolerance) => ({ method, tolerance })));
const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
const scipy = ['RK45 0.001', 'RK45 1e-06', 'RK45 1e-09'];
const table = [
  line(['', ...columns.map(({ method, tolerance }) => `${method} ${tolerance.toExponential()}`), ...scipy.map((name) => `SciPy ${name}`)]),
  line(['---', ...[...columns, ...scipy].map(() => '---:')]),
  ...detest.map(({ name }) => {
    const own = columns.map(({ method, tolerance }) => {
      const row = rows.find((r) => r.problem === name && r.method === method && r.tolerance === tolerance)!;
      return `${row.evaluations} (${row.error}, ${row.worstStep})`;
    });
    const peer = scipy.map((key) => references[name].scipy[key]).map((run) => `${run.evaluations} (${Number(run.error.toPrecision(3))})`);
    return line([name, ...own, ...peer]);
  }),
];
const heading = [
  '# Field evaluations on the DETEST problems',
  '',
  'From t = 0 to 20 with atol = rtol = the tolerance. In brackets, root-mean-square in units of the tolerance: the error at',
  't = 20, to which orbits (D) and oscillators amplify what is added on the way, and the largest error that a single step',
  'adds. Written by make-evaluations.ts; the three last columns are SciPy 1.17.1, with the error at t = 20, from detest.py.',
  '',
];
writeFileSync(referenceFile('evaluations.md'), `${[...heading, ...table].join('\n')}\n`);
