import { deflateSync } from 'node:zlib';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import type { Picture } from '@advect/node';
import sharp from 'sharp';
import { encodePng } from '#src/codec/encode.js';
import { type Origin, readOrigin } from '#src/codec/origin.js';
import { readText } from '#src/codec/png-text.js';
import { pngChunk } from '../png-chunk.js';

const dot: Picture = { width: 1, height: 1, channels: 1, data: Uint8Array.of(7) };
const origin: Origin = {
  program: 'advect-image 0.1.0',
  model: { name: 'Ziffern – größer', weights: 'ab'.repeat(32) },
  seed: 0,
  items: { index: 5 },
  labels: ['3'],
  series: ['3', '4'],
  temperature: 1,
  method: 'dopri5',
  tolerance: 1e-3,
};

test('what a picture says of its making comes back, in any letters', async (t) => {
  t.deepEqual(readOrigin(await encodePng(dot, origin), 'x'), JSON.parse(JSON.stringify(origin)));
});

test('libvips, an independent reader, finds the same texts and the pixel unharmed', async (t) => {
  const png = await encodePng(dot, origin);
  const { comments } = await sharp(png).metadata();
  t.deepEqual(comments?.find((comment) => comment.keyword === 'advect')?.text, JSON.stringify(origin));
  t.true(comments?.some(({ keyword, text }) => keyword === 'Description' && text.includes('seed 0, item 5')));
  t.is((await sharp(png).raw().toBuffer())[0], 7);
});

test('a packed text, as other programs write it, is read', async (t) => {
  const kept = await sharp(await encodePng(dot, origin))
    .keepMetadata()
    .png()
    .toBuffer();
  t.like(readOrigin(kept, 'x'), { seed: 0, items: { index: 5 } });
});

test('a picture that says nothing, and one that is broken, are told apart', async (t) => {
  const png = await encodePng(dot);
  const silent = t.throws(() => readOrigin(png, 'x'), { instanceOf: AdvectError });
  t.is(silent?.code, 'not-found');
  const full = await encodePng(dot, origin);
  for (let end = 8; end < full.length - 12; end += 7) {
    t.throws(() => readText(full.subarray(0, end), 'x'), { instanceOf: AdvectError, message: /is cut off/ });
  }
  const damaged = full.slice();
  damaged[60] ^= 1;
  t.throws(() => readText(damaged, 'x'), { instanceOf: AdvectError, message: /damaged text/ });
});

test('promise: texts that unpack to more than a megabyte together are refused, however small the file', (t) => {
  const packed = pngChunk('zTXt', Buffer.concat([Buffer.from('a\0\0'), deflateSync('x'.repeat(400_000))]));
  const file = (count: number): Uint8Array =>
    Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...Array<Buffer>(count).fill(packed), pngChunk('IEND', new Uint8Array())]);
  t.is(readText(file(2), 'x').length, 2);
  t.throws(() => readText(file(3), 'x'), { instanceOf: AdvectError, message: /cannot be unpacked/ });
});
