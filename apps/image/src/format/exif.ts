import { joined, latin1, latin1Bytes } from './bytes.js';

/** Texts about a picture in EXIF, in ASCII letters. */
export interface ExifTexts {
  readonly description?: string;
  readonly software?: string;
}

const tags = { description: 0x010e, software: 0x0131 } as const;
const asciiType = 2;

/**
 * The two texts as an EXIF block: a TIFF header and one directory, little-endian.
 * Reference: JEITA (2002), Exchangeable image file format for digital still cameras: Exif version 2.2, §4.6.
 */
export function exifBlock(texts: Required<ExifTexts>): Uint8Array {
  const values = (['description', 'software'] as const).map((name) => ({ tag: tags[name], bytes: latin1Bytes(`${texts[name]}\0`) }));
  const directory = new Uint8Array(8 + 2 + 12 * values.length + 4);
  directory.set(latin1Bytes('II*\0'));
  const view = new DataView(directory.buffer);
  view.setUint32(4, 8, true);
  view.setUint16(8, values.length, true);
  let valuesAt = directory.length;
  values.forEach(({ tag, bytes }, i) => {
    const entry = 10 + 12 * i;
    view.setUint16(entry, tag, true);
    view.setUint16(entry + 2, asciiType, true);
    view.setUint32(entry + 4, bytes.length, true);
    if (bytes.length <= 4) directory.set(bytes, entry + 8);
    else view.setUint32(entry + 8, valuesAt, true);
    if (bytes.length > 4) valuesAt += bytes.length;
  });
  return joined(directory, ...values.filter(({ bytes }) => bytes.length > 4).map(({ bytes }) => bytes));
}

/** The two texts of an EXIF block, with or without the `Exif\0\0` that some files put before it; none of what is broken. */
export function exifTexts(block: Uint8Array): ExifTexts {
  const tiff = latin1(block.subarray(0, 6)) === 'Exif\0\0' ? block.subarray(6) : block;
  const order = latin1(tiff.subarray(0, 4));
  if (order !== 'II*\0' && order !== 'MM\0*') return {};
  const little = order === 'II*\0';
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const fits = (at: number, size: number): boolean => at + size <= tiff.length;
  const start = fits(4, 4) ? view.getUint32(4, little) : Infinity;
  if (!fits(start, 2)) return {};
  const found: { description?: string; software?: string } = {};
  for (let i = 0; i < view.getUint16(start, little); i++) {
    const entry = start + 2 + 12 * i;
    if (!fits(entry, 12)) break;
    const name = (['description', 'software'] as const).find((text) => tags[text] === view.getUint16(entry, little));
    if (!name || view.getUint16(entry + 2, little) !== asciiType) continue;
    const size = view.getUint32(entry + 4, little);
    const at = size <= 4 ? entry + 8 : view.getUint32(entry + 8, little);
    if (fits(at, size)) found[name] = latin1(tiff.subarray(at, at + size)).replace(/\0[^]*$/, '');
  }
  return found;
}
