import { joined, latin1, latin1Bytes } from './bytes.js';

/** A part of a WebP file. Reference: Google (2012), WebP container specification. */
export interface WebpChunk {
  /** Four letters, such as 'VP8L' or 'EXIF'. */
  readonly type: string;
  readonly data: Uint8Array;
}

/** The chunks of a WebP file, as far as it holds them whole. */
export function webpChunks(webp: Uint8Array): WebpChunk[] {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.length);
  const found: WebpChunk[] = [];
  let at = 12;
  while (at + 8 <= webp.length) {
    const size = view.getUint32(at + 4, true);
    if (at + 8 + size > webp.length) break;
    found.push({ type: latin1(webp.subarray(at, at + 4)), data: webp.subarray(at + 8, at + 8 + size) });
    at += 8 + size + (size % 2);
  }
  return found;
}

/** A WebP file of some chunks. */
export function webpFile(chunks: readonly WebpChunk[]): Uint8Array {
  const body = chunks.map(chunkBytes);
  const size = 4 + body.reduce((sum, bytes) => sum + bytes.length, 0);
  return joined(latin1Bytes('RIFF'), uint32(size), latin1Bytes('WEBP'), ...body);
}

/** A chunk as it lies in a file: type, size, data, and a zero where that is of odd length. */
export const chunkBytes = ({ type, data }: WebpChunk): Uint8Array =>
  joined(latin1Bytes(type), uint32(data.length), data, new Uint8Array(data.length % 2));

const uint32 = (v: number): Uint8Array => Uint8Array.of(v & 0xff, (v >>> 8) & 0xff, (v >>> 16) & 0xff, v >>> 24);

/** 24 bits, the lowest first. */
export const uint24 = (v: number): number[] => [v & 0xff, (v >>> 8) & 0xff, (v >>> 16) & 0xff];
