import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { readSources, repositoryRoot } from '#src/source-tree.js';

interface Sharing {
  readonly alone: readonly string[];
  readonly suites: readonly { readonly name: string; readonly members: readonly string[] }[];
}

const root = repositoryRoot(dirname(fileURLToPath(import.meta.url)));
const { sharing } = (await import(`${root}/tools/run-tests.mjs`)) as {
  sharing(files: readonly string[], runsAlone: (file: string) => boolean): Sharing;
};

test('every test file of every package is run once, by itself or in a suite of its folder', (t) => {
  const files = [...readSources(root)].map(([path]) => path).filter((path) => path.endsWith('.test.ts'));
  for (const folder of ['packages/core', 'packages/compiler', 'packages/node', 'apps/image', 'apps/music']) {
    const tests = files.filter((path) => path.startsWith(`${folder}/test/`)).map((path) => path.slice(`${folder}/test/`.length));
    t.true(tests.length > 20);
    const { alone, suites } = sharing(tests, (file) => file.includes('page'));
    t.deepEqual([...alone, ...suites.flatMap(({ members }) => members)].toSorted(), tests.toSorted());
  }
});

test('files of one folder share suites of eight at most, neighbours apart; what must run alone does, and the only one of a folder', (t) => {
  const files = [
    ...Array.from({ length: 9 }, (_, i) => `ode/${i}.test.ts`),
    'ode/gradient/a.test.ts',
    'io/npy.test.ts',
    'a.test.ts',
    'b.test.ts',
  ];
  const { alone, suites } = sharing(files, (file) => file === 'ode/3.test.ts');
  t.deepEqual(alone, ['ode/3.test.ts', 'io/npy.test.ts']);
  t.deepEqual(
    suites.map(({ name, members }) => `${name}: ${members.join(' ').replaceAll('.test.ts', '')}`),
    ['ode-1: ode/0 ode/2 ode/5 ode/7 ode/gradient/a', 'ode-2: ode/1 ode/4 ode/6 ode/8', 'top-1: a b'],
  );
});
