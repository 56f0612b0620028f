// Runs alone: it starts processes and ends them.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
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

/** The same, once a file is there. */
async function interruptedAfter(argv: readonly string[], file: string): Promise<{ code: number | null; err: string }> {
  const child = spawn(process.execPath, [cli, ...argv]);
  let err = '';
  child.stderr.on('data', (text) => (err += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  while (child.exitCode === null && !existsSync(file)) await delay(20);
  child.kill('SIGINT');
  return { code: await ended, err };
}

test.serial('Ctrl-C ends a score, a sample, completions and the reading of pictures at once', (t) =>
  inFolder(async (folder) => {
    const digit = join(folder, 'digit.png');
    t.is((await run('info', '--held-out', '3', '--out', digit)).code, 0);
    const score = await interrupted(['score', digit, '--draws', '1000'], /scoring/);
    t.is(score.code, 130, score.err);
    t.is(score.out, '');

    const sheet = join(folder, 'sheet.png');
    const many = ['sample', '--count', '5000', '--tol', '1e-5', '--seed', '2', '--label', '4', '--out'];
    const sample = await interrupted([...many, sheet], /5000 pictures/);
    t.is(sample.code, 130, sample.err);
    t.is(sample.out, '', 'nothing is finished yet');

    const files = join(folder, 'files/');
    const watched = await interruptedAfter([...many, files], join(files, 'digits8-2-20.png'));
    t.is(watched.code, 130, watched.err);
    const kept = Number(/interrupted: (\d+) of 5000 pictures are kept/.exec(watched.err)?.[1]);
    t.true(kept > 20 && kept < 5000, watched.err);
    const names = (await readdir(files)).sort();
    t.is(names.length, kept + 1, 'each picture, and a sheet of them');
    for (const name of names) t.like(JSON.parse((await run('info', join(files, name), '--json')).out), { seed: 2, tol: 1e-5 });
    t.is(JSON.parse((await run('info', join(files, 'digits8-2.png'), '--json')).out).count, kept);

    const made = join(folder, 'made/');
    const lower = ['inpaint', digit, '--box', '0,4,8,4', '--label', '3', '--seed', '1', '--corrections', '2', '--overwrite', '--out', made];
    const last = join(made, 'digits8-inpaint-1-15.png');
    const inpaint = await interruptedAfter([...lower, '--count', '1000'], last);
    t.is(inpaint.code, 130, inpaint.err);
    const finished = Number(/interrupted: (\d+) of 1000 completions are kept/.exec(inpaint.err)?.[1]);
    t.true(finished >= 16 && finished < 1000, inpaint.err);
    t.is((await readdir(made)).length, finished);
    const before = await readFile(last);
    t.is((await run(...lower, '--index', '15')).code, 0);
    t.deepEqual(await readFile(last), before, 'the one that is made alone');

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
