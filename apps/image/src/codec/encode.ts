import type { StillFormat } from '../format/formats.js';
import { type PictureSettings, settingsJson } from '../format/picture-settings.js';
import { withSettings } from '../format/settings-in-file.js';
import type { Picture } from '../layout/picture.js';
import { sharp } from './sharp.js';

export interface EncodeSettings {
  /** How the picture was made, which its file then says. */
  readonly settings?: PictureSettings;
  /** From 1 to 100, for formats that lose something, else without effect; none is lossless for WebP, 95 for JPEG, 90 for AVIF. */
  readonly quality?: number;
}

/** A picture as the bytes of a file. The same picture, settings and quality give the same bytes. */
export async function encodePicture(
  picture: Picture,
  format: StillFormat,
  { settings, quality }: EncodeSettings = {},
): Promise<Uint8Array> {
  const { width, height, channels, data } = picture;
  const image = sharp(data, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  const carrying = (file: Uint8Array): Uint8Array => (settings ? withSettings(file, settings) : file);
  switch (format) {
    case 'png':
      return carrying(await image.png({ compressionLevel: 9 }).toBuffer());
    case 'webp':
      return carrying(await image.webp(quality === undefined ? { lossless: true, effort: 6 } : { quality, effort: 6 }).toBuffer());
    case 'jpeg':
      return carrying(await image.jpeg({ quality: quality ?? 95, chromaSubsampling: '4:4:4' }).toBuffer());
    case 'avif': {
      const described = settings ? image.withExif({ IFD0: exifOf(settings) }) : image;
      return described.avif({ quality: quality ?? 90, chromaSubsampling: '4:4:4', effort: 4 }).toBuffer();
    }
  }
}

const exifOf = (settings: PictureSettings) => ({
  ImageDescription: settingsJson(settings),
  Software: `${settings.app} ${settings.version}`,
});

/** A picture as the bytes of a PNG file, with how it was made where that is given. */
export const encodePng = (picture: Picture, settings?: PictureSettings): Promise<Uint8Array> => encodePicture(picture, 'png', { settings });

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
