import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import test from 'ava';

/** Every program (```js) of these pages is run and compared with the output (```text) that stands after it, if any. */
const pages = { 'README.md': '../../../../../README.md', 'packages/core/README.md': '../../../README.md' };
const folder = new URL('../../readme/', import.meta.url);

for (const [page, path] of Object.entries(pages)) {
  const markdown = readFileSync(new URL(path, import.meta.url), 'utf8');
  const programs = [...markdown.matchAll(/```js\n(.*?)```(?:\s*```text\n(.*?)```)?/gs)].map(([, code, output]) => ({ code, output }));

  test(`${page} has programs to run`, (t) => {
    t.true(programs.length > 0);
  });

  for (const [index, { code, output }] of programs.entries()) {
    test.serial(`${page}: program ${index + 1} runs and prints what the page says`, async (t) => {
      t.timeout(300_000);
      await mkdir(folder, { recursive: true });
      const file = new URL(`${page.replaceAll('/', '-')}-${index + 1}.mjs`, folder);
      await writeFile(file, code);
      const { stdout } = await promisify(execFile)(process.execPath, [file.pathname]);
      t.log(stdout.trim());
      if (output === undefined) return;
      t.is(wordsOf(stdout), wordsOf(output));
      const printed = numbersOf(stdout);
      for (const [i, promised] of numbersOf(output).entries()) {
        t.true(Math.abs(printed[i] - promised) <= 0.05 + 0.05 * Math.abs(promised), `printed ${printed[i]}, the page says ${promised}`);
      }
    });
  }
}

const number = /[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;
const wordsOf = (text: string): string => text.replace(number, '#').replace(/\s+/g, ' ').trim();
const numbersOf = (text: string): number[] => (text.match(number) ?? []).map(Number);
