import type { MovingFormat } from '../format/formats.js';
import { withSettings } from '../format/settings-in-file.js';
import { webpAnimation } from '../format/webp-animation.js';
import type { Picture } from '../layout/picture.js';
import { encodePicture, type EncodeSettings } from './encode.js';
import { encodeMp4 } from './ffmpeg.js';
import { sharp } from './sharp.js';

/** Pictures of one size, one after the other. */
export interface Animation {
  readonly frames: readonly Picture[];
  /** How long each is shown, in milliseconds; a GIF keeps hundredths of a second. */
  readonly delays: readonly number[];
  /** Times that all is shown, 0 for without end; an MP4 does not say. */
  readonly loops: number;
}

/**
 * Moving pictures as the bytes of a file, every frame kept with its time, also those that equal the one before. The same
 * frames and settings give the same bytes. A WebP is lossless without `quality`; a GIF has 256 colours a frame.
 *
 * Throws `unsupported` for an MP4 where there is no ffmpeg.
 */
export async function encodeAnimation(animation: Animation, format: MovingFormat, encoding: EncodeSettings = {}): Promise<Uint8Array> {
  const { frames, delays, loops } = animation;
  const { settings, quality } = encoding;
  if (format === 'mp4') return encodeMp4(animation, encoding);
  const file =
    format === 'gif'
      ? await encodeGif(animation)
      : webpAnimation(await Promise.all(frames.map((frame) => encodePicture(frame, 'webp', { quality }))), delays, loops);
  return settings ? withSettings(file, settings) : file;
}

function encodeGif({ frames, delays, loops }: Animation): Promise<Uint8Array> {
  const [{ width, height, channels }] = frames;
  const strip = new Uint8Array(frames.length * width * height * channels);
  frames.forEach(({ data }, i) => strip.set(data, i * data.length));
  return sharp(strip, { raw: { width, height: height * frames.length, channels, pageHeight: height } })
    .gif({ loop: loops, delay: [...delays], dither: 0, keepDuplicateFrames: true })
    .toBuffer();
}
