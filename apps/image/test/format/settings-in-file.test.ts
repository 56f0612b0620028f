import test, { type ExecutionContext } from 'ava';
import { AdvectError } from '@advect/base/errors';
import sharp from 'sharp';
import { readGif } from '#src/format/gif-comment.js';
import { parametersLine, parseSettings, type PictureSettings, settingsJson } from '#src/format/picture-settings.js';
import { readSettings, settingsExif, withSettings } from '#src/format/settings-in-file.js';
import { webpDelays } from '#src/format/webp-exif.js';
import { mediaFiles } from '../fuzz/media-files.js';

const settings: PictureSettings = {
  v: 1,
  app: 'advect-image',
  version: '0.1.0',
  task: 'sample',
  model: { name: 'Ziffern – größer', sha256: 'ab'.repeat(32) },
  seed: 0,
  index: 5,
  label: ['3', 'ß😀'],
  solver: 'dopri5',
  tol: 1e-3,
  nfe: 62,
  temperature: 1,
  executor: 'wasm simd, 1 thread',
  options: { loop: true, frames: [1, 2], note: 'x'.repeat(600) },
};

const raw = (width: number, height: number, channels: 1 | 3 | 4) =>
  sharp(
    Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37) % 256),
    { raw: { width, height, channels } },
  );
const frames = (count: number): Promise<Buffer[]> =>
  Promise.all(
    Array.from({ length: count }, (_, i) =>
      sharp({ create: { width: 5, height: 4, channels: 3, background: { r: 40 * i, g: 0, b: 9 } } })
        .png()
        .toBuffer(),
    ),
  );

const files: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  'PNG, grey': () => raw(3, 2, 1).toColourspace('b-w').png().toBuffer(),
  'PNG, opacity': () => raw(3, 2, 4).png().toBuffer(),
  JPEG: () => raw(9, 8, 3).jpeg().toBuffer(),
  'WebP, lossless': () => raw(7, 5, 3).webp({ lossless: true }).toBuffer(),
  'WebP, lossless with opacity': () => raw(7, 5, 4).webp({ lossless: true }).toBuffer(),
  'WebP, lossy': () => raw(17, 31, 3).webp().toBuffer(),
  'WebP, lossy with opacity': () => raw(17, 31, 4).webp().toBuffer(),
  'WebP, animated': async () =>
    sharp(await frames(3), { join: { animated: true } })
      .webp({ lossless: true, delay: [100, 40, 900] })
      .toBuffer(),
  GIF: () => raw(6, 6, 3).gif().toBuffer(),
  'GIF, animated': async () =>
    sharp(await frames(3), { join: { animated: true } })
      .gif({ delay: [100, 40, 900] })
      .toBuffer(),
};

const pixels = (file: Uint8Array): Promise<Buffer> => sharp(file, { animated: true }).raw().toBuffer();

for (const [name, make] of Object.entries(files)) {
  test(`settings come back from a ${name}, whose pictures libvips reads as before`, async (t) => {
    const file = await make();
    const full = withSettings(file, settings);
    t.deepEqual(await readSettings(full, 'x'), settings);
    t.deepEqual(await pixels(full), await pixels(file));
    const [before, after] = await Promise.all([file, full].map((bytes) => sharp(bytes).metadata()));
    t.deepEqual(
      [after.width, after.height, after.pages, after.delay, after.hasAlpha],
      [before.width, before.height, before.pages, before.delay, before.hasAlpha],
    );
    const silent = await t.throwsAsync(readSettings(file, 'x'), { instanceOf: AdvectError });
    t.is(silent.code, 'not-found');
  });
}

test('EXIF that libvips writes is read, in JPEG, WebP and AVIF; that which is written here, it reads', async (t) => {
  const exif = { IFD0: { ImageDescription: settingsJson(settings), Software: 'x' } };
  for (const format of ['jpeg', 'webp', 'avif'] as const) {
    const file = await raw(16, 16, 3).withExif(exif).toFormat(format).toBuffer();
    t.deepEqual(await readSettings(file, format), settings, format);
  }
  for (const file of [files.JPEG, files['WebP, lossy'], files['WebP, animated']]) {
    const { exif: found } = await sharp(withSettings(await file(), settings)).metadata();
    t.true(found !== undefined && Buffer.from(found).includes(Buffer.from(settingsExif(settings))));
  }
});

test('settings are read from hand-made GIF, WebP, JPEG, AVIF and MP4 files', async (t) => {
  t.is(mediaFiles.length, 5);
  for (const file of mediaFiles)
    t.like(await readSettings(file, 'x'), { task: 'sample', seed: 7, label: ['3'], model: { name: 'digits' } });
});

test('delays and loops of a GIF and a WebP', async (t) => {
  const gif = await files['GIF, animated']();
  t.like(readGif(gif, 'x'), { delays: [10, 4, 90], loops: 0, comments: [] });
  t.deepEqual(webpDelays(await files['WebP, animated']()), [100, 40, 900]);
});

test('what says something else of itself is told apart', (t: ExecutionContext) => {
  const refused = (change: object, message: RegExp): void => {
    t.throws(() => parseSettings(JSON.stringify({ ...settings, ...change }), 'x'), {
      instanceOf: AdvectError,
      code: 'invalid-file',
      message,
    });
  };
  refused({ v: 2 }, /its version is 2/);
  refused({ app: 'paint' }, /another program/);
  refused({ seed: -1 }, /seed is -1/);
  refused({ model: 'digits' }, /model is 'digits'/);
  refused({ colour: 'red' }, /no option 'colour'/);
  t.throws(() => parseSettings('{"v":1', 'x'), { message: /no JSON/ });
});

test('the line for other viewers names seed, solver and model', (t) => {
  t.is(
    parametersLine({ ...settings, model: { name: 'digits', sha256: 'ab'.repeat(32) }, steps: 8, label: ['3'] }),
    'sample 3\nSteps: 8, Sampler: dopri5, Tolerance: 0.001, Seed: 0, Index: 5, Temperature: 1, Model hash: ababababab, Model: digits, Version: advect-image 0.1.0',
  );
});
