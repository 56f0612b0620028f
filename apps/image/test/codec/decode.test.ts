// Runs alone: it measures time.
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import type { Picture } from '@advect/node';
import sharp, { type Sharp } from 'sharp';
import { decodePicture } from '#src/codec/decode.js';
import { encodePng, enlarge } from '#src/codec/encode.js';

const ramp: Picture = { width: 8, height: 8, channels: 1, data: Uint8Array.from({ length: 64 }, (_, i) => 4 * i) };
const grey8 = { size: 8, channels: 1 } as const;
const bytesOf = (image: Sharp): Promise<Buffer> => image.toBuffer();
const flat = (width: number, height: number, colour: string) => sharp({ create: { width, height, channels: 3, background: colour } });

test('grey and colour survive PNG exactly, also enlarged by repeating pixels', async (t) => {
  for (const scale of [1, 5]) {
    const { picture, remarks } = await decodePicture(await encodePng(await enlarge(ramp, scale, 'sharp')), 'x', grey8);
    t.deepEqual([...picture.data], [...ramp.data]);
    t.deepEqual(remarks, []);
  }
  const colour: Picture = { width: 4, height: 4, channels: 3, data: Uint8Array.from({ length: 48 }, (_, i) => 5 * i) };
  const { picture } = await decodePicture(await encodePng(colour), 'x', { size: 4, channels: 3 });
  t.deepEqual([...picture.data], [...colour.data]);
});

test('JPEG and WebP are read; a flat colour keeps its grey', async (t) => {
  for (const format of ['jpeg', 'webp'] as const) {
    const { picture } = await decodePicture(await bytesOf(flat(40, 40, '#808080').toFormat(format)), 'x', grey8);
    t.true(picture.data.every((v) => Math.abs(v - 128) <= 1));
  }
});

test('the middle square is taken, and said', async (t) => {
  const left = await bytesOf(
    flat(20, 10, '#000')
      .composite([{ input: await bytesOf(flat(10, 10, '#fff').png()), left: 5, top: 0 }])
      .png(),
  );
  const { picture, remarks } = await decodePicture(left, 'x', grey8);
  t.true(picture.data.every((v) => v === 255));
  t.deepEqual(remarks, [
    'it is 20 × 10; the middle square was taken (--fit contain keeps the edges)',
    'it was resized from 10 × 10 to 8 × 8, which smooths it',
  ]);
});

test('EXIF orientation is obeyed', async (t) => {
  // Upper half white; orientation 3 turns it by 180 degrees.
  const upper = flat(16, 16, '#000').composite([{ input: await bytesOf(flat(16, 8, '#fff').png()), left: 0, top: 0 }]);
  const turned = await bytesOf(
    sharp(await bytesOf(upper.png()))
      .withMetadata({ orientation: 3 })
      .jpeg({ quality: 100 }),
  );
  const { picture, remarks } = await decodePicture(turned, 'x', { size: 2, channels: 1 });
  t.is(remarks[0], 'it was turned upright, as its EXIF says');
  t.true(picture.data[0] < 20 && picture.data[3] > 235);
});

test('CMYK, 16 bits, a palette and transparency become plain grey, and are said', async (t) => {
  const cmyk = await decodePicture(await bytesOf(flat(8, 8, '#fff').toColourspace('cmyk').jpeg()), 'x', grey8);
  t.true(cmyk.picture.data.every((v) => v > 250));
  t.deepEqual(cmyk.remarks, ['it is CMYK; its colours were converted to sRGB']);
  const deep = await decodePicture(await bytesOf(flat(8, 8, '#fff').toColourspace('rgb16').png()), 'x', grey8);
  t.true(deep.picture.data.every((v) => v === 255));
  t.deepEqual(deep.remarks, ['it has 16 bits a channel; 8 were kept']);
  const palette = await bytesOf(flat(16, 16, '#fff').png({ palette: true }));
  t.true((await decodePicture(palette, 'x', grey8)).picture.data.every((v) => v === 255));
  const clear = await bytesOf(
    sharp({ create: { width: 9, height: 9, channels: 4, background: { r: 255, g: 255, b: 255, alpha: 0 } } }).png(),
  );
  const seen = await decodePicture(clear, 'x', grey8);
  t.true(seen.picture.data.every((v) => v === 0));
  t.is(seen.remarks[0], 'it has transparent parts, which became black');
});

test('of an animated WebP the first frame is taken, and said', async (t) => {
  const frames = await Promise.all(['#fff', '#000', '#f00'].map((colour) => bytesOf(flat(8, 8, colour).png())));
  const animated = await bytesOf(sharp(frames, { join: { animated: true } }).webp({ lossless: true }));
  const { picture, remarks } = await decodePicture(animated, 'x', grey8);
  t.true(picture.data.every((v) => v === 255));
  t.deepEqual(remarks, ['it has 3 frames; the first one was taken']);
});

const refused = async (t: import('ava').ExecutionContext, bytes: Uint8Array, message: RegExp): Promise<void> => {
  const started = performance.now();
  const error = await t.throwsAsync(decodePicture(bytes, 'cat.png', grey8), { instanceOf: AdvectError });
  t.is(error.code, 'invalid-file');
  t.regex(error.message, message);
  t.true(error.hint.length > 10);
  t.true(performance.now() - started < 1000);
};

test('GIF, AVIF and TIFF are read; an animated GIF by its first frame', async (t) => {
  const gif = await bytesOf(flat(16, 16, '#fff').gif());
  t.true((await decodePicture(gif, 'x', grey8)).picture.data.every((v) => v === 255));
  const frames = await Promise.all(['#fff', '#000'].map((colour) => bytesOf(flat(8, 8, colour).png())));
  const animated = await decodePicture(await bytesOf(sharp(frames, { join: { animated: true } }).gif()), 'x', grey8);
  t.true(animated.picture.data.every((v) => v === 255));
  t.deepEqual(animated.remarks, ['it has 2 frames; the first one was taken']);
  for (const format of ['avif', 'tiff'] as const) {
    const { picture } = await decodePicture(await bytesOf(flat(16, 16, '#808080').toFormat(format)), 'x', grey8);
    t.true(
      picture.data.every((v) => Math.abs(v - 128) <= 1),
      format,
    );
  }
});

test('a wide picture on a black square, and squeezed', async (t) => {
  const wide = await bytesOf(flat(32, 16, '#fff').png());
  const kept = await decodePicture(wide, 'x', { ...grey8, fit: 'contain' });
  t.deepEqual(kept.remarks, ['it is 32 × 16; it was put on a black square']);
  const rows = Array.from({ length: 8 }, (_, y) => kept.picture.data[8 * y + 4]);
  t.deepEqual(rows, [0, 0, 255, 255, 255, 255, 0, 0]);
  const squeezed = await decodePicture(wide, 'x', { ...grey8, fit: 'fill' });
  t.true(squeezed.picture.data.every((v) => v === 255));
  t.regex(squeezed.remarks[0], /squeezed into a square/);
});

test('what is no picture that is read here is refused by name, with what to do', async (t) => {
  const text = (s: string): Uint8Array => new TextEncoder().encode(s);
  await refused(t, text('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), /an SVG drawing/);
  await refused(t, text('\0\0\0\x18ftypheic\0\0\0\0heicmif1'), /a HEIC picture \(HEVC\), which cannot be decoded here/);
  await refused(t, text('\0\0\0\x18ftypisom\0\0\0\0isomavc1'), /a film/);
  await refused(t, text('BM and so on'), /a BMP/);
  await refused(t, text('%PDF-1.7'), /a PDF/);
  await refused(t, text('hello'), /no picture of a kind that is read here/);
  await refused(t, new Uint8Array(0), /is empty: it has 0 bytes/);
});

test('a PNG cut off anywhere, or damaged, is refused', async (t) => {
  const png = await encodePng({ width: 32, height: 32, channels: 1, data: Uint8Array.from({ length: 1024 }, (_, i) => (i * 77) % 251) });
  for (const end of [9, 30, 60, Math.floor(png.length / 2), png.length - 20]) await refused(t, png.subarray(0, end), /cannot be decoded/);
  const damaged = png.slice();
  damaged[Math.floor(png.length / 2)] ^= 0xff;
  await refused(t, damaged, /cannot be decoded/);
});

test('a small file that claims to be huge is refused before it is unpacked', async (t) => {
  const png = await encodePng(ramp);
  const forged = Buffer.from(png);
  forged.writeUInt32BE(100_000, 16);
  forged.writeUInt32BE(100_000, 20);
  const { crc32 } = await import('node:zlib');
  forged.writeUInt32BE(crc32(forged.subarray(12, 29)) >>> 0, 29);
  await refused(t, forged, /more than 64 million pixels/);
});
