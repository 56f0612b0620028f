// Runs alone: it starts processes and ends them.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import test from 'ava';
import { siteFolder } from '#src/files/site-folder.js';
import { buildPage } from '#src/publish/build.js';
import { cli } from '../command-line.js';

test.before(async () => {
  if (!existsSync(join(siteFolder, 'index.html'))) await buildPage();
});

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    createInterface(child.stdout!).once('line', resolve);
  });
const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => {
    child.once('close', resolve);
  });

test('image serve gives out the page and the model that was asked for, and ends with Ctrl-C', async (t) => {
  const child = spawn(process.execPath, [cli, 'serve', '--port', '0', '--model', 'digits8', '--json']);
  t.teardown(() => child.kill('SIGKILL'));
  const { address, port } = JSON.parse(await firstLine(child)) as { address: string; port: number };
  t.is(address, `http://localhost:${port}/#m=given/`);
  const at = `http://127.0.0.1:${port}/`;
  const page = await fetch(at);
  t.regex(await page.text(), /<script type="module" src="app-[0-9a-f]{12}\/main\.js">/);
  t.is(page.headers.get('cross-origin-embedder-policy'), 'require-corp');
  t.is(((await (await fetch(`${at}given/model.json`)).json()) as { name: string }).name, 'digits8');
  t.is((await fetch(`${at}given/weights.safetensors`)).headers.get('content-type'), 'application/octet-stream');
  const list = (await (await fetch(`${at}models/index.json`)).json()) as { name: string; bytes: number }[];
  t.true(list.some(({ name, bytes }) => name === 'digits8' && bytes > 1_000_000));

  const second = spawn(process.execPath, [cli, 'serve', '--port', String(port)]);
  t.teardown(() => second.kill('SIGKILL'));
  let said = '';
  second.stderr.on('data', (part) => (said += String(part)));
  t.is(await ended(second), 2);
  t.regex(said, new RegExp(`port ${port} is taken by another program`));

  child.kill('SIGINT');
  t.is(await ended(child), 0);
});
