import { latin1 } from './bytes.js';

/** Bytes of the compressed pixels of a PNG file (its IDAT chunks), without header, palette and texts; 0 of a file that has none. */
export function pngDataBytes(png: Uint8Array): number {
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  let bytes = 0;
  for (let at = 8; at + 12 <= png.length; at += 12 + view.getUint32(at)) {
    if (latin1(png.subarray(at + 4, at + 8)) === 'IDAT') bytes += view.getUint32(at);
  }
  return bytes;
}
