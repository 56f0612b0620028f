import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { cnf, loadModel, mlp, saveModel } from '@advect/core';
import { openModelFiles, readModelFolder, writeModelFolder } from '#src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'advect-source-'));
test.after.always(() => rmSync(folder, { recursive: true }));
const flow = cnf({ field: mlp({ dim: 2, hidden: [4], lastLayer: 'random' }) });
const model = join(folder, 'model');
const packages = join(folder, 'node_modules');

test.before(async () => {
  const files = await saveModel(flow, { name: 'small' });
  await writeModelFolder(model, files);
  const install = async (name: string, at: string, settings: object): Promise<void> => {
    await writeModelFolder(join(packages, name, at), files);
    // Code that would give itself away if it were ever run.
    await writeFile(join(packages, name, 'index.js'), 'throw new Error("the package was run");');
    await writeFile(join(packages, name, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js', ...settings }));
  };
  await mkdir(packages);
  await install('plain', '.', {});
  await install('@me/several', 'digits', { exports: { '.': './index.js', './digits/*': './digits/*' } });
  await install('closed', '.', { exports: './index.js' });
});

test('the same model comes from a path, a file: URL, an address and an installed package, whose code is not run', async (t) => {
  const files = await readModelFolder(model);
  const server = createServer(({ url }, response) => void response.end(files.get(url!.slice(1))));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    for (const where of [
      model,
      join(model, 'model.json'),
      pathToFileURL(model),
      pathToFileURL(join(model, 'model.json')),
      address,
      'npm:plain',
      'npm:@me/several/digits',
    ]) {
      t.deepEqual((await loadModel(await openModelFiles(where, { from: folder }))).parameters, flow.parameters, String(where));
    }
  } finally {
    server.close();
  }
});

test('a package that is not there, keeps its model to itself, or is no name at all', async (t) => {
  const open = (where: string) => openModelFiles(where, { from: folder });
  await t.throwsAsync(open('npm:none'), { instanceOf: AdvectError, code: 'not-found', message: /is not installed/ });
  await t.throwsAsync(open('npm:closed'), { code: 'not-found', message: /does not export its model\.json/ });
  for (const name of ['', '../plain', 'plain/../closed', '/etc', 'C:\\x', 'plain/', '@me']) {
    await t.throwsAsync(open(`npm:${name}`), { code: 'invalid-value', message: /does not name a package/ }, name);
  }
});

test('a folder of more than a gigabyte is refused before it is read', async (t) => {
  const large = join(folder, 'large');
  await mkdir(large);
  await writeFile(join(large, 'model.json'), '{}');
  // Sparse: no disk is used, and nothing is read.
  await writeFile(join(large, 'weights.safetensors'), '');
  await truncate(join(large, 'weights.safetensors'), 2 ** 30);
  const before = process.memoryUsage().arrayBuffers;
  await t.throwsAsync(readModelFolder(large), {
    instanceOf: AdvectError,
    code: 'invalid-file',
    message: /more than the 536870912 allowed/,
  });
  t.true(process.memoryUsage().arrayBuffers - before < 2 ** 24);
});
