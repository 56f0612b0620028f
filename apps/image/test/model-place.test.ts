// Runs alone: it starts processes and ends them.
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { cli, inFolder, run } from './command-line.js';

const shipped = fileURLToPath(new URL('../../models/digits8', import.meta.url));

/** Serves the shipped model under /digits/, a manifest of 4 GB (as it says) under /huge/, and nothing else. */
async function served(work: (address: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    const [, folder, name] = request.url!.split('/');
    if (folder === 'huge') return response.writeHead(200, { 'content-length': 4e9 }).flushHeaders();
    if (folder !== 'digits') return void response.writeHead(404).end();
    void readFile(join(shipped, name)).then((bytes) => response.end(bytes));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('the same pictures from a model by its name, its folder, its model.json and its address', (t) =>
  inFolder((folder) =>
    served(async (address) => {
      const pictures: Buffer[] = [];
      for (const model of ['digits8', shipped, join(shipped, 'model.json'), `${address}/digits`, `${address}/digits/model.json`]) {
        const out = join(folder, `${pictures.length}.png`);
        const few = ['--seed', '1', '--label', '3', '--count', '2', '--method', 'euler', '--steps', '4'];
        const { code, err } = await run('sample', '--model', model, ...few, '--out', out);
        t.is(code, 0, err);
        pictures.push(await readFile(out));
      }
      for (const picture of pictures.slice(1)) t.deepEqual(picture, pictures[0]);
    }),
  ));

test('an address without a model, and one of too many bytes, are refused with the reason', (t) =>
  served(async (address) => {
    const missing = await run('sample', '--model', `${address}/none/`);
    t.is(missing.code, 1);
    t.regex(missing.err, /none\/model\.json could not be fetched: the server answers 404[^]*Check the address/);
    const huge = await run('info', `${address}/huge/`);
    t.is(huge.code, 1);
    t.regex(huge.err, /has 4000000000 bytes, more than the \d+ allowed/);
  }));

test('a model from an installed package, none of whose code is run', (t) =>
  inFolder(async (folder) => {
    const home = join(folder, 'node_modules/@me/digits');
    await mkdir(home, { recursive: true });
    await cp(shipped, home, { recursive: true });
    await writeFile(join(home, 'index.js'), 'throw new Error("the package was run");');
    await writeFile(join(home, 'package.json'), JSON.stringify({ name: '@me/digits', version: '1.0.0', main: 'index.js' }));
    const here = (...argv: string[]) =>
      new Promise<string>((resolve) => {
        execFile(process.execPath, [cli, ...argv], { cwd: folder }, (_, out, err) => resolve(out + err));
      });
    t.regex(await here('info', 'npm:@me/digits'), /^model +digits8\n/);
    t.regex(await here('sample', '--model', 'npm:@me/none'), /the package '@me\/none' is not installed[^]*Install it/);
    t.regex(await here('sample', '--model', 'npm:../x'), /does not name a package/);
  }));
