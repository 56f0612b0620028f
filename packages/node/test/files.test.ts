// Runs alone: it starts processes and ends them.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { lstat, mkdtemp, readFile, readdir, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { readLimited, readModelFolder, writeFileAtomic, writeModelFolder } from '#src/index.js';

const here = new URL('.', import.meta.url);

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'advect-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a file is written whole, folders and all, and nothing else is left', (t) =>
  inFolder(async (folder) => {
    await writeFileAtomic(join(folder, 'a/b.txt'), 'hello');
    t.is(await readFile(join(folder, 'a/b.txt'), 'utf8'), 'hello');
    t.deepEqual(await readdir(join(folder, 'a')), ['b.txt']);
  }));

test('a file that exists stays as it is without force', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'x');
    await writeFileAtomic(path, 'one');
    const error = await t.throwsAsync(writeFileAtomic(path, 'two'), { instanceOf: AdvectError });
    t.true(error.message.includes('exists already') && error.hint.includes('--force'));
    t.is(await readFile(path, 'utf8'), 'one');
    await writeFileAtomic(path, 'two', { force: true });
    t.is(await readFile(path, 'utf8'), 'two');
    t.deepEqual(await readdir(folder), ['x']);
  }));

test('a link is replaced and not what it leads to; a pipe or a device is neither', (t) =>
  inFolder(async (folder) => {
    const path = (name: string) => join(folder, name);
    await writeFile(path('kept'), 'kept');
    await symlink('kept', path('link'));
    await symlink('nowhere', path('dangling'));
    for (const name of ['link', 'dangling']) {
      await t.throwsAsync(writeFileAtomic(path(name), 'x'), { message: /exists already/ });
      await writeFileAtomic(path(name), 'new', { force: true });
      t.is(await readFile(path(name), 'utf8'), 'new');
    }
    t.is(await readFile(path('kept'), 'utf8'), 'kept');
    execFileSync('mkfifo', [path('pipe')]);
    await symlink('/dev/null', path('null'));
    for (const name of ['pipe', 'null']) {
      for (const force of [true, false]) await t.throwsAsync(writeFileAtomic(path(name), 'x', { force }), { instanceOf: AdvectError });
    }
    t.deepEqual((await readdir(folder)).sort(), ['dangling', 'kept', 'link', 'null', 'pipe']);
    t.true((await lstat(path('pipe'))).isFIFO() && (await lstat(path('null'))).isSymbolicLink());
  }));

test('a failed write says what and where, and leaves nothing', (t) =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'file'), '');
    await mkdir(join(folder, 'taken'));
    for (const below of ['file/below', 'file/further/below']) {
      const error = await t.throwsAsync(writeFileAtomic(join(folder, below), 'x'), { instanceOf: AdvectError });
      t.regex(error.message, /file(\/further)?' is no folder, or leads through a file$/);
      await t.throwsAsync(writeModelFolder(join(folder, below), model), { message: /is no folder/ });
    }
    for (const force of [true, false]) {
      const error = await t.throwsAsync(writeFileAtomic(join(folder, 'taken'), 'x', { force }), { instanceOf: AdvectError });
      t.regex(error.message, /\/taken' (is a folder where a file belongs|exists already)$/);
    }
    t.deepEqual(await readdir(folder), ['file', 'taken']);
  }));

test('a writer that is killed leaves the old file or the new one', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'big');
    const program = `
      const { writeFileAtomic } = await import(${JSON.stringify(new URL('../../dist/atomic-file.js', here).href)});
      for (let i = 0; ; i++) await writeFileAtomic(${JSON.stringify(path)}, String(i % 10).repeat(300000), { force: true });`;
    for (let round = 0; round < 5; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
      while (!existsSync(path) && child.exitCode === null) await setTimeout(5);
      await setTimeout(37 * round);
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      const text = await readFile(path, 'utf8');
      t.is(text.length, 300_000);
      t.is(new Set(text).size, 1, 'one repeated digit: no mixture of two writes');
      await rm(path);
    }
  }));

const model = new Map([
  ['model.json', bytes('{}')],
  ['weights.safetensors', bytes('w')],
]);

test('a model folder comes back as it was written', (t) =>
  inFolder(async (folder) => {
    await writeModelFolder(join(folder, 'm'), model);
    await writeFile(join(folder, 'm/picture.png'), 'not part of it');
    t.deepEqual(await readModelFolder(join(folder, 'm')), model);
    t.deepEqual(await readdir(folder), ['m']);
  }));

test('a model folder is replaced with force only, and a folder that is no model never', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'm');
    await writeModelFolder(path, model);
    await t.throwsAsync(writeModelFolder(path, model), { message: /exists already/ });
    await writeModelFolder(path, new Map([['model.json', bytes('[]')]]), { force: true });
    t.deepEqual([...(await readModelFolder(path)).keys()], ['model.json']);
    await mkdir(join(folder, 'home'));
    await writeFile(join(folder, 'home/letters.txt'), 'dear');
    await t.throwsAsync(writeModelFolder(join(folder, 'home'), model, { force: true }), { message: /no model/ });
    t.deepEqual((await readdir(folder)).sort(), ['home', 'm']);
  }));

test('names that leave the folder are refused', (t) =>
  inFolder(async (folder) => {
    await t.throwsAsync(writeModelFolder(join(folder, 'm'), new Map([['../x', bytes('')]])), { message: /no plain file name/ });
    t.deepEqual(await readdir(folder), []);
  }));

test('a folder without a model, a missing folder and a link to elsewhere are told apart', (t) =>
  inFolder(async (folder) => {
    await t.throwsAsync(readModelFolder(folder), { message: /holds no model\.json/ });
    await t.throwsAsync(readModelFolder(join(folder, 'none')), { message: /none' does not exist/ });
    await symlink('/etc/hostname', join(folder, 'model.json'));
    await t.throwsAsync(readModelFolder(folder), { message: /holds no model\.json/ });
  }));

test('a file over the limit is refused before it is read', (t) =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'f'), '0123456789');
    await t.throwsAsync(readLimited(join(folder, 'f'), 9), { message: /10 bytes, more than the 9 allowed/ });
    t.is((await readLimited(join(folder, 'f'), 10)).length, 10);
    await writeFile(join(folder, 'empty'), '');
    t.is((await readLimited(join(folder, 'empty'), 10)).length, 0);
    await t.throwsAsync(readLimited(folder, 10 ** 6), { message: /is a folder where a file belongs/ });
  }));

test('a file without an end is refused at the limit', async (t) => {
  const error = await t.throwsAsync(readLimited('/dev/zero', 100_000), { instanceOf: AdvectError });
  t.regex(error.message, /more than the 100000 allowed/);
});
