import { AdvectError } from '@advect/base/errors';
import type { Picture } from '@advect/node';
import { sharp } from './sharp.js';

/** Decodes a whole PNG as red, green, blue and opacity: the numbers that it stores, whatever its colour profile, not resized. Throws `invalid-file` where it cannot be read. */
export async function decodeRgba(png: Uint8Array): Promise<Picture> {
  try {
    const image = sharp(png, { failOn: 'warning', limitInputPixels: 64_000_000, ignoreIcc: true }).toColourspace('srgb').ensureAlpha();
    const { data, info } = await image.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, channels: 4, data: new Uint8Array(data.buffer, data.byteOffset, data.length) };
  } catch (cause) {
    throw new AdvectError('invalid-file', `the picture cannot be read: ${(cause as Error).message}`, 'Give a PNG file.', cause);
  }
}
