import { AdvectError } from '@advect/base/errors';
import type { Picture } from '@advect/node';
import { pictureKind } from './file-kind.js';
import { sharp } from './sharp.js';

/** Pixels that a picture may have: 64 million, such as 8000 × 8000. */
const largestPicture = 64_000_000;

export interface DecodeSettings {
  /** Pixels along each side of the result. */
  readonly size: number;
  /** 1 for grey, 3 for colour. */
  readonly channels: 1 | 3;
}

/** A decoded picture, and what was done to it that its owner may want to know. */
export interface Decoded {
  readonly picture: Picture;
  readonly remarks: readonly string[];
}

/**
 * Decodes a PNG, JPEG or WebP file, turns it upright, cuts out the middle square, resizes that (Lanczos) and makes it
 * grey or sRGB colour; transparent parts become black. A small picture that was enlarged by repeating its pixels is read
 * back exactly. Throws `invalid-file` with what is wrong with the file.
 */
export async function decodePicture(bytes: Uint8Array, name: string, { size, channels }: DecodeSettings): Promise<Decoded> {
  pictureKind(bytes, name);
  try {
    const input = sharp(bytes, { failOn: 'warning', limitInputPixels: largestPicture });
    const { width, height, pages = 1 } = await input.metadata();
    const upright = input
      .autoOrient()
      .flatten({ background: '#000' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb');
    const whole = await upright.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const square = centralSquare({
      width: whole.info.width,
      height: whole.info.height,
      channels,
      data: keepChannels(whole.data, whole.info.channels, channels),
    });
    const exact = shrinkExactly(square, size);
    const picture = exact ?? (await resize(square, size));
    const remarks = [
      ...(pages > 1 ? [`it has ${pages} frames; the first one was taken`] : []),
      ...(width !== height ? [`it is ${width} × ${height}; the middle square was taken`] : []),
      ...(exact ? [] : [`it was resized from ${square.width} × ${square.height} to ${size} × ${size}, which smooths it`]),
    ];
    return { picture, remarks };
  } catch (thrown) {
    throw thrown instanceof AdvectError ? thrown : inWords(thrown, name);
  }
}

function inWords(thrown: unknown, name: string): AdvectError {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  if (/pixel limit/i.test(reason)) {
    const limit = `${largestPicture / 1e6} million pixels`;
    return new AdvectError('invalid-file', `'${name}' says it has more than ${limit}`, `Make it smaller than ${limit}.`, thrown);
  }
  return new AdvectError(
    'invalid-file',
    `'${name}' cannot be decoded: ${reason.split('\n')[0].trim()}`,
    'The file is cut off or damaged. Get it again, or save it anew from a picture program.',
    thrown,
  );
}

function keepChannels(data: Uint8Array, given: number, wanted: number): Uint8Array {
  if (given === wanted) return data;
  const count = data.length / given;
  const kept = new Uint8Array(count * wanted);
  for (let i = 0; i < count; i++) for (let c = 0; c < wanted; c++) kept[i * wanted + c] = data[i * given + Math.min(c, given - 1)];
  return kept;
}

function centralSquare({ width, height, channels, data }: Picture): Picture {
  const side = Math.min(width, height);
  const left = Math.floor((width - side) / 2);
  const top = Math.floor((height - side) / 2);
  const cut = new Uint8Array(side * side * channels);
  for (let y = 0; y < side; y++) {
    const from = ((top + y) * width + left) * channels;
    cut.set(data.subarray(from, from + side * channels), y * side * channels);
  }
  return { width: side, height: side, channels, data: cut };
}

/** The picture at `size` when every block of equal pixels says that it was enlarged from there; otherwise nothing. */
function shrinkExactly({ width, channels, data }: Picture, size: number): Picture | undefined {
  const block = width / size;
  if (!Number.isInteger(block)) return undefined;
  const small = new Uint8Array(size * size * channels);
  for (let y = 0; y < width; y++) {
    for (let x = 0; x < width; x++) {
      const to = (Math.floor(y / block) * size + Math.floor(x / block)) * channels;
      for (let c = 0; c < channels; c++) {
        const value = data[(y * width + x) * channels + c];
        if (y % block === 0 && x % block === 0) small[to + c] = value;
        else if (small[to + c] !== value) return undefined;
      }
    }
  }
  return { width: size, height: size, channels, data: small };
}

async function resize({ width, height, channels, data }: Picture, size: number): Promise<Picture> {
  const resized = await sharp(data, { raw: { width, height, channels } })
    .resize(size, size, { kernel: 'lanczos3' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const kept = keepChannels(resized.data, resized.info.channels, channels);
  return { width: size, height: size, channels, data: kept };
}
