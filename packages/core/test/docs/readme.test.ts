// Runs alone: it takes long.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { outputMismatch, programsOf, runProgram } from '@advect/testkit';

/** Every program of these pages is run and compared with the output that stands after it. */
const pages = {
  'README.md': '../../../../../README.md',
  'packages/core/README.md': '../../../README.md',
  'docs/guide.md': '../../../../../docs/guide.md',
  'docs/fields.md': '../../../../../docs/fields.md',
  'docs/densities.md': '../../../../../docs/densities.md',
  'docs/objectives.md': '../../../../../docs/objectives.md',
  'docs/solvers.md': '../../../../../docs/solvers.md',
  'docs/references.md': '../../../../../docs/references.md',
  'docs/distributed.md': '../../../../../docs/distributed.md',
  'docs/models.md': '../../../../../docs/models.md',
};
/** Where programs find packages as in a file of the repository’s folder, which is where the guide says to save them. */
const folder = new URL('../../../../../out/pages/', import.meta.url);

for (const [page, path] of Object.entries(pages)) {
  const programs = programsOf(readFileSync(new URL(path, import.meta.url), 'utf8'));

  test(`${page} has programs to run`, (t) => {
    t.true(programs.length > 0);
  });

  for (const [index, program] of programs.entries()) {
    test.serial(`${page}: program ${index + 1} runs and prints what the page says`, async (t) => {
      t.timeout(300_000);
      const printed = await runProgram(program.code, `${page.replaceAll('/', '-')}-${index + 1}`, folder);
      t.log(printed.trim());
      t.is(outputMismatch(printed, program), undefined);
    });
  }
}
