import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { readSources, repositoryRoot, withoutComments } from '#src/source-tree.js';

const sources = [...readSources(repositoryRoot(dirname(fileURLToPath(import.meta.url))))];

const ambient =
  /\bMath\s*\.\s*random\b|\bDate\s*\.\s*now\b|\bnew\s+Date\b|\bperformance\s*\.\s*now\b|\bgetRandomValues\b|\brandomUUID\b|\bhrtime\b/;

test('the library takes time and randomness as arguments only', (t) => {
  const library = sources.filter(([path]) => /^packages\/(?:core|compiler)\/src\//.test(path));
  t.true(library.length > 200);
  t.deepEqual(
    library.filter(([, source]) => ambient.test(withoutComments(source))).map(([path]) => path),
    [],
  );
  for (const use of ['Math.random()', 'Date.now()', 'new Date()', 'performance.now()', 'crypto.getRandomValues(a)']) t.regex(use, ambient);
});

test('no source exceeds 400 lines', (t) => {
  const lengths = sources.map(([path, source]) => ({ path, lines: source.split('\n').length - 1 }));
  t.deepEqual(
    lengths.filter(({ lines }) => lines > 400),
    [],
  );
});

test('a file is named in small letters with dashes', (t) => {
  const named = /^(?:[a-z0-9.]+(?:-[a-z0-9.]+)*)$/;
  const names = sources.map(([path]) => path).filter((path) => !named.test(path.split('/').at(-1)!));
  t.deepEqual(names, []);
});

test('every visit of a page is imported by the test file of its app, without which it would never run', (t) => {
  const visits = sources.map(([path]) => path).filter((path) => path.endsWith('.visits.ts'));
  t.true(visits.length > 10);
  const imported = sources
    .filter(([path]) => path.endsWith('/visits.test.ts'))
    .flatMap(([path, source]) => [...source.matchAll(/^import '\.(.*)\.js';$/gm)].map(([, name]) => `${dirname(path)}${name}.ts`));
  t.deepEqual(imported.toSorted(), visits.toSorted());
});
