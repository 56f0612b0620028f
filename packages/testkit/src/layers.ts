import type { Layer } from './imports.js';

type LayerOf = (path: string, mayImport: readonly string[], mayImportTypes?: readonly string[]) => Layer;

/** Packages whose names look like a path of ours. */
const libraries = new Set(['abcjs', 'esbuild', 'fflate', 'preact', 'saxes', 'spessasynth_core', 'tone']);

/** Layers of one package or app; what they may import goes by its path in the package, or is another package. */
function layersOf(name: string, root = 'packages'): LayerOf {
  const full = (path: string): string => (/^(@|node:)/.test(path) || libraries.has(path.split('/')[0]) ? path : `${name}/${path}`);
  return (path, mayImport, mayImportTypes = []) => ({
    name: `${name}/${path}`,
    prefix: `${root}/${name}/src/${path}`,
    mayImport: mayImport.map(full),
    mayImportTypes: mayImportTypes.map(full),
  });
}

const compiler = layersOf('compiler');
const core = layersOf('core');
const web = layersOf('web');

const withGraph = ['@advect/base', 'graph/'];
const program = [...withGraph, 'program', 'platform'];
const leaves = ['@advect/base', 'breathe'];
const base = ['@advect/base', '@advect/core', 'node:*'];
const application = [...base, '@advect/node'];
const music = layersOf('music', 'apps');

/** The repository's arrows: which part may import which. Lower parts know nothing of higher ones, and apps nothing of each other. */
export const layers: readonly Layer[] = [
  { name: 'base', prefix: 'packages/base/src/', mayImport: [] },

  compiler('platform', []),
  compiler('graph/', ['@advect/base']),
  compiler('program', [], ['graph/']),
  compiler('interpret/', withGraph),
  compiler('optimise/', [...withGraph, 'interpret/']),
  compiler('rows/', withGraph, ['plan/']),
  compiler('plan/', [...withGraph, 'rows/']),
  compiler('threads/', ['@advect/base', 'platform']),
  compiler('wasm/assembler/', []),
  compiler('wasm/math/', ['wasm/assembler/'], ['graph/']),
  compiler('wasm/kernels/', ['wasm/assembler/'], ['graph/']),
  compiler('wasm/codegen/', [...withGraph, 'wasm/assembler/', 'wasm/math/', 'wasm/kernels/'], ['plan/']),
  compiler('wasm/', ['@advect/base', 'wasm/assembler/', 'wasm/codegen/', 'program', 'threads/'], ['graph/', 'plan/']),
  compiler('onnx/', program),
  compiler('tensorflow/', ['@tensorflow/*', 'node:module']),
  compiler('trace/tf', ['@advect/compiler/tensorflow'], ['@tensorflow/*']),
  compiler('image-gradients', ['trace/tf']),
  compiler('gradients', ['image-gradients', 'trace/tf']),
  compiler('trace/', [...withGraph, 'gradients', 'interpret/', 'trace/tf']),
  compiler('eager/', ['@advect/base', 'gradients', 'trace/', 'trace/tf'], ['program']),
  compiler('choose', withGraph, ['program']),
  compiler('offers', ['choose', 'onnx/', 'platform', 'trace/tf', 'wasm/']),
  compiler('compile', [...program, 'choose', 'eager/', 'offers', 'onnx/', 'optimise/', 'plan/', 'threads/', 'trace/', 'wasm/']),
  { name: 'compiler/index', prefix: 'packages/compiler/src/index.ts', mayImport: ['compiler'] },

  core('breathe', []),
  core('random/', [...leaves, '@advect/compiler/assembler']),
  core('ode/', leaves),
  { name: 'core/io/', prefix: 'packages/core/src/io/', mayImport: ['@advect/base', 'core/breathe', 'papaparse'] },
  core('tensor/', [...leaves, '@advect/compiler', 'ode/', '@tensorflow/*'], ['field/']),
  core('nn/', [...leaves, '@advect/compiler', 'tensor/', 'random/'], ['field/']),
  core('manifold/', [...leaves, 'tensor/', 'random/'], ['field/']),
  core('field/', [...leaves, 'nn/', 'tensor/', 'random/', 'manifold/']),
  core('flow/', [...leaves, '@advect/compiler', 'field/', 'manifold/', 'ode/', 'tensor/', 'random/']),
  core('export/', [...leaves, '@advect/compiler', 'manifold/', 'flow/', 'ode/', 'tensor/'], ['field/']),
  core('transport/', leaves),
  core('objective/', [...leaves, '@advect/compiler', 'transport/', 'manifold/', 'flow/', 'ode/', 'field/', 'tensor/', 'random/']),
  core('train/', [...leaves, '@advect/compiler', 'objective/', 'flow/', 'nn/', 'tensor/', 'random/', 'io/'], ['field/']),
  core('model/', [...leaves, '@advect/compiler', 'flow/', 'field/', 'nn/', 'io/']),
  core('import/', [...leaves, 'flow/', 'field/', 'nn/', 'io/']),
  core('data/', [...leaves, 'random/']),
  core('evaluate/', [...leaves, '@advect/compiler', 'transport/', 'random/', 'nn/', 'tensor/', 'flow/', 'train/'], ['field/']),
  { name: 'core/index', prefix: 'packages/core/src/index.ts', mayImport: ['core', '@advect/base', '@advect/compiler'] },

  { name: 'testkit', prefix: 'packages/testkit/src/', mayImport: base, mayImportTypes: ['ava'] },
  {
    name: 'testkit/page',
    prefix: 'packages/testkit/src/page/',
    mayImport: ['node:*', 'testkit', 'axe-core', 'playwright-core'],
    mayImportTypes: ['ava'],
  },
  { name: 'node', prefix: 'packages/node/src/', mayImport: [...base, 'node/data'] },
  {
    name: 'node/data',
    prefix: 'packages/node/src/data/',
    mayImport: [...base, 'node', 'undici', 'tar-stream', 'hyparquet', 'hyparquet-compressors', 'jsfive'],
  },

  web('bridge/', ['@advect/base']),
  web('browser/', ['@advect/base']),
  web('tensorflow/', ['@tensorflow/*']),
  web('compute/', ['@advect/base', '@advect/core', 'tensorflow/'], ['bridge/']),
  web('models/', ['@advect/base', '@advect/core/io'], ['bridge/']),
  web('state/', ['@advect/base', '@preact/*', 'bridge/', 'browser/'], ['compute/', 'ui/']),
  web('ui/', ['preact', '@preact/*', 'browser/', 'compute/', 'models/', 'state/'], ['offline/']),
  web('offline/', []),
  { name: 'web/bundle', prefix: 'packages/web/src/bundle/', mayImport: ['esbuild', 'node:*'], mayImportTypes: ['web/offline/'] },
  web('index', ['bridge/', 'browser/', 'compute/', 'models/', 'offline/', 'state/', 'ui/']),
  web('worker', ['bridge/', 'compute/', 'models/'], ['ui/']),

  { name: 'image', prefix: 'apps/image/src/', mayImport: application },
  { name: 'image/data/picture-set', prefix: 'apps/image/src/data/picture-set', mayImport: [] },
  { name: 'image/format', prefix: 'apps/image/src/format/', mayImport: ['@advect/base', '@advect/core/io'] },
  { name: 'image/layout', prefix: 'apps/image/src/layout/', mayImport: ['@advect/base', 'image/data/picture-set'] },
  {
    name: 'image/model',
    prefix: 'apps/image/src/model/',
    mayImport: ['@advect/base', '@advect/core', 'image/data/picture-set', 'image/layout'],
  },
  {
    name: 'image/web',
    prefix: 'apps/image/src/web/',
    mayImport: [
      '@advect/base',
      '@advect/core',
      '@advect/web',
      'preact',
      '@preact/*',
      'fflate',
      'gifenc',
      'image/data/picture-set',
      'image/format',
      'image/layout',
      'image/model',
      'image/version',
    ],
  },
  { name: 'image/version', prefix: 'apps/image/src/version.ts', mayImport: [] },
  { name: 'image/publish', prefix: 'apps/image/src/publish/', mayImport: ['node:*', '@advect/web', 'image'] },
  {
    name: 'image/evaluation',
    prefix: 'apps/image/src/evaluation/',
    mayImport: ['@advect/base', '@advect/core', 'image/data/picture-set', 'image/model'],
  },
  { name: 'image/codec', prefix: 'apps/image/src/codec/', mayImport: [...application, 'image', 'sharp'] },

  { name: 'music', prefix: 'apps/music/src/', mayImport: application },
  { name: 'music/publish', prefix: 'apps/music/src/publish/', mayImport: ['node:*', '@advect/web', 'music', 'music/web/'] },
  music('score', []),
  music('roll', ['score', 'codec/']),
  music('drum-kit', []),
  music('groove', ['drum-kit']),
  music('groove-roll', ['drum-kit', 'groove', 'metrics/']),
  music('melody', ['score']),
  music('data/', ['@advect/base', 'score', 'drum-kit', 'groove', 'melody']),
  music('metrics/', ['@advect/base', 'score', 'data/', 'drum-kit', 'groove', 'melody']),
  music('codec/', ['@advect/base', '@advect/core/io', 'saxes', 'score', 'data/', 'drum-kit', 'groove', 'melody']),
  music('render/', ['@advect/base', '@advect/core/random', 'spessasynth_core', 'codec/', 'drum-kit', 'groove', 'melody']),
  music('lessons/', ['@advect/base', '@advect/core/random', 'score', 'data/', 'codec/', 'drum-kit', 'groove', 'melody']),
  music('web/', [
    '@advect/base',
    '@advect/core',
    '@advect/web',
    'preact',
    '@preact/*',
    'fflate',
    'score',
    'drum-kit',
    'groove',
    'melody',
    'data/',
    'metrics/',
    'codec/',
    'render/',
    'lessons/',
    'model/',
    'web/sound/',
    'web/panels/sheet/',
  ]),
  music('web/panels/sheet/', ['@advect/web', 'preact', '@preact/*', 'abcjs', 'abcjs/*', 'score', 'data/', 'codec/', 'web/', 'web/sound/']),
  music('web/sound/', ['@advect/base', '@advect/web', '@preact/*', 'tone', 'codec/', 'render/', 'web/']),
  music('model/', ['@advect/base', '@advect/core', 'score', 'data/', 'metrics/', 'codec/', 'render/', 'drum-kit', 'groove', 'melody']),
];
