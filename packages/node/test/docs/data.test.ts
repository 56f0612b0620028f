import { readFileSync } from 'node:fs';
import test from 'ava';
import { outputMismatch, programsOf, runProgram } from '@advect/testkit';
import { dataSets } from '#src/index.js';
import { countsText, shapeText } from '#src/commands/data/describe.js';

const page = readFileSync(new URL('../../../../../docs/data.md', import.meta.url), 'utf8');
const programs = programsOf(page);
const folder = new URL('../../../../../out/pages/', import.meta.url);

test('docs/data.md has programs to run', (t) => {
  t.is(programs.length, 4);
});

for (const [index, program] of programs.entries()) {
  test.serial(`docs/data.md: program ${index + 1} runs and prints what the page says`, async (t) => {
    const printed = await runProgram(program.code, `data-${index + 1}`, folder);
    t.log(printed.trim());
    t.is(outputMismatch(printed, program), undefined);
  });
}

test('the table of docs/data.md names every set with its shape, numbers and licence', (t) => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  const regression = dataSets.filter(({ folder: of }) => of === 'uci-regression');
  for (const set of dataSets.filter((one) => !regression.includes(one))) {
    const row = rows.find((line) => line.startsWith(`| \`${set.name}\` |`));
    const [sample, counts, , licence] = (row ?? '')
      .split('|')
      .slice(2)
      .map((cell) => cell.trim());
    t.deepEqual([sample, counts, licence], [shapeText(set), countsText(set), set.licence], set.name);
  }
  t.is(regression.length, 34);
  const columns = regression.map(({ event }) => event[0]);
  t.true(page.includes(`${Math.min(...columns)} to ${Math.max(...columns)} columns`));
});
