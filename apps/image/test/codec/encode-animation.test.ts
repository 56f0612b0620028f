import { execFileSync } from 'node:child_process';
import test from 'ava';
import sharp from 'sharp';
import { encodeAnimation } from '#src/codec/encode-animation.js';
import { readGif } from '#src/format/gif-comment.js';
import type { PictureSettings } from '#src/format/picture-settings.js';
import { readSettings } from '#src/format/settings-in-file.js';

const settings: PictureSettings = { v: 1, app: 'advect-image', version: '0', task: 'animate', model: { name: 'x', sha256: 'ab' }, seed: 4 };
const plain = (grey: number) => ({ width: 13, height: 6, channels: 1, data: new Uint8Array(78).fill(grey) }) as const;
const twice = { frames: [plain(10), plain(10), plain(10), plain(250)], delays: [40, 40, 80, 200], loops: 3 };

test('equal frames keep their places, times and loops', async (t) => {
  for (const format of ['gif', 'webp'] as const) {
    const bytes = await encodeAnimation(twice, format, { settings });
    const { pages, delay, loop, width, pageHeight } = await sharp(bytes, { animated: true }).metadata();
    t.like({ pages, delay, width, pageHeight }, { pages: 4, delay: [40, 40, 80, 200], width: 13, pageHeight: 6 }, format);
    t.is(loop, 3);
    t.deepEqual(await readSettings(bytes, 'x'), settings);
    const { data, info } = await sharp(bytes, { animated: true }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const greys = Array.from({ length: 4 }, (_, i) => data[i * 78 * info.channels]);
    t.deepEqual(greys, [10, 10, 10, 250]);
    t.deepEqual(await encodeAnimation(twice, format, { settings }), bytes, 'the same bytes again');
  }
  t.is(readGif(await encodeAnimation({ ...twice, loops: 1 }, 'gif'), 'x').loops, 1);
});

test('a lossy WebP keeps its frames too', async (t) => {
  const bytes = await encodeAnimation(twice, 'webp', { quality: 60 });
  t.is((await sharp(bytes, { animated: true }).metadata()).pages, 4);
});

const ffmpeg = (() => {
  try {
    return execFileSync('ffmpeg', ['-version'], { encoding: 'utf8' });
  } catch {
    return undefined;
  }
})();

(ffmpeg ? test : test.skip)('an MP4 by ffmpeg: duration, size, settings, the same bytes again', async (t) => {
  const bytes = await encodeAnimation(twice, 'mp4', { settings });
  t.deepEqual(await readSettings(bytes, 'x'), settings);
  t.deepEqual(await encodeAnimation(twice, 'mp4', { settings }), bytes);
  const view = Buffer.from(bytes);
  const head = view.indexOf('mvhd') + 4;
  t.is((1000 * view.readUInt32BE(head + 16)) / view.readUInt32BE(head + 12), 360, 'milliseconds');
  const track = view.indexOf('tkhd') + 4;
  t.deepEqual([view.readUInt32BE(track + 76) / 65536, view.readUInt32BE(track + 80) / 65536], [14, 6]);
});
