import { latin1 } from './bytes.js';
import { avifSizes } from './media-boxes.js';
import { fileKind } from './picture-kind.js';

/** Pixels of a picture from one side to the other. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The size that a PNG, JPEG, WebP, GIF or AVIF file gives in its head, without decoding it: of an animation that of the whole, of
 * an AVIF that of its largest picture. `bytes` may be the beginning of the file; nothing where the size does not stand in it.
 *
 * References: W3C (2003), Portable Network Graphics, §11.2.2; ITU-T T.81 (1992), §B.2.2; Google, WebP Container Specification,
 * and RFC 6386, §9.1; CompuServe (1990), GIF89a, §18; ISO/IEC 23008-12, §6.5.3.
 */
export function pictureSize(bytes: Uint8Array): PictureSize | undefined {
  const kind = fileKind(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (kind === 'png' && bytes.length >= 24) return { width: view.getUint32(16), height: view.getUint32(20) };
  if (kind === 'gif' && bytes.length >= 10) return { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  if (kind === 'jpeg') return jpegSize(view);
  if (kind === 'webp' && bytes.length >= 30) return webpSize(view, latin1(bytes.subarray(12, 16)));
  if (kind !== 'avif') return undefined;
  return avifSizes(bytes).reduce<PictureSize | undefined>(
    (largest, size) => (largest && largest.width * largest.height >= size.width * size.height ? largest : size),
    undefined,
  );
}

/** From the frame header, which comes after any number of other segments. */
function jpegSize(view: DataView): PictureSize | undefined {
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // A marker may be preceded by fill bytes; those of restarts and of the ends have no length.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9)) at += 2;
    else at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}

function webpSize(view: DataView, chunk: string): PictureSize | undefined {
  const three = (at: number): number => view.getUint16(at, true) + 65536 * view.getUint8(at + 2);
  if (chunk === 'VP8X') return { width: 1 + three(24), height: 1 + three(27) };
  if (chunk === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk !== 'VP8L') return undefined;
  const bits = view.getUint32(21, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}
