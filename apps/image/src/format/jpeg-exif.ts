import { AdvectError } from '@advect/base/errors';
import { joined, latin1, latin1Bytes } from './bytes.js';

const signature = latin1Bytes('Exif\0\0');

/** A JPEG file with an EXIF block put in before its first segment but JFIF's; throws `unsupported` for more than 64 kB. */
export function insertJpegExif(jpeg: Uint8Array, block: Uint8Array): Uint8Array {
  const size = 2 + signature.length + block.length;
  if (size > 0xffff) {
    throw new AdvectError(
      'unsupported',
      `${block.length} bytes of settings do not fit into a JPEG`,
      'Write a PNG, or leave the settings out.',
    );
  }
  const [first] = segments(jpeg);
  const at = first?.marker === 0xe0 ? first.end : 2;
  return joined(jpeg.subarray(0, at), Uint8Array.of(0xff, 0xe1, size >> 8, size & 0xff), signature, block, jpeg.subarray(at));
}

/** The EXIF block of a JPEG file, if it has one. */
export function jpegExif(jpeg: Uint8Array): Uint8Array | undefined {
  for (const { marker, start, end } of segments(jpeg)) {
    const data = jpeg.subarray(start, end);
    if (marker === 0xe1 && latin1(data.subarray(0, signature.length)) === 'Exif\0\0') return data.subarray(signature.length);
  }
  return undefined;
}

/** The segments before the picture itself, as far as the file holds them whole. */
function* segments(jpeg: Uint8Array): Generator<{ readonly marker: number; readonly start: number; readonly end: number }> {
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== 0xda && jpeg[at + 1] !== 0xd9) {
    const size = (jpeg[at + 2] << 8) | jpeg[at + 3];
    if (size < 2 || at + 2 + size > jpeg.length) return;
    yield { marker: jpeg[at + 1], start: at + 4, end: at + 2 + size };
    at += 2 + size;
  }
}
