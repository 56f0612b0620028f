import { AdvectError } from '@advect/base/errors';
import { latin1 } from './bytes.js';
import { fileKind } from './picture-kind.js';
import { isWebm } from './webm-comment.js';

/** Kinds of picture the app reads. */
export type PictureKind = 'PNG' | 'JPEG' | 'WebP' | 'GIF' | 'AVIF' | 'TIFF';

const named = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP', gif: 'GIF', avif: 'AVIF' } as const;
const readable = 'PNG, JPEG, WebP, GIF, AVIF or TIFF';

/** The kind of a picture from its first bytes; throws `invalid-file` naming what the file is instead. */
export function pictureKind(bytes: Uint8Array, name: string): PictureKind {
  if (bytes.length === 0) throw new AdvectError('invalid-file', `'${name}' is empty: it has 0 bytes`, `Give a ${readable} picture.`);
  const kind = fileKind(bytes);
  if (kind !== undefined && kind !== 'mp4' && kind !== 'webm') return named[kind];
  const start = latin1(bytes.subarray(0, 4));
  if (start === 'II*\0' || start === 'MM\0*') return 'TIFF';
  const other = kindInWords(bytes) ?? 'no picture of a kind that is read here';
  throw new AdvectError('invalid-file', `'${name}' is ${other}`, `Convert it to PNG, or give another ${readable} picture.`);
}

/** What a file is that is not read here, where its first bytes tell. */
export function kindInWords(bytes: Uint8Array): string | undefined {
  const head = latin1(bytes.subarray(0, 1000));
  if (head.startsWith('BM')) return 'a BMP, which is not read here';
  if (head.startsWith('%PDF')) return 'a PDF, which is not read here';
  if (/^.{4}ftyp(hei[cxms]|hev[cx]|mif1|msf1)/s.test(head)) return 'a HEIC picture (HEVC), which cannot be decoded here';
  if (isWebm(bytes) || /^.{4}ftyp/s.test(head)) return 'a film, which is not read here';
  if (/<svg[\s>]/i.test(head)) return 'an SVG drawing, which has no pixels of its own and is not read here';
  return undefined;
}
