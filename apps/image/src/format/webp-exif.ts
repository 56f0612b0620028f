import { AdvectError } from '@advect/base/errors';
import { uint24, type WebpChunk, webpChunks, webpFile } from './webp-chunks.js';

const exifFlag = 0x08;
const alphaFlag = 0x10;

/**
 * A WebP file, still or animated, with an EXIF block put in at its end. A file in the simple form is made one of the
 * extended form, which alone may hold it. Throws `invalid-file` where the file is none of the two.
 */
export function insertWebpExif(webp: Uint8Array, block: Uint8Array): Uint8Array {
  const chunks = webpChunks(webp).filter(({ type }) => type !== 'EXIF');
  const [head, ...rest] = chunks[0]?.type === 'VP8X' ? chunks : [extendedHead(chunks), ...chunks];
  const flagged = head.data.slice();
  flagged[0] |= exifFlag;
  return webpFile([{ type: 'VP8X', data: flagged }, ...rest, { type: 'EXIF', data: block }]);
}

/** The EXIF block of a WebP file, if it has one. */
export const webpExif = (webp: Uint8Array): Uint8Array | undefined => webpChunks(webp).find(({ type }) => type === 'EXIF')?.data;

/** How long each frame of an animated WebP file is shown, in milliseconds; nothing for a still one. */
export const webpDelays = (webp: Uint8Array): number[] =>
  webpChunks(webp)
    .filter(({ type, data }) => type === 'ANMF' && data.length >= 16)
    .map(({ data }) => data[12] | (data[13] << 8) | (data[14] << 16));

function extendedHead(chunks: readonly WebpChunk[]): WebpChunk {
  const { width, height, alpha } = webpFacts(chunks);
  return { type: 'VP8X', data: Uint8Array.of(alpha ? alphaFlag : 0, 0, 0, 0, ...uint24(width - 1), ...uint24(height - 1)) };
}

/** Width and height, and whether there is opacity, as they stand in the head of a still picture. Throws `invalid-file` without one. */
export function webpFacts(chunks: readonly WebpChunk[]): { readonly width: number; readonly height: number; readonly alpha: boolean } {
  const picture = chunks.find(({ type }) => type === 'VP8 ' || type === 'VP8L');
  const facts = picture && (picture.type === 'VP8L' ? losslessFacts(picture.data) : lossyFacts(picture.data));
  if (!facts) throw new AdvectError('invalid-file', 'the WebP file holds no picture', 'Write it again.');
  return { ...facts, alpha: facts.alpha || chunks.some(({ type }) => type === 'ALPH') };
}

function losslessFacts(data: Uint8Array) {
  if (data.length < 5 || data[0] !== 0x2f) return undefined;
  const bits = new DataView(data.buffer, data.byteOffset).getUint32(1, true);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1, alpha: ((bits >>> 28) & 1) === 1 };
}

function lossyFacts(data: Uint8Array) {
  if (data.length < 10 || data[3] !== 0x9d || data[4] !== 0x01 || data[5] !== 0x2a) return undefined;
  return { width: (data[6] | (data[7] << 8)) & 0x3fff, height: (data[8] | (data[9] << 8)) & 0x3fff, alpha: false };
}
