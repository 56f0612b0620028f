import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import test from 'ava';

/** The programs of the README (```js), each with the output (```text) that stands after it, if any. */
const readme = await readFile(new URL('../../../../../README.md', import.meta.url), 'utf8');
const programs = [...readme.matchAll(/```js\n(.*?)```(?:\s*```text\n(.*?)```)?/gs)].map(([, code, output]) => ({ code, output }));
const folder = new URL('../../readme/', import.meta.url);

test('the README has programs to run', (t) => {
  t.true(programs.length > 0);
});

for (const [index, { code, output }] of programs.entries()) {
  test.serial(`README program ${index + 1} runs and prints what the README says`, async (t) => {
    t.timeout(300_000);
    await mkdir(folder, { recursive: true });
    const file = new URL(`program-${index + 1}.mjs`, folder);
    await writeFile(file, code);
    const { stdout } = await promisify(execFile)(process.execPath, [file.pathname]);
    t.log(stdout.trim());
    if (output === undefined) return;
    t.is(wordsOf(stdout), wordsOf(output));
    const [printed, promised] = [numbersOf(stdout), numbersOf(output)];
    promised.forEach((v, i) =>
      t.true(Math.abs(printed[i] - v) <= 0.05 + 0.05 * Math.abs(v), `printed ${printed[i]}, the README says ${v}`),
    );
  });
}

const number = /[-+]?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;
const wordsOf = (text: string): string => text.replace(number, '#').replace(/\s+/g, ' ').trim();
const numbersOf = (text: string): number[] => (text.match(number) ?? []).map(Number);
