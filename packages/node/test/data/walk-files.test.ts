import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { walkFiles } from '#src/index.js';

const archives = JSON.parse(readFileSync(new URL('../../../test/data/reference/forms.json', import.meta.url), 'utf8')) as {
  files: Record<string, string>;
};
const settings = { endings: ['.mid'], limit: 1000 };

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'advect-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const described = (path: string) =>
  walkFiles(path, settings).then((files) =>
    Promise.all(files.map(async ({ name, folder, read }) => [name, folder, new TextDecoder().decode(await read())])),
  );

test('files of a folder and those below it by name, without hidden ones, links and other endings', (t) =>
  withFolder(async (folder) => {
    await mkdir(join(folder, 'b/deep'), { recursive: true });
    await mkdir(join(folder, '.git'));
    for (const name of ['z.mid', 'b/A.MID', 'b/deep/c.mid', 'b/notes.txt', '.hidden.mid', '.git/x.mid']) {
      await writeFile(join(folder, name), name);
    }
    await symlink(folder, join(folder, 'b/loop'));
    t.deepEqual(await described(folder), [
      ['b/A.MID', 'b', 'b/A.MID'],
      ['b/deep/c.mid', 'b', 'b/deep/c.mid'],
      ['z.mid', '', 'z.mid'],
    ]);
  }));

for (const [archive, name] of [
  ['groove zip', 'groove.zip'],
  ['groove tar', 'groove.tar.gz'],
]) {
  test(`files of the archive ${name}, below the folder that holds all`, (t) =>
    withFolder(async (folder) => {
      const bytes = Buffer.from(archives.files[archive], 'base64');
      await writeFile(join(folder, name), bytes);
      t.deepEqual(await described(join(folder, name)), [
        ['drummer1/a.mid', 'drummer1', 'MThddrummer1/a.mid'],
        ['drummer2/b.mid', 'drummer2', 'MThddrummer2/b.mid'],
        ['drummer2/c.mid', 'drummer2', 'MThddrummer2/c.mid'],
      ]);
      const [first] = await walkFiles(join(folder, name), { ...settings, limit: 5 });
      t.regex((await t.throwsAsync(first.read(), { instanceOf: AdvectError })).message, /18 bytes, more than the 5/);
      await writeFile(join(folder, `cut-${name}`), bytes.subarray(0, 150));
      await t.throwsAsync(walkFiles(join(folder, `cut-${name}`), settings), { instanceOf: AdvectError, code: 'invalid-file' });
    }));
}

test('what is not there, and a file that is no archive, are said to be so', (t) =>
  withFolder(async (folder) => {
    await t.throwsAsync(walkFiles(join(folder, 'nothing'), settings), { instanceOf: AdvectError, code: 'not-found' });
    await writeFile(join(folder, 'a.mid'), '');
    await t.throwsAsync(walkFiles(join(folder, 'a.mid'), settings), { instanceOf: AdvectError, message: /no folder and no archive/ });
    t.deepEqual(await walkFiles(folder, { ...settings, endings: ['.png'] }), []);
  }));
