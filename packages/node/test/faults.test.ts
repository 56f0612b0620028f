import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { readModelFolder, updateModelFolder, writableModel, writeFileAtomic, writeModelFolder } from '#src/index.js';

const calls = ['mkdir', 'open', 'link', 'rename', 'rm'] as const;
const originals = Object.fromEntries(calls.map((name) => [name, fs[name]]));

/** Runs `work` on a disk that is full from the nth call of the named functions on, for `times` calls; counts the calls. */
async function onFailingDisk(at: number, times: number, work: () => Promise<void>): Promise<{ count: number; error: unknown }> {
  let count = 0;
  for (const name of calls) {
    const original = originals[name] as (...args: unknown[]) => Promise<unknown>;
    const failing = (...args: unknown[]) => {
      // Cleaning up is allowed to work: a full disk can still remove.
      if (name === 'rm') return original(...args);
      count++;
      if (count < at || count >= at + times) return original(...args);
      return Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: name, path: args[0] }));
    };
    Object.assign(fs, { [name]: failing });
  }
  syncBuiltinESMExports();
  try {
    return {
      count,
      error: await work().then(
        () => undefined,
        (thrown: unknown) => thrown,
      ),
    };
  } finally {
    Object.assign(fs, originals);
    syncBuiltinESMExports();
  }
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await fs.mkdtemp(join(tmpdir(), 'advect-'));
  try {
    return await work(folder);
  } finally {
    await fs.rm(folder, { recursive: true, force: true });
  }
}

const model = (text: string) => new Map([['model.json', new TextEncoder().encode(text)]]);
const textOf = (files: Map<string, Uint8Array>) => new TextDecoder().decode(files.get('model.json'));

for (const force of [false, true]) {
  test.serial(
    `a file ${force ? 'replaced' : 'written'} on a disk that fails at any call: the old bytes or the new ones, and no temporary`,
    async (t) => {
      let failures = 0;
      for (let at = 1; at < 10; at++) {
        await inFolder(async (folder) => {
          const path = join(folder, 'name');
          if (force) await fs.writeFile(path, 'old');
          const { error } = await onFailingDisk(at, 1, () => writeFileAtomic(path, 'new', { force }));
          if (error !== undefined) {
            failures++;
            t.true(error instanceof AdvectError);
            t.regex(
              (error as AdvectError).message,
              /\/(name|advect-\w+)' does not fit on the disk$/,
              'the message names what the caller knows',
            );
          }
          const expected = error === undefined ? 'new' : force ? 'old' : undefined;
          t.is(await fs.readFile(path, 'utf8').catch(() => undefined), expected);
          t.deepEqual(await fs.readdir(folder), expected === undefined ? [] : ['name']);
        });
      }
      // The folder, the temporary file, its name; a folder that cannot be flushed is no failure.
      t.is(failures, 3);
    },
  );
}

test.serial(
  'a model folder replaced on a disk that fails at any call is the old one or the new one, and nothing else is left',
  async (t) => {
    const seen = new Set<string>();
    for (let at = 1; at < 12; at++) {
      await inFolder(async (folder) => {
        const path = join(folder, 'm');
        await writeModelFolder(path, model('old'));
        const { error } = await onFailingDisk(at, 1, () => writeModelFolder(path, model('new'), { force: true }));
        const expected = error === undefined ? 'new' : 'old';
        seen.add(expected);
        t.is(textOf(await readModelFolder(path)), expected, `failing at call ${at}`);
        t.deepEqual(await fs.readdir(folder), ['m']);
      });
    }
    t.deepEqual([...seen].sort(), ['new', 'old']);
  },
);

test.serial('after a crash between the two renames the old model is still found, and the next write tidies up', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'm');
    await writeModelFolder(path, model('old'));
    // All calls fail from the second rename on, that which would undo the first included: as good as a crash.
    let at = 1;
    do await onFailingDisk(at++, Infinity, () => writeModelFolder(path, model('new'), { force: true }));
    while (at < 20 && (await fs.readdir(folder)).includes('m'));
    t.false((await fs.readdir(folder)).includes('m'));
    t.is(textOf(await readModelFolder(path)), 'old');
    await writeModelFolder(path, model('newer'), { force: true });
    t.is(textOf(await readModelFolder(path)), 'newer');
    t.deepEqual(await fs.readdir(folder), ['m']);
  }),
);

test.serial(
  'files of a model that are replaced on a disk that fails from any call on are all old or all new, and stay so for the next',
  (t) =>
    inFolder(async (folder) => {
      const seen = new Set<string>();
      const both = (said: string) => ['model.json', 'MODEL_CARD.md'].map((name) => [name, new TextEncoder().encode(said)] as const);
      for (let at = 1; at < 14; at++) {
        const path = join(folder, `m${at}`);
        await writeModelFolder(path, new Map([...both('old'), ['weights.safetensors', new Uint8Array(3)]]));
        const { error } = await onFailingDisk(at, Infinity, () => updateModelFolder(path, new Map(both('new'))));
        const read = async () => Array.from(await readModelFolder(path), ([, bytes]) => new TextDecoder().decode(bytes));
        const [card, ...rest] = await read();
        t.deepEqual([card, ...rest], [card, card, '\0\0\0'], `failing at call ${at}`);
        if (error === undefined) t.is(card, 'new');
        else t.true(error instanceof AdvectError);
        seen.add(`${card} ${error === undefined}`);
        await updateModelFolder(path, new Map(both('newer').slice(0, 1)));
        t.deepEqual(await read(), [card, 'newer', '\0\0\0'], `failing at call ${at}`);
        t.deepEqual(await fs.readdir(path), ['MODEL_CARD.md', 'model.json', 'weights.safetensors']);
      }
      t.deepEqual([...seen].sort(), ['new false', 'new true', 'old false']);
    }),
);

test.serial('a model that cannot be written to is known before it is measured', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'm');
    await writeModelFolder(path, model('old'));
    t.is(await writableModel(path, { shipped: folder }), path);
    const { error } = await onFailingDisk(1, 1, async () => void (await writableModel(join(path, 'model.json'), { shipped: folder })));
    t.like(error, { code: 'invalid-file', message: `cannot write into a folder: '${path}' does not fit on the disk` });
    t.regex((error as AdvectError).hint, /copy of the model/);
    t.deepEqual(await fs.readdir(path), ['model.json']);
  }),
);
