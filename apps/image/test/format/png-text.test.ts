import { deflateSync } from 'node:zlib';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import sharp from 'sharp';
import { insertText, readText } from '#src/format/png-text.js';
import { pngChunk } from '../png-chunks.js';

const dot = async (): Promise<Uint8Array> =>
  sharp(Uint8Array.of(7), { raw: { width: 1, height: 1, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
const texts = [
  { keyword: 'advect', text: 'Ziffern – größer' },
  { keyword: 'parameters', text: 'Steps: 40\nSeed: 0', plain: true },
] as const;

test('texts come back, in any letters; libvips, an independent reader, finds the same and the pixel unharmed', async (t) => {
  const png = insertText(await dot(), texts);
  t.deepEqual(
    await readText(png, 'x'),
    texts.map(({ keyword, text }) => ({ keyword, text })),
  );
  const { comments } = await sharp(png).metadata();
  t.deepEqual(
    comments?.map(({ keyword, text }) => ({ keyword, text })),
    texts.map(({ keyword, text }) => ({ keyword, text })),
  );
  t.is((await sharp(png).raw().toBuffer())[0], 7);
  const types = ['iTXt', 'tEXt'].map((type) => Buffer.from(png).includes(type));
  t.deepEqual(types, [true, true]);
});

test('a packed text, as other programs write it, is read', async (t) => {
  const kept = await sharp(insertText(await dot(), [{ keyword: 'advect', text: '{"seed":7}'.repeat(200) }]))
    .keepMetadata()
    .png()
    .toBuffer();
  t.true(kept.includes('zTXt'));
  t.deepEqual(await readText(kept, 'x'), [{ keyword: 'advect', text: '{"seed":7}'.repeat(200) }]);
});

test('a file cut off anywhere, and a damaged text, are refused', async (t) => {
  const full = insertText(await dot(), texts);
  for (let end = 8; end < full.length - 12; end += 7) {
    await t.throwsAsync(readText(full.subarray(0, end), 'x'), { instanceOf: AdvectError, message: /is cut off/ });
  }
  const damaged = full.slice();
  damaged[60] ^= 1;
  await t.throwsAsync(readText(damaged, 'x'), { instanceOf: AdvectError, message: /damaged text/ });
});

test('promise: texts that unpack to more than a megabyte together are refused, however small the file', async (t) => {
  const packed = pngChunk('zTXt', Buffer.concat([Buffer.from('a\0\0'), deflateSync('x'.repeat(400_000))]));
  const file = (count: number): Uint8Array =>
    Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...Array<Buffer>(count).fill(packed), pngChunk('IEND', new Uint8Array())]);
  t.is((await readText(file(2), 'x')).length, 2);
  await t.throwsAsync(readText(file(3), 'x'), { instanceOf: AdvectError, message: /cannot be unpacked/ });
});
