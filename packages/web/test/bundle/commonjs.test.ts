import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { build } from 'esbuild';

const packages = fileURLToPath(new URL('../../../node_modules/@advect/', import.meta.url));
/** Beside the library, so that what is left out of it is found. */
const outfile = `${packages}core/build/commonjs-bundle.cjs`;

test('a program for Node that is put together in CommonJS starts the WebAssembly backend too', async (t) => {
  t.teardown(() => rm(outfile, { force: true }));
  const contents = "import { ready } from '@advect/core'; ready().then(({ backend }) => console.log(backend));";
  const external = ['@tensorflow/*', 'onnxruntime-*'];
  const log = { logLevel: 'error' } as const;
  await build({ stdin: { contents, resolveDir: packages }, bundle: true, platform: 'node', format: 'cjs', external, outfile, ...log });
  const { stdout } = await promisify(execFile)(process.execPath, [outfile]);
  t.is(stdout.trim(), 'wasm');
});
