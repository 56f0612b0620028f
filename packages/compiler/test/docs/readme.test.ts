import { readFileSync } from 'node:fs';
import test from 'ava';
import { outputMismatch, programsOf, runProgram } from '@advect/testkit';
import { lowerings } from '#src/trace/lowering/index.js';

const page = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const programs = programsOf(page);

test('the page has programs to run', (t) => {
  t.true(programs.length > 2);
});

for (const [index, program] of programs.entries()) {
  test.serial(`program ${index + 1} of the page runs and prints what it says`, async (t) => {
    const printed = await runProgram(program.code, `compiler-readme-${index + 1}`, new URL('../../../../../out/pages/', import.meta.url));
    t.log(printed.trim());
    t.is(outputMismatch(printed, program), undefined);
  });
}

test('the page lists the kernels that can be traced', (t) => {
  const [, table] = /\n\| \| kernels \|\n\| --- \| --- \|\n(.*?)\n\n/s.exec(page)!;
  const listed = table.split('\n').flatMap((row) => row.split('|')[2].trim().split(' '));
  t.deepEqual(listed.toSorted(), Object.keys(lowerings).toSorted());
});
