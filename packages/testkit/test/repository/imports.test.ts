import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { forbiddenImports, readImports } from '#src/imports.js';
import { layers } from '#src/layers.js';
import { readSources, repositoryRoot } from '#src/source-tree.js';

const sources = readSources(repositoryRoot(dirname(fileURLToPath(import.meta.url))));
const inPackages = [...sources.keys()].filter((path) => /^(?:packages|apps)\/[^/]+\/src\/.*\.tsx?$/.test(path));

test('no source imports what its layer may not', (t) => {
  t.true(inPackages.length > 100);
  t.deepEqual(forbiddenImports(sources, layers), []);
});

test('every source of a package or an app belongs to a layer', (t) => {
  t.deepEqual(
    inPackages.filter((path) => !layers.some(({ prefix }) => path.startsWith(prefix))),
    [],
  );
});

test('every layer has a source', (t) => {
  t.deepEqual(
    layers.filter(({ prefix }) => !inPackages.some((path) => path.startsWith(prefix))),
    [],
  );
});

const violations: [file: string, source: string][] = [
  ['packages/core/src/flow/x.ts', "import * as tf from '@tensorflow/tfjs';"],
  ['packages/core/src/ode/x.ts', "import { tf } from '../tensor/index.js';"],
  ['packages/core/src/ode/x.ts', "export * from '../flow/index.js';"],
  ['packages/core/src/random/x.ts', "import '../io/index.js';"],
  ['packages/core/src/tensor/x.ts', "import { fieldFromConfig } from '../field/index.js';"],
  ['packages/core/src/nn/x.ts', "import { type VelocityField, mlp } from '../field/index.js';"],
  ['packages/core/src/objective/x.ts', "const train = await import('../train/index.js');"],
  ['packages/core/src/io/x.ts', "import { readFile } from 'node:fs/promises';"],
  ['packages/core/src/data/x.ts', "import { run } from '../../../../apps/image/src/index.js';"],
  ['packages/compiler/src/eager/x.ts', "import * as tf from '@tensorflow/tfjs';"],
  ['packages/compiler/src/graph/x.ts', "import { evaluate } from '../interpret/index.js';"],
  ['packages/compiler/src/optimise/x.ts', "import type { Plan } from '../plan/plan.js';"],
  ['packages/compiler/src/wasm/codegen/x.ts', "import { tileRunner } from '../../threads/pool.js';"],
  ['packages/compiler/src/wasm/x.ts', "import { makePlan } from '../plan/index.js';"],
  ['packages/compiler/src/onnx/x.ts', "import { trace } from '../trace/index.js';"],
  ['packages/compiler/src/threads/x.ts', "import { compile } from '../compile.js';"],
  ['packages/compiler/src/compile.ts', "import { solve } from '@advect/core/ode';"],
  ['packages/node/src/x.ts', "import { key } from '../../core/src/random/index.js';"],
  ['packages/testkit/src/x.ts', "import { run } from '@advect/node';"],
  ['apps/image/src/commands/x.ts', "import sharp from 'sharp';"],
  ['apps/image/src/codec/x.ts', "import { midi } from '../../../music/src/codec/midi.js';"],
  ['apps/image/src/web/x.tsx', "import { openModel } from '../files/open.js';"],
  ['apps/image/src/web/x.tsx', "import { serveSite } from '@advect/node';"],
  ['packages/web/src/browser/x.ts', "import { h } from 'preact';"],
  ['apps/music/src/x.ts', "import { show } from '@advect/image';"],
  ['apps/music/src/model/x.ts', "import { openModelFiles } from '@advect/node';"],
  ['apps/music/src/codec/x.ts', "import { readFile } from 'node:fs/promises';"],
];

for (const [file, source] of violations) {
  test(`forbidden in ${file}: ${source}`, (t) => {
    const found = forbiddenImports(new Map([[file, source]]), layers);
    t.is(found.length, 1);
    t.true(found[0].startsWith(`${file}: imports `));
  });
}

test('allowed: types upwards where stated, own folder, lower layers, packages by name', (t) => {
  const allowed = new Map([
    ['packages/core/src/tensor/x.ts', "import type { Parameters } from '../field/field.js'; import * as tf from '@tensorflow/tfjs';"],
    ['packages/core/src/nn/x.ts', "import { type VelocityField, type Parameters } from '../field/index.js';"],
    [
      'packages/compiler/src/wasm/x.ts',
      "import { moduleBuilder } from './assembler/index.js'; import type { Plan } from '../plan/plan.js';",
    ],
    ['packages/compiler/src/trace/lowering/x.ts', "import { tf } from '../tf.js'; import '../../gradients.js';"],
    ['packages/core/src/flow/transforms/x.ts', "import { solve } from '../../ode/index.js'; import { y } from '@advect/base/options';"],
    [
      'apps/image/src/commands/x.ts',
      "import { decode } from '../codec/decode.js'; import { run } from '@advect/node'; import { key } from '@advect/core/random';",
    ],
    ['apps/image/src/codec/x.ts', "import sharp from 'sharp';"],
  ]);
  t.deepEqual(forbiddenImports(allowed, layers), []);
});

test('imports are found in every form, and not in comments', (t) => {
  const source = `
    import a from 'a'; import * as b from "b"; import c, { type d } from 'c';
    import type e from 'e';
    import { type f,
      type g } from 'f';
    export { h } from 'h'; export * from 'i'; export type { j } from 'j';
    import 'k'; const l = await import('l'); type M = typeof import('m');
    // import n from 'n';
    /* import o from 'o'; */
    const url = 'https://example.org'; import p from 'p';`;
  t.deepEqual(
    readImports(source)
      .map(({ specifier, typeOnly }) => (typeOnly ? `type ${specifier}` : specifier))
      .sort(),
    ['a', 'b', 'c', 'h', 'i', 'k', 'l', 'p', 'type e', 'type f', 'type j', 'type m'],
  );
});
