// Runs alone: it starts processes and ends them.
import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { cli, inFolder, run } from './command-line.js';

const small = ['--width', '16', '--depth', '2', '--batch', '32', '--measure', '10', '--seed', '3'];

test('a run that Ctrl-C stops says how to go on, and then gives the same model', (t) =>
  inFolder(async (folder) => {
    const steps = ['--steps', '400', '--sample-every', '200', '--validate-every', '100', ...small];
    const whole = join(folder, 'whole');
    t.is((await run('train', ...steps, '--out', whole)).code, 0);

    const halved = join(folder, 'halved');
    const child = spawn(process.execPath, [cli, 'train', ...steps, '--checkpoint-every', '5', '--out', halved]);
    let err = '';
    child.stderr.on('data', (text) => (err += text));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    while (!(await readdir(`${halved}.run/checkpoints`).catch(() => [])).some((name) => name.startsWith('step-')))
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    t.is(await ended, 130, err);
    const stopped = /interrupted after (\d+) of 400 steps/.exec(err);
    t.true(Number(stopped?.[1]) < 400, err);
    t.regex(err, /Go on with: train --resume/);
    t.false((await readdir(folder)).includes('halved'));

    t.is((await run('train', '--resume', `${halved}.run`)).code, 0);
    t.deepEqual(await readFile(join(halved, 'weights.safetensors')), await readFile(join(whole, 'weights.safetensors')));
    t.deepEqual((await readdir(folder)).sort(), ['halved', 'halved.run', 'whole', 'whole.run'], 'no temporary file is left');
    const [samples, wholeSamples] = await Promise.all([halved, whole].map((name) => readdir(`${name}.run/samples`)));
    t.deepEqual(samples, wholeSamples);
    t.deepEqual(samples, ['step-00000200.png', 'step-00000400.png']);
  }));

test('a model of a folder of pictures, in colour, with its card', (t) =>
  inFolder(async (folder) => {
    const { encodePng } = await import('#src/codec/encode.js');
    const { mkdir, writeFile } = await import('node:fs/promises');
    for (const kind of ['red', 'blue']) {
      await mkdir(join(folder, 'pictures', kind), { recursive: true });
      for (let i = 0; i < 6; i++) {
        const pixel = kind === 'red' ? [200 + i, 20, 10 + i] : [10, 20 + i, 200 + i];
        const picture = { width: 4, height: 4, channels: 3 as const, data: Uint8Array.from({ length: 48 }, (_, j) => pixel[j % 3]) };
        await writeFile(join(folder, 'pictures', kind, `${i}.png`), await encodePng(picture));
      }
    }
    await writeFile(join(folder, 'pictures/red/bad.jpg'), 'x');
    const out = join(folder, 'model');
    const trained = await run(
      'train',
      '--data',
      join(folder, 'pictures'),
      '--size',
      '4',
      '--colour',
      '--steps',
      '60',
      ...small,
      '--out',
      out,
    );
    t.is(trained.code, 0, trained.err);
    t.regex(trained.err, /left out red\/bad\.jpg: .*no picture/);
    const card = await readFile(join(out, 'MODEL_CARD.md'), 'utf8');
    t.regex(card, /advect-image train --data .* --size 4 --colour/);
    t.regex(card, /bits\/dim/i);
    const info = await run('info', out);
    t.regex(info.out, /4 × 4, colour, 256 levels/);
    t.regex(info.out, /classes +blue, red/);
    t.is((await run('sample', '--model', out, '--label', 'red', '--count', '2', '--seed', '0', '--out', join(folder, 'red.png'))).code, 0);
    t.regex((await run('train', '--out', out)).err, /exists already/);
  }));
