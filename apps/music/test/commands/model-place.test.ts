import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import anyTest, { type TestFn } from 'ava';

const test = anyTest as TestFn<{ folder: string }>;
const shipped = fileURLToPath(new URL('../../../models/chorales', import.meta.url));
const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));

test.beforeEach(async (t) => void (t.context.folder = await mkdtemp(join(tmpdir(), 'advect-music-'))));
test.afterEach.always((t) => rm(t.context.folder, { recursive: true, force: true }));

/** The program as a process of its own in a folder; both streams together. */
const run = (cwd: string, ...argv: string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(process.execPath, [cli, ...argv], { cwd }, (_, out, err) => resolve(out + err));
  });

test('a model by its name, from an address and from an installed package composes the same', async (t) => {
  const { folder } = t.context;
  const home = join(folder, 'node_modules/@me/bach');
  await mkdir(home, { recursive: true });
  await cp(shipped, home, { recursive: true });
  await writeFile(join(home, 'index.js'), 'throw new Error("the package was run");');
  await writeFile(join(home, 'package.json'), JSON.stringify({ name: '@me/bach', version: '1.0.0', main: 'index.js' }));
  const server = createServer(({ url }, response) => {
    const [, place, name] = url!.split('/');
    if (place !== 'bach') return void response.writeHead(404).end();
    void readFile(join(shipped, name)).then((bytes) => response.end(bytes));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  try {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const quick = ['--seed', '3', '--best', '1', '--steps', '2'];
    const tunes: Buffer[] = [];
    for (const model of ['chorales', `${address}/bach/`, 'npm:@me/bach']) {
      const said = await run(folder, 'compose', '--model', model, ...quick, '--out', `tune${tunes.length}`);
      tunes.push(await readFile(join(folder, `tune${tunes.length}.mid`)).catch(() => Buffer.from(said)));
    }
    t.is(tunes[0].toString('latin1', 0, 4), 'MThd', tunes[0].toString());
    t.deepEqual(tunes[1], tunes[0], tunes[1].toString());
    t.deepEqual(tunes[2], tunes[0], tunes[2].toString());
    t.regex(await run(folder, 'info', 'npm:@me/bach'), /^model +chorales/);
    t.regex(await run(folder, 'compose', '--model', `${address}/none`), /could not be fetched: the server answers 404/);
    t.regex(await run(folder, 'compose', '--model', 'npm:@me/none'), /the package '@me\/none' is not installed/);
    t.regex(await run(folder, 'compose', '--model', 'choral'), /no model 'choral'[^]*Did you mean 'chorales'/);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
