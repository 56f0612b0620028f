import { AdvectError } from '@advect/base/errors';
import { joined, latin1, latin1Bytes } from './bytes.js';

const exifFlag = 0x08;
const alphaFlag = 0x10;

/**
 * A WebP file, still or animated, with an EXIF block put in at its end. A file in the simple form is made one of the
 * extended form, which alone may hold it. Throws `invalid-file` where the file is none of the two.
 * Reference: Google (2012), WebP container specification.
 */
export function insertWebpExif(webp: Uint8Array, block: Uint8Array): Uint8Array {
  const chunks = webpChunks(webp).filter(({ type }) => type !== 'EXIF');
  const [head, ...rest] = chunks[0]?.type === 'VP8X' ? chunks : [{ type: 'VP8X', data: extendedHead(chunks) }, ...chunks];
  const flagged = head.data.slice();
  flagged[0] |= exifFlag;
  const body = [{ type: 'VP8X', data: flagged }, ...rest, { type: 'EXIF', data: block }].map(chunk);
  const size = 4 + body.reduce((sum, bytes) => sum + bytes.length, 0);
  return joined(latin1Bytes('RIFF'), uint32(size), latin1Bytes('WEBP'), ...body);
}

/** The EXIF block of a WebP file, if it has one. */
export const webpExif = (webp: Uint8Array): Uint8Array | undefined => webpChunks(webp).find(({ type }) => type === 'EXIF')?.data;

/** How long each frame of an animated WebP file is shown, in milliseconds; nothing for a still one. */
export const webpDelays = (webp: Uint8Array): number[] =>
  webpChunks(webp)
    .filter(({ type, data }) => type === 'ANMF' && data.length >= 16)
    .map(({ data }) => data[12] | (data[13] << 8) | (data[14] << 16));

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/** The chunks of a WebP file, as far as it holds them whole. */
function webpChunks(webp: Uint8Array): Chunk[] {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.length);
  const found: Chunk[] = [];
  let at = 12;
  while (at + 8 <= webp.length) {
    const size = view.getUint32(at + 4, true);
    if (at + 8 + size > webp.length) break;
    found.push({ type: latin1(webp.subarray(at, at + 4)), data: webp.subarray(at + 8, at + 8 + size) });
    at += 8 + size + (size % 2);
  }
  return found;
}

/** The head of the extended form: flags, and width and height as they stand in the picture's own head. */
function extendedHead(chunks: readonly Chunk[]): Uint8Array {
  const picture = chunks.find(({ type }) => type === 'VP8 ' || type === 'VP8L');
  const facts = picture && (picture.type === 'VP8L' ? losslessFacts(picture.data) : lossyFacts(picture.data));
  if (!facts) throw new AdvectError('invalid-file', 'the WebP file holds no picture', 'Write it again.');
  const { width, height, alpha } = facts;
  return Uint8Array.of(alpha ? alphaFlag : 0, 0, 0, 0, ...uint24(width - 1), ...uint24(height - 1));
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

const chunk = ({ type, data }: Chunk): Uint8Array => joined(latin1Bytes(type), uint32(data.length), data, new Uint8Array(data.length % 2));

const uint32 = (v: number): Uint8Array => Uint8Array.of(v & 0xff, (v >>> 8) & 0xff, (v >>> 16) & 0xff, v >>> 24);
const uint24 = (v: number): number[] => [v & 0xff, (v >>> 8) & 0xff, (v >>> 16) & 0xff];
