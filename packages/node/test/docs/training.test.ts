import { readFileSync } from 'node:fs';
import test from 'ava';
import { outputMismatch, programsOf, runProgram } from '@advect/testkit';

const programs = programsOf(readFileSync(new URL('../../../../../docs/training.md', import.meta.url), 'utf8'));
const folder = new URL('../../../../../out/pages/', import.meta.url);

test('docs/training.md has programs to run', (t) => {
  t.is(programs.length, 4);
});

for (const [index, program] of programs.entries()) {
  test.serial(`docs/training.md: program ${index + 1} runs and prints what the page says`, async (t) => {
    t.timeout(300_000);
    const printed = await runProgram(program.code, `training-${index + 1}`, folder);
    t.log(printed.trim());
    t.is(outputMismatch(printed, program), undefined);
  });
}
