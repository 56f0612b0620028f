import { AdvectError } from '@advect/base/errors';
import { crc32 } from '@advect/core/io';
import { isLatin1, joined, latin1, latin1Bytes } from './bytes.js';
import { inflate } from './inflate.js';

/** A text in a PNG file: a keyword of 1 to 79 Latin letters, and what it says in any letters. */
export interface PngText {
  readonly keyword: string;
  readonly text: string;
  /** Written as tEXt, which more programs show than iTXt, where Latin letters do. */
  readonly plain?: true;
}

const headerEnd = 33; // signature (8) and IHDR (length 4, type 4, data 13, checksum 4)

/**
 * A PNG file with texts put in after its header, as uncompressed iTXt chunks, or tEXt for plain ones.
 * Reference: W3C (2003), Portable Network Graphics, second edition, §11.3.4.
 */
export function insertText(png: Uint8Array, texts: readonly PngText[]): Uint8Array {
  const chunks = texts.map(({ keyword, text, plain }) =>
    plain && isLatin1(text)
      ? chunk('tEXt', joined(latin1Bytes(`${keyword}\0${text}`)))
      : chunk('iTXt', joined(latin1Bytes(`${keyword}\0\0\0\0\0`), new TextEncoder().encode(text))),
  );
  return joined(png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd));
}

/** Bytes that all texts of a file together may unpack to. */
const largestText = 1_000_000;

/** The texts of a PNG file (tEXt, zTXt and iTXt). Throws `invalid-file` where the file's chunks are broken. */
export async function readText(png: Uint8Array, name: string): Promise<PngText[]> {
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  const texts: PngText[] = [];
  let left = largestText;
  let at = 8;
  while (at < png.length) {
    const end = at + 12 <= png.length ? at + 12 + view.getUint32(at) : Infinity;
    if (end > png.length) throw broken(name, 'is cut off');
    const type = latin1(png.subarray(at + 4, at + 8));
    if (type === 'IEND') return texts;
    if (type === 'tEXt' || type === 'zTXt' || type === 'iTXt') {
      if (crc32(png.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) throw broken(name, 'has a damaged text');
      const text = await parseText(type, png.subarray(at + 8, end - 4), left, name);
      left -= text.text.length;
      texts.push(text);
    }
    at = end;
  }
  throw broken(name, 'is cut off');
}

async function parseText(type: string, data: Uint8Array, most: number, name: string): Promise<PngText> {
  const rest = data.indexOf(0) + 1;
  if (rest === 0) throw broken(name, 'has a text without an end to its keyword');
  const keyword = latin1(data.subarray(0, rest - 1));
  if (type === 'tEXt') return { keyword, text: latin1(data.subarray(rest)) };
  if (type === 'zTXt') return { keyword, text: latin1(await unpack(data.subarray(rest + 1), most, name)) };
  const language = data.indexOf(0, rest + 2);
  const translated = data.indexOf(0, language + 1);
  if (language < 0 || translated < 0) throw broken(name, 'has a text without an end to its language');
  const body = data.subarray(translated + 1);
  return { keyword, text: new TextDecoder().decode(data[rest] === 1 ? await unpack(body, most, name) : body) };
}

async function unpack(data: Uint8Array, most: number, name: string): Promise<Uint8Array> {
  try {
    return await inflate(data, Math.max(1, most));
  } catch (cause) {
    throw broken(name, 'has a text that cannot be unpacked', cause);
  }
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const framed = joined(new Uint8Array(4), latin1Bytes(type), data, new Uint8Array(4));
  const view = new DataView(framed.buffer);
  view.setUint32(0, data.length);
  view.setUint32(framed.length - 4, crc32(framed.subarray(4, framed.length - 4)));
  return framed;
}

const broken = (name: string, what: string, cause?: unknown): AdvectError =>
  new AdvectError(
    'invalid-file',
    `'${name}' ${what}`,
    'Get the file again; some programs drop or damage such texts when they save.',
    cause,
  );
