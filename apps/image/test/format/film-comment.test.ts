import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { appendMp4Comment, mp4Comment } from '#src/format/media-boxes.js';
import { readSettings, withSettings } from '#src/format/settings-in-file.js';
import type { PictureSettings } from '#src/format/picture-settings.js';
import { appendWebmComment, isWebm, webmComment } from '#src/format/webm-comment.js';

const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? Array.from(part, (letter) => letter.charCodeAt(0)) : part)));
const mp4 = bytes([0, 0, 0, 16], 'ftypisom', [0, 0, 0, 0], [0, 0, 0, 12], 'mdat', [1, 2, 3, 4]);
const webm = bytes([0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
const settings: PictureSettings = {
  v: 1,
  app: 'advect-image',
  version: '0.1.0',
  task: 'morph',
  model: { name: 'Größe', sha256: 'ab'.repeat(32) },
  seed: 7,
};

test('comments of films come back, of any length, and what was there stays in its place', (t) => {
  for (const text of ['', 'x', 'ä – 字', 'y'.repeat(70_000)]) {
    const film = appendMp4Comment(mp4, text);
    t.is(mp4Comment(film), text);
    t.deepEqual(film.subarray(0, mp4.length), mp4);
    const other = appendWebmComment(webm, text);
    t.is(webmComment(other), text);
    t.deepEqual(other.subarray(0, webm.length), webm);
  }
  t.true(isWebm(webm));
  t.is(mp4Comment(mp4), undefined);
  t.is(webmComment(webm), undefined);
});

test('a comment that is cut off anywhere is no comment, and no error', (t) => {
  const [film, other] = [appendMp4Comment(mp4, 'settings'), appendWebmComment(webm, 'settings')];
  for (let end = mp4.length; end < film.length; end++) t.is(mp4Comment(film.subarray(0, end)), undefined);
  for (let end = webm.length; end < other.length; end++) t.is(webmComment(other.subarray(0, end)), undefined);
});

test('films carry settings as pictures do', async (t) => {
  for (const film of [mp4, webm]) t.deepEqual(await readSettings(withSettings(film, settings), 'film'), settings);
  await t.throwsAsync(readSettings(webm, 'film.webm'), { message: "'film.webm' does not say how it was made" });
});

test('ffprobe reads the comment of a WebM film', async (t) => {
  const run = promisify(execFile);
  const has = await run('ffmpeg', ['-version']).catch(() => undefined);
  if (!has) {
    t.log('skipped: there is no ffmpeg');
    t.pass();
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'advect-webm-'));
  try {
    const path = join(folder, 'film.webm');
    await run('ffmpeg', [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'color=c=red:s=16x16:d=0.2',
      '-c:v',
      'libvpx',
      '-f',
      'webm',
      '-live',
      '1',
      path,
    ]);
    await writeFile(path, appendWebmComment(new Uint8Array(await readFile(path)), 'seed 7'));
    const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', 'format_tags', path]);
    t.regex(stdout, /COMMENT=seed 7/i);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
