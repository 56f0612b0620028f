import type { Layer } from './imports.js';

const core = (folder: string, mayImport: readonly string[], mayImportTypes: readonly string[] = []): Layer => ({
  name: `core/${folder}`,
  prefix: `packages/core/src/${folder}`,
  mayImport: mayImport.map((name) => (name.startsWith('@') ? name : `core/${name}`)),
  mayImportTypes: mayImportTypes.map((name) => `core/${name}`),
});

const leaves = ['errors', 'array', 'options', 'breathe'];
const base = ['@advect/core', 'node:*'];
const application = [...base, '@advect/node'];

/** The repository's arrows: which part may import which. Lower parts know nothing of higher ones, and apps nothing of each other. */
export const layers: readonly Layer[] = [
  core('errors', []),
  core('array', ['errors']),
  core('breathe', []),
  core('options', ['errors']),
  core('random/', leaves),
  core('ode/', leaves),
  core('io/', leaves),
  core('tensor/', [...leaves, 'ode/', '@tensorflow/*'], ['field/']),
  core('nn/', [...leaves, 'tensor/', 'random/'], ['field/']),
  core('field/', [...leaves, 'nn/', 'tensor/', 'random/']),
  core('flow/', [...leaves, 'field/', 'ode/', 'tensor/', 'random/']),
  core('objective/', [...leaves, 'flow/', 'field/', 'tensor/', 'random/']),
  core('train/', [...leaves, 'objective/', 'flow/', 'nn/', 'tensor/', 'random/', 'io/', 'evaluate/'], ['field/']),
  core('model/', [...leaves, 'flow/', 'field/', 'nn/', 'io/']),
  core('data/', [...leaves, 'random/']),
  core('evaluate/', [...leaves, 'random/', 'flow/']),
  { name: 'core/index', prefix: 'packages/core/src/index.ts', mayImport: ['core'] },

  { name: 'testkit', prefix: 'packages/testkit/src/', mayImport: base },
  { name: 'node', prefix: 'packages/node/src/', mayImport: base },

  { name: 'image', prefix: 'apps/image/src/', mayImport: application },
  { name: 'image/codec', prefix: 'apps/image/src/codec/', mayImport: [...application, 'image', 'sharp'] },
  { name: 'music', prefix: 'apps/music/src/', mayImport: application },
];
