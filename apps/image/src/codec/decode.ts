import { AdvectError } from '@advect/base/errors';
import type { Picture } from '@advect/node';
import type { Fit } from '../format/fit.js';
import { pictureKind } from '../format/readable-kind.js';
import { sharp } from './sharp.js';

/** Pixels that a picture may have: 64 million, such as 8000 × 8000. */
const largestPicture = 64_000_000;

export interface DecodeSettings {
  /** Pixels along each side of the result. */
  readonly size: number;
  /** 1 for grey, 3 for colour. */
  readonly channels: 1 | 3;
  /** Default 'cover'. */
  readonly fit?: Fit;
}

/** A decoded picture, and what was done to it that its owner may want to know. */
export interface Decoded {
  readonly picture: Picture;
  readonly remarks: readonly string[];
}

/**
 * Decodes a PNG, JPEG, WebP, GIF, AVIF or TIFF file, turns it upright, makes it square, resizes that (Lanczos) and makes it
 * grey or sRGB colour of 8 bits; transparent parts become black. A small picture that was enlarged by repeating its pixels is read
 * back exactly. Throws `invalid-file` with what is wrong with the file.
 */
export async function decodePicture(bytes: Uint8Array, name: string, { size, channels, fit = 'cover' }: DecodeSettings): Promise<Decoded> {
  pictureKind(bytes, name);
  try {
    const input = sharp(bytes, { failOn: 'warning', limitInputPixels: largestPicture });
    const facts = await input.metadata();
    const upright = input
      .autoOrient()
      .flatten({ background: '#000' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb');
    const whole = await upright.timeout({ seconds: longest }).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const { width, height } = whole.info;
    const all: Picture = { width, height, channels, data: keepChannels(whole.data, whole.info.channels, channels) };
    const framed = fit === 'cover' ? centralSquare(all) : fit === 'contain' ? onBlackSquare(all) : all;
    const exact = shrinkExactly(framed, size);
    const picture = exact ?? (await resize(framed, size));
    const clear = facts.hasAlpha && !(await sharp(bytes).stats()).isOpaque;
    const remarks = [
      ...((facts.pages ?? 1) > 1 ? [`it has ${facts.pages} frames; the first one was taken`] : []),
      ...((facts.orientation ?? 1) > 1 ? ['it was turned upright, as its EXIF says'] : []),
      ...(facts.space === 'cmyk' ? ['it is CMYK; its colours were converted to sRGB'] : []),
      ...(facts.depth === 'ushort' ? ['it has 16 bits a channel; 8 were kept'] : []),
      ...(clear ? ['it has transparent parts, which became black'] : []),
      ...(width !== height ? [`it is ${width} × ${height}; ${squared[fit]}`] : []),
      ...(exact ? [] : [`it was resized from ${framed.width} × ${framed.height} to ${size} × ${size}, which smooths it`]),
    ];
    return { picture, remarks };
  } catch (thrown) {
    throw thrown instanceof AdvectError ? thrown : inWords(thrown, name);
  }
}

/** Seconds that decoding may take. */
const longest = 30;

const squared: Readonly<Record<Fit, string>> = {
  cover: 'the middle square was taken (--fit contain keeps the edges)',
  contain: 'it was put on a black square',
  fill: 'it was squeezed into a square',
};

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

function onBlackSquare(picture: Picture): Picture {
  const { width, height, channels, data } = picture;
  if (width === height) return picture;
  const side = Math.max(width, height);
  const left = Math.floor((side - width) / 2);
  const top = Math.floor((side - height) / 2);
  const square = new Uint8Array(side * side * channels);
  for (let y = 0; y < height; y++) {
    square.set(data.subarray(y * width * channels, (y + 1) * width * channels), ((top + y) * side + left) * channels);
  }
  return { width: side, height: side, channels, data: square };
}

/** The picture at `size` when every block of equal pixels says that it was enlarged from there; otherwise nothing. */
function shrinkExactly({ width, height, channels, data }: Picture, size: number): Picture | undefined {
  const block = width / size;
  if (!Number.isInteger(block) || width !== height) return undefined;
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
    .resize(size, size, { kernel: 'lanczos3', fit: 'fill' })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const kept = keepChannels(resized.data, resized.info.channels, channels);
  return { width: size, height: size, channels, data: kept };
}
