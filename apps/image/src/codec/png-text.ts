import { crc32, inflateSync } from 'node:zlib';
import { AdvectError } from '@advect/base/errors';

/** A text in a PNG file: a keyword of 1 to 79 Latin letters, and what it says in any letters. */
export interface PngText {
  readonly keyword: string;
  readonly text: string;
}

const headerEnd = 33; // signature (8) and IHDR (length 4, type 4, data 13, checksum 4)

/**
 * A PNG file with texts put in after its header, as uncompressed iTXt chunks.
 * Reference: W3C (2003), Portable Network Graphics, second edition, §11.3.4.5.
 */
export function insertText(png: Uint8Array, texts: readonly PngText[]): Uint8Array {
  const chunks = texts.map(({ keyword, text }) =>
    chunk('iTXt', Buffer.concat([Buffer.from(keyword, 'latin1'), Buffer.from([0, 0, 0, 0, 0]), Buffer.from(text, 'utf8')])),
  );
  return new Uint8Array(Buffer.concat([png.subarray(0, headerEnd), ...chunks, png.subarray(headerEnd)]));
}

/** Bytes that all texts of a file together may unpack to. */
const largestText = 1_000_000;

/** The texts of a PNG file (tEXt, zTXt and iTXt). Throws `invalid-file` where the file's chunks are broken. */
export function readText(png: Uint8Array, name: string): PngText[] {
  const bytes = Buffer.from(png.buffer, png.byteOffset, png.length);
  const texts: PngText[] = [];
  let left = largestText;
  let at = 8;
  while (at < bytes.length) {
    const end = at + 12 <= bytes.length ? at + 12 + bytes.readUInt32BE(at) : Infinity;
    if (end > bytes.length) throw broken(name, 'is cut off');
    const type = bytes.toString('latin1', at + 4, at + 8);
    const data = bytes.subarray(at + 8, end - 4);
    if (type === 'IEND') return texts;
    if (type === 'tEXt' || type === 'zTXt' || type === 'iTXt') {
      if (crc(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) throw broken(name, 'has a damaged text');
      const text = parseText(type, data, left, name);
      left -= text.text.length;
      texts.push(text);
    }
    at = end;
  }
  throw broken(name, 'is cut off');
}

function parseText(type: string, data: Buffer, most: number, name: string): PngText {
  const parts = { keyword: cut(data, 0), rest: data.indexOf(0) + 1 };
  if (parts.rest === 0) throw broken(name, 'has a text without an end to its keyword');
  const { keyword, rest } = parts;
  if (type === 'tEXt') return { keyword, text: data.toString('latin1', rest) };
  if (type === 'zTXt') return { keyword, text: inflate(data.subarray(rest + 1), most, name).toString('latin1') };
  const language = data.indexOf(0, rest + 2);
  const translated = data.indexOf(0, language + 1);
  if (language < 0 || translated < 0) throw broken(name, 'has a text without an end to its language');
  const body = data.subarray(translated + 1);
  return { keyword, text: (data[rest] === 1 ? inflate(body, most, name) : body).toString('utf8') };
}

const cut = (data: Buffer, from: number): string => data.toString('latin1', from, Math.max(from, data.indexOf(0, from)));

function inflate(data: Buffer, most: number, name: string): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: Math.max(1, most) });
  } catch (cause) {
    throw broken(name, 'has a text that cannot be unpacked', cause);
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc(body), body.length + 4);
  return framed;
}

const crc = (bytes: Buffer): number => crc32(bytes) >>> 0;

const broken = (name: string, what: string, cause?: unknown): AdvectError =>
  new AdvectError(
    'invalid-file',
    `'${name}' ${what}`,
    'Get the file again; some programs drop or damage such texts when they save.',
    cause,
  );
