import test from 'ava';
import sharp from 'sharp';
import { pictureSize } from '#src/format/picture-size.js';

const drawn = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#357' } });

test('sizes are those that sharp writes, in every format and also from the first bytes', async (t) => {
  const files = {
    png: drawn(300, 7).png(),
    jpeg: drawn(301, 8).jpeg(),
    'jpeg in steps, with EXIF before its frame': drawn(302, 9)
      .withExif({ IFD0: { ImageDescription: 'x'.repeat(9000) } })
      .jpeg({ progressive: true }),
    webp: drawn(303, 10).webp(),
    'webp without loss': drawn(304, 11).webp({ lossless: true }),
    'webp with EXIF': drawn(305, 12)
      .withExif({ IFD0: { ImageDescription: 'x' } })
      .webp(),
    gif: drawn(306, 13).gif(),
    avif: drawn(307, 14).avif({ effort: 0 }),
  };
  for (const [name, made] of Object.entries(files)) {
    const { data, info } = await made.toBuffer({ resolveWithObject: true });
    t.deepEqual(pictureSize(data), { width: info.width, height: info.height }, name);
    if (!name.includes('EXIF')) t.deepEqual(pictureSize(data.subarray(0, 1000)), { width: info.width, height: info.height }, name);
    t.is(pictureSize(data.subarray(0, 6)), undefined, name);
  }
  t.is(pictureSize(new TextEncoder().encode('no picture')), undefined);
});
