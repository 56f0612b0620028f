// Runs alone: it changes the environment.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import { encodePng, enlarge } from '#src/codec/encode.js';
import { readGif } from '#src/format/gif-comment.js';
import { webpDelays } from '#src/format/webp-exif.js';
import { inFolder, run } from './command-line.js';

const quick = ['--solver', 'heun', '--steps', '4', '--seed', '3', '--scale', '2', '--style', 'sharp'];

/** The frames of a file as grey pixels, each a list. */
async function framesOf(bytes: Uint8Array): Promise<Buffer[]> {
  const { data, info } = await sharp(bytes, { animated: true })
    .toColourspace('b-w')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const height = info.pageHeight ?? info.height;
  const size = info.width * height * info.channels;
  return Array.from({ length: data.length / size }, (_, i) => data.subarray(i * size, (i + 1) * size));
}

const largest = (a: Uint8Array, b: Uint8Array): number => a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);

test.serial('animate: frames, times, the end of sample, and the way back, in GIF and WebP; --like makes both again', (t) =>
  inFolder(async (folder) => {
    const at = (name: string): string => join(folder, name);
    const series = ['--label', '2,7', '-n', '2', ...quick];
    for (const ending of ['gif', 'webp']) {
      const moving = ['--frames', '5', '--delay', '60', '--hold', '900', '--ping-pong', '--out', at(`a.${ending}`)];
      const { code, err } = await run('animate', ...series, ...moving);
      t.is(code, 0, err);
      const bytes = await readFile(at(`a.${ending}`));
      const frames = await framesOf(bytes);
      t.is(frames.length, 8, 'five there, three back');
      const delays = [60, 60, 60, 60, 900, 60, 60, 60];
      t.deepEqual(ending === 'gif' ? readGif(bytes, 'x').delays.map((delay) => 10 * delay) : webpDelays(bytes), delays);
      t.deepEqual((await sharp(bytes).metadata()).delay, delays);
      t.is((await sharp(bytes).metadata()).loop, 0);
      for (const [i, j] of [
        [5, 3],
        [6, 2],
        [7, 1],
      ])
        t.true(largest(frames[i], frames[j]) <= 1, `${i} is ${j}`);
      await run('sample', ...series, '--out', at(`end-${ending}.png`));
      const [end] = await framesOf(await readFile(at(`end-${ending}.png`)));
      t.true(largest(frames[4], end) <= (ending === 'gif' ? 1 : 0), 'the end is what sample makes');
      t.true(largest(frames[0], frames[4]) > 100, 'noise is another picture');
      t.is((await run('animate', '--like', at(`a.${ending}`), '--out', at(`b.${ending}`))).code, 0);
      t.deepEqual(await readFile(at(`b.${ending}`)), bytes);
      t.like(JSON.parse((await run('info', at(`a.${ending}`), '--json')).out), { task: 'animate', options: { frames: 5, pingPong: true } });
    }
  }),
);

test.serial('no frame that equals the one before is lost', (t) =>
  inFolder(async (folder) => {
    for (const ending of ['gif', 'webp']) {
      const path = join(folder, `still.${ending}`);
      // One straight line in many steps: levels change less often than frames.
      const still = ['--temperature', '0', '--label', '1', '-n', '1', '--frames', '200', '--delay', '20', '--hold', '40'];
      t.is((await run('animate', ...still, '--steps', '1', '--solver', 'euler', '--out', path)).code, 0);
      const bytes = await readFile(path);
      const frames = await framesOf(bytes);
      t.is(frames.length, 200);
      t.true(
        frames.some((frame, i) => i > 0 && frame.equals(frames[i - 1])),
        'some are the same',
      );
      t.is(
        (await sharp(bytes).metadata()).delay?.reduce((sum, delay) => sum + delay),
        199 * 20 + 40,
      );
    }
  }),
);

test.serial('an animation that is shown once ends where it began; a film without ffmpeg is said', (t) =>
  inFolder(async (folder) => {
    const path = join(folder, 'once.gif');
    await run('animate', '-n', '1', ...quick, '--frames', '4', '--loops', '1', '--reverse', '--out', path);
    const bytes = await readFile(path);
    const frames = await framesOf(bytes);
    t.is(frames.length, 7);
    t.true(largest(frames[0], frames[6]) <= 1);
    t.is(readGif(bytes, 'x').loops, 1);
    const { PATH } = process.env;
    process.env.PATH = folder;
    try {
      const film = await run('animate', '-n', '1', ...quick, '--frames', '4', '--out', join(folder, 'x.mp4'));
      t.is(film.code, 1);
      t.regex(film.err, /written by ffmpeg, which is not on the path[^]*--format webp/);
      t.notRegex(film.err, /frames, seed/, 'said before the work');
    } finally {
      process.env.PATH = PATH;
    }
  }),
);

test.serial('interpolate: between seeds, whose ends are those of sample, and from one class to another', (t) =>
  inFolder(async (folder) => {
    const at = (name: string): string => join(folder, name);
    const moving = ['interpolate', '3', '4', '-n', '6', '--label', '2,9', ...quick.filter((word) => word !== '--seed' && word !== '3')];
    const { code, err } = await run(...moving, '--out', at('m.webp'));
    t.is(code, 0, err);
    const bytes = await readFile(at('m.webp'));
    const frames = await framesOf(bytes);
    t.is(frames.length, 10, 'six there, four back');
    t.deepEqual(webpDelays(bytes), [1200, 80, 80, 80, 80, 1200, 80, 80, 80, 80]);
    for (const [seed, label, frame] of [
      ['3', '2', 0],
      ['4', '9', 5],
    ] as const) {
      await run(
        'sample',
        '--seed',
        seed,
        '--label',
        label,
        '--index',
        '0',
        ...quick.slice(0, 4),
        ...quick.slice(6),
        '--out',
        at(`${seed}.png`),
      );
      t.deepEqual(frames[frame], (await framesOf(await readFile(at(`${seed}.png`))))[0]);
    }
    t.is((await run('interpolate', '--like', at('m.webp'), '--out', at('again.webp'))).code, 0);
    t.deepEqual(await readFile(at('again.webp')), bytes);
    t.is((await run(...moving, '--one-way', '--format', 'png', '--out', at('steps/'))).code, 0);
    t.deepEqual((await framesOf(await readFile(at('steps/digits8-3-4-5.png'))))[0], frames[5]);
  }),
);

test.serial('interpolate: between pictures, whose ends are themselves; only the same two make a file again', (t) =>
  inFolder(async (folder) => {
    const at = (name: string): string => join(folder, name);
    for (const [name, held] of [
      ['a', '3'],
      ['b', '40'],
    ])
      t.is((await run('info', '--held-out', held, '--out', at(`${name}.png`))).code, 0);
    const { code, err } = await run('interpolate', at('a.png'), at('b.png'), '-n', '5', '--one-way', '--scale', '1', '--out', at('m.webp'));
    t.is(code, 0, err);
    t.is(err.match(/decoded again it is the same to the last pixel/g)?.length, 2, err);
    const frames = await framesOf(await readFile(at('m.webp')));
    t.is(frames.length, 5);
    for (const [name, frame] of [
      ['a', 0],
      ['b', 4],
    ] as const) {
      const small = await sharp(at(`${name}.png`))
        .resize(8, 8, { kernel: 'nearest' })
        .toColourspace('b-w')
        .raw()
        .toBuffer();
      t.deepEqual(frames[frame], small);
    }
    const made = JSON.parse((await run('info', at('m.webp'), '--json')).out);
    t.regex(made.options.ends[0], /^sha256:[0-9a-f]{64}$/);
    t.is((await run('interpolate', at('a.png'), at('b.png'), '--like', at('m.webp'), '--out', at('n.webp'))).code, 0);
    t.deepEqual(await readFile(at('n.webp')), await readFile(at('m.webp')));
    t.regex((await run('interpolate', at('b.png'), at('a.png'), '--like', at('m.webp'))).err, /not the ends that the file was made from/);
    t.regex((await run('interpolate', '--like', at('m.webp'))).err, /made from pictures, which are needed again/);
    await writeFile(
      at('c.png'),
      (await encodePng(await enlarge({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) }, 4, 'sharp'))).subarray(0, 50),
    );
    t.regex((await run('interpolate', at('a.png'), at('c.png'))).err, /c\.png' cannot be decoded/);
  }),
);
