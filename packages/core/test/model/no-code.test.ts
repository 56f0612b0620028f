import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { readSources, repositoryRoot, withoutComments } from '@advect/testkit';
import { mlp } from '#src/field/index.js';
import { cnf } from '#src/flow/index.js';
import { loadModel, saveModel } from '#src/model/index.js';

const root = repositoryRoot(import.meta.dirname);

test('promise: a model file can not run code: nothing in the sources makes code of text, or imports what a variable names', (t) => {
  const makers = /\beval\s*\(|\bFunction\s*\(|\brunIn\w*Context\b|\bload(?:Layers|Graph)Model\b|\bset(?:Timeout|Interval)\s*\(\s*['"`]/;
  const computed = /\bawait import\(\s*(?!['"])/;
  const linesWith = (pattern: RegExp): string[] =>
    [...readSources(root)].flatMap(([path, source]) => {
      if (!/^(?:packages|apps)\/[^/]+\/src\//.test(path)) return [];
      const lines = withoutComments(source).split('\n');
      return lines.flatMap((line) => (pattern.test(line) ? [`${path}: ${line.trim()}`] : []));
    });
  t.deepEqual(linesWith(makers), []);
  // Packages that need not be installed: their names stand in these files, apart from the import, so that bundlers do not follow.
  const optional = ['packages/compiler/src/onnx/runtime.ts', 'packages/core/src/tensor/backend.ts'];
  t.deepEqual(
    linesWith(computed).map((found) => found.split(':')[0]),
    optional,
  );
});

const payloads = [
  'process.exit(1)',
  '() => { globalThis.pwned = true; }',
  '${globalThis.pwned = true}',
  'javascript:pwned=1',
  '../../etc/passwd',
  'node:child_process',
];

test('promise: a model file can not run code: programs, paths and the names of built-in members are text like any other', async (t) => {
  const files = await saveModel(cnf({ field: mlp({ dim: 2, hidden: [4] }) }), {
    name: 'plain',
    description: 'text',
    defaults: { method: 'rk4' },
  });
  const document = JSON.parse(new TextDecoder().decode(files.get('model.json'))) as Record<string, unknown>;
  const places = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
    typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([name, item]) => places(item, [...path, name])) : [path];
  const before = Object.getOwnPropertyNames(Object.prototype);
  let refused = 0;
  let loaded = 0;
  for (const path of places(document)) {
    for (const payload of [...payloads, '__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty']) {
      const changed = structuredClone(document);
      let parent = changed;
      for (const step of path.slice(0, -1)) parent = parent[step] as Record<string, unknown>;
      parent[path.at(-1)!] = payload;
      const forged = new Map([...files, ['model.json', new TextEncoder().encode(JSON.stringify(changed))]]);
      try {
        await loadModel(forged);
        loaded++;
      } catch (error) {
        if (!(error instanceof AdvectError)) throw error;
        refused++;
      }
    }
  }
  t.true(loaded > 0 && refused > 100, `${loaded} loaded, ${refused} refused`);
  t.false('pwned' in globalThis);
  t.deepEqual(Object.getOwnPropertyNames(Object.prototype), before);
});
