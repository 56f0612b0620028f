import type { Picture } from '@advect/node';
import type { PictureSettings } from '../format/picture-settings.js';
import { withSettings } from '../format/settings-in-file.js';
import { sharp } from './sharp.js';

/** A picture as the bytes of a PNG file that says how it was made. The same picture and settings give the same bytes. */
export async function encodePng({ width, height, channels, data }: Picture, settings?: PictureSettings): Promise<Uint8Array> {
  const png = await sharp(data, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 9 })
    .toBuffer();
  return settings ? withSettings(png, settings) : png;
}

/** A picture enlarged by a whole number: `sharp` repeats its pixels, `smooth` interpolates (cubic). */
export async function enlarge(picture: Picture, scale: number, style: 'smooth' | 'sharp'): Promise<Picture> {
  const { width, height, channels, data } = picture;
  if (scale === 1) return picture;
  const large = await sharp(data, { raw: { width, height, channels } })
    .resize(width * scale, height * scale, { kernel: style === 'sharp' ? 'nearest' : 'cubic' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  return { width: width * scale, height: height * scale, channels, data: large };
}
