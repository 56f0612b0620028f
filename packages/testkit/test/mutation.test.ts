import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import { repositoryRoot } from '@advect/testkit';

interface Mutant {
  readonly id: number;
  readonly file: string;
}
interface Survey {
  readonly file: string;
  readonly whileLoading: readonly number[];
  readonly tests: readonly { title: string; reached: number[]; failure?: string }[];
}
interface Tools {
  startProcess(setting: object): Promise<{ ask(question: object): Promise<Survey>; stop(): Promise<void> }>;
  scheduler(surveys: readonly Survey[], limit: number): object;
  trials(setting: object, schedule: object): { trial(mutant: Mutant): Promise<{ verdict: string }>; stop(): Promise<void> };
}

const folder = `file://${join(repositoryRoot(import.meta.dirname), 'tools/mutation')}`;

/** A package of one function, with the switches that the instrumenter would put in: mutant 0 while it loads, 1 to 3 later. */
const files = {
  'package.json': '{ "type": "module", "imports": { "#src/*": "./dist/*" } }',
  'dist/sum.js': 'throw new Error("the module without mutants");',
  'instrumented/sum.js': `
    const { mutation: state } = globalThis;
    const on = (id) => { if (state.hits) state.hits[id] = 1; return state.active === id; };
    const start = on(0) ? 1 : 0;
    export const sum = (a, b) => (on(1) ? start + a - b : start + a + b);
    export const isPositive = (x) => (on(2) ? x >= 0 : x > 0);
    export const unused = () => on(3);`,
  'build/test/sum.test.js': `
    import test from 'ava';
    import { isPositive, sum } from '#src/sum.js';
    test('a sum', (t) => t.is(sum(1, 2), 3));
    test('signs', (t) => { t.true(isPositive(1)); t.false(isPositive(-1)); });
    test('what fails anyway', (t) => t.is(1, 2));`,
};

test('mutation testing tells killed, surviving and unreached mutants apart, and leaves tests out that fail anyway', async (t) => {
  const [{ startProcess }, { scheduler }, { trials }] = (await Promise.all(
    ['process', 'schedule', 'trial'].map((name) => import(`${folder}/${name}.mjs`)),
  )) as Tools[];
  const packageFolder = mkdtempSync(join(import.meta.dirname, 'mutation-'));
  t.teardown(() => rmSync(packageFolder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(packageFolder, name)), { recursive: true });
    writeFileSync(join(packageFolder, name), content);
  }
  const setting = { packageFolder, instrumented: join(packageFolder, 'instrumented'), mutants: 4 };
  const child = await startProcess(setting);
  const survey = { ...(await child.ask({ kind: 'survey', file: 'sum' })), file: 'sum' };
  await child.stop();
  t.deepEqual(survey.whileLoading, [0]);
  t.deepEqual(
    survey.tests.map(({ title, reached, failure }) => [title, reached, failure]),
    [
      ['a sum', [1], undefined],
      ['signs', [2], undefined],
      ['what fails anyway', [], 'is'],
    ],
  );
  const { trial, stop } = trials(setting, scheduler([survey], 60));
  t.teardown(stop);
  const verdicts: string[] = [];
  for (const id of [0, 1, 2, 3]) verdicts.push((await trial({ id, file: 'sum.ts' })).verdict);
  t.deepEqual(verdicts, ['killed', 'killed', 'survived', 'unreached']);
});
