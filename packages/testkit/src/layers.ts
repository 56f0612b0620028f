import type { Layer } from './imports.js';

const core = (folder: string, mayImport: readonly string[], mayImportTypes: readonly string[] = []): Layer => ({
  name: `core/${folder}`,
  prefix: `packages/core/src/${folder}`,
  mayImport: mayImport.map((name) => (name.startsWith('@') ? name : `core/${name}`)),
  mayImportTypes: mayImportTypes.map((name) => `core/${name}`),
});

const leaves = ['@advect/base', 'breathe'];
const base = ['@advect/base', '@advect/core', 'node:*'];
const application = [...base, '@advect/node'];

/** The repository's arrows: which part may import which. Lower parts know nothing of higher ones, and apps nothing of each other. */
export const layers: readonly Layer[] = [
  { name: 'base', prefix: 'packages/base/src/', mayImport: [] },
  { name: 'compiler', prefix: 'packages/compiler/src/', mayImport: ['@advect/base', 'node:*', '@tensorflow/*'] },

  core('breathe', []),
  core('random/', leaves),
  core('ode/', leaves),
  core('io/', leaves),
  core('tensor/', [...leaves, '@advect/compiler', 'ode/', '@tensorflow/*'], ['field/']),
  core('nn/', [...leaves, '@advect/compiler', 'tensor/', 'random/'], ['field/']),
  core('field/', [...leaves, 'nn/', 'tensor/', 'random/']),
  core('flow/', [...leaves, '@advect/compiler', 'field/', 'ode/', 'tensor/', 'random/']),
  core('export/', [...leaves, '@advect/compiler', 'flow/', 'ode/', 'tensor/'], ['field/']),
  core('objective/', [...leaves, '@advect/compiler', 'flow/', 'field/', 'tensor/', 'random/']),
  core('train/', [...leaves, '@advect/compiler', 'objective/', 'flow/', 'nn/', 'tensor/', 'random/', 'io/', 'evaluate/'], ['field/']),
  core('model/', [...leaves, '@advect/compiler', 'flow/', 'field/', 'nn/', 'io/']),
  core('data/', [...leaves, 'random/']),
  core('evaluate/', [...leaves, 'random/', 'flow/']),
  { name: 'core/index', prefix: 'packages/core/src/index.ts', mayImport: ['core', '@advect/base', '@advect/compiler'] },

  { name: 'testkit', prefix: 'packages/testkit/src/', mayImport: base },
  { name: 'node', prefix: 'packages/node/src/', mayImport: base },

  { name: 'image', prefix: 'apps/image/src/', mayImport: application },
  { name: 'image/codec', prefix: 'apps/image/src/codec/', mayImport: [...application, 'image', 'sharp'] },
  { name: 'music', prefix: 'apps/music/src/', mayImport: application },
];
