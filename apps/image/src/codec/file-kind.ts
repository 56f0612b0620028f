import { AdvectError } from '@advect/base/errors';

/** Kinds of picture the app reads. */
export type PictureKind = 'PNG' | 'JPEG' | 'WebP';

const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** The kind of a picture from its first bytes; throws `invalid-file` naming what the file is instead. */
export function pictureKind(bytes: Uint8Array, name: string): PictureKind {
  if (bytes.length === 0) throw new AdvectError('invalid-file', `'${name}' is empty`, 'Give a PNG, JPEG or WebP picture.');
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return 'PNG';
  if (ascii(bytes, 0, 3) === '\xff\xd8\xff') return 'JPEG';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'WebP';
  throw new AdvectError('invalid-file', `'${name}' is ${otherKind(bytes)}`, 'Convert it to PNG, JPEG or WebP.');
}

function otherKind(bytes: Uint8Array): string {
  const start = ascii(bytes, 0, 4);
  if (start === 'GIF8') return 'a GIF, which is not read here';
  if (start === 'II*\0' || start === 'MM\0*') return 'a TIFF, which is not read here';
  if (start.startsWith('BM')) return 'a BMP, which is not read here';
  if (start === '%PDF') return 'a PDF, which is not read here';
  if (ascii(bytes, 4, 8) === 'ftyp') return 'a HEIF or AVIF picture, which is not read here';
  if (/<svg[\s>]/i.test(ascii(bytes, 0, Math.min(bytes.length, 1000)))) return 'an SVG drawing, which is not read here';
  return 'no picture of a kind that is read here';
}
