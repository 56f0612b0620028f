import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { encodePng } from '#src/codec/encode.js';
import { pictureFolder } from '#src/data/folder.js';

const flat = (grey: number) => encodePng({ width: 6, height: 6, channels: 1, data: new Uint8Array(36).fill(grey) });

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'advect-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('sub-folders are classes; a broken file is reported and the rest goes on', (t) =>
  inFolder(async (folder) => {
    for (const [kind, grey] of [
      ['dark', 10],
      ['light', 200],
    ] as const) {
      await mkdir(join(folder, kind));
      for (let i = 0; i < 10; i++) await writeFile(join(folder, kind, `${i}.png`), await flat(grey + i));
    }
    await writeFile(join(folder, 'dark/broken.png'), 'no picture');
    await writeFile(join(folder, 'notes.txt'), 'not looked at');
    const broken: string[] = [];
    const set = await pictureFolder(folder, { size: 4, channels: 1, onBroken: (name, reason) => broken.push(`${name}: ${reason}`) });
    t.deepEqual(set.classes, ['dark', 'light']);
    t.deepEqual([set.train.count, set.test.count, set.levels], [18, 2, 256]);
    t.is(broken.length, 1);
    t.regex(broken[0], /^dark\/broken\.png: .*no picture of a kind that is read here/);
    for (const part of [set.train, set.test]) {
      part.labels.forEach((label, i) => t.is(label, part.pixels[i * 16] > 100 ? 1 : 0));
    }
    const again = await pictureFolder(folder, { size: 4, channels: 1, onBroken: () => {} });
    t.deepEqual(again.train, set.train);
  }));

/** A tar archive of these files, by POSIX.1-1988 (ustar). */
function tarOf(files: readonly (readonly [name: string, bytes: Uint8Array])[]): Buffer {
  const blocks = files.flatMap(([name, bytes]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write('        0', 148);
    header.write('ustar\x0000', 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

test('an archive of pictures is read as the folder that it holds', (t) =>
  inFolder(async (folder) => {
    const files = await Promise.all(
      [10, 200].flatMap((grey) =>
        [0, 1].map(async (i) => [`all/${grey > 100 ? 'light' : 'dark'}/${i}.png`, await flat(grey + i)] as const),
      ),
    );
    const path = join(folder, 'pictures.tar');
    await writeFile(path, tarOf(files));
    const set = await pictureFolder(path, { size: 4, channels: 1, onBroken: (name) => t.fail(name) });
    t.deepEqual([set.name, set.classes, set.train.count + set.test.count], ['pictures.tar', ['dark', 'light'], 4]);
    for (const part of [set.train, set.test]) part.labels.forEach((label, i) => t.is(label, part.pixels[i * 16] > 100 ? 1 : 0));
  }));

test('a folder without pictures and a missing folder are clear errors', (t) =>
  inFolder(async (folder) => {
    const settings = { size: 4, channels: 1, onBroken: () => {} } as const;
    const empty = await t.throwsAsync(pictureFolder(folder, settings), { instanceOf: AdvectError });
    t.regex(empty.message, /holds no picture that can be read/);
    await t.throwsAsync(pictureFolder(join(folder, 'none'), settings), { instanceOf: AdvectError, message: /does not exist/ });
  }));
