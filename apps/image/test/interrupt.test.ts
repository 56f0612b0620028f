import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { encodePng } from '#src/codec/encode.js';
import { cli, inFolder, run } from './command-line.js';

/** Runs the app, presses Ctrl-C once standard error shows `when`, and waits for the end. */
const interrupted = (argv: readonly string[], when: RegExp): Promise<{ code: number | null; out: string; err: string }> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...argv]);
    let [out, err, sent] = ['', '', false];
    child.stdout.on('data', (text) => (out += text));
    child.stderr.on('data', (text) => {
      err += text;
      if (!sent && when.test(err)) sent = child.kill('SIGINT');
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });

test.serial('Ctrl-C ends a score, a sample and the reading of pictures at once', (t) =>
  inFolder(async (folder) => {
    const digit = join(folder, 'digit.png');
    t.is((await run('info', '--held-out', '3', '--out', digit)).code, 0);
    const score = await interrupted(['score', digit, '--draws', '1000'], /scoring/);
    t.is(score.code, 130, score.err);
    t.is(score.out, '');

    const sheet = join(folder, 'sheet.png');
    const sample = await interrupted(['sample', '--count', '500', '--tolerance', '1e-5', '--out', sheet], /5000 pictures/);
    t.is(sample.code, 130, sample.err);
    t.is(sample.out, '');

    const pictures = join(folder, 'pictures');
    await mkdir(pictures);
    const png = await encodePng({ width: 600, height: 600, channels: 1, data: new Uint8Array(360_000).map((_, i) => i) });
    for (let i = 0; i < 80; i++) await writeFile(join(pictures, `${i}.png`), png);
    const train = await interrupted(['train', '--data', pictures, '--out', join(folder, 'model')], /reading pictures/);
    t.is(train.code, 130, train.err);
    t.regex(train.err, /interrupted before the end/);
  }),
);

test.serial('when nobody reads the notes any more, the results still come', (t) =>
  inFolder(async (folder) => {
    const digit = join(folder, 'digit.png');
    t.is((await run('info', '--held-out', '3', '--out', digit)).code, 0);
    const child = spawn(process.execPath, [cli, 'score', digit, join(folder, 'missing.png'), '--json']);
    child.stderr.destroy();
    let out = '';
    child.stdout.on('data', (text) => (out += text));
    t.is(await new Promise((resolve) => child.on('close', resolve)), 1, 'one file is missing');
    t.like(JSON.parse(out), { file: digit, class: '0' });
  }),
);
