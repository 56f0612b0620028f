import { execFile } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { build } from 'esbuild';

const packages = fileURLToPath(new URL('../../../node_modules/@advect/', import.meta.url));
const contents = "import { ready } from '@advect/core'; ready().then(({ backend }) => console.log(backend));";
const withoutTensorFlow = ['@tensorflow/*', 'onnxruntime-*'];

/** What the core's README says to write before a bundle in ES modules that holds TensorFlow.js. */
const readme = await readFile(`${packages}core/README.md`, 'utf8');
const banner = /--banner:js="([^"]+)"/.exec(readme)![1];

for (const [what, name, external] of [
  ['in CommonJS', 'outside.cjs', withoutTensorFlow],
  ['in ES modules', 'outside.mjs', withoutTensorFlow],
  ['in ES modules, TensorFlow.js in it and before it the line that the README gives,', 'inside.mjs', ['onnxruntime-*']],
] as const) {
  test(`a program for Node that is put together ${what} starts the WebAssembly backend`, async (t) => {
    // Beside the library, so that what is left out of it is found.
    const outfile = `${packages}core/build/bundle-${name}`;
    t.teardown(() => rm(outfile, { force: true }));
    await build({
      stdin: { contents, resolveDir: packages },
      bundle: true,
      platform: 'node',
      format: name.endsWith('.cjs') ? 'cjs' : 'esm',
      external: [...external],
      outfile,
      logLevel: 'error',
      ...(name === 'inside.mjs' && { banner: { js: banner } }),
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile]);
    t.is(stdout.trim(), 'wasm');
  });
}
