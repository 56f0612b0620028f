import { createRequire } from 'node:module';

/**
 * What AVA loads before a test file: stack traces of ours name the lines of TypeScript, as AVA has it, while Node leaves the source
 * maps of packages alone. It would read them at once, 14 MB for TensorFlow.js, which takes longer than many a test.
 */
const { extensions } = createRequire(import.meta.url);
const load = extensions['.js'];
let depth = 0;
extensions['.js'] = (module, path) => {
  if (depth++ === 0) process.setSourceMapsEnabled(false);
  try {
    load(module, path);
  } finally {
    if (--depth === 0) process.setSourceMapsEnabled(true);
  }
};
