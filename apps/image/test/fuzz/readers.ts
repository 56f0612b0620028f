import { crc32, deflateSync } from 'node:zlib';
import type { FuzzedReader } from '@advect/testkit';
import { pictureSize } from '#src/format/picture-size.js';
import { pictureKind } from '#src/format/readable-kind.js';
import { insertText, readText } from '#src/format/png-text.js';
import { webpDelays } from '#src/format/webp-exif.js';
import { readCodeFile, writeCodeFile } from '#src/model/code-file.js';
import { readSettings } from '#src/format/settings-in-file.js';
import { pngChunk } from '../png-chunks.js';
import { mediaFiles } from './media-files.js';

const header = pngChunk('IHDR', Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0));
const dot = pngChunk('IDAT', deflateSync(Uint8Array.of(0, 7)));
const end = pngChunk('IEND', new Uint8Array());
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
const png = (...texts: Buffer[]): Buffer => Buffer.concat([signature, header, ...texts, dot, end]);

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const origin = '{"v":1,"app":"advect-image","version":"0","task":"sample","model":{"name":"digits","sha256":"ab"},"seed":7,"label":["3"]}';
const corpus = [
  insertText(png(), [{ keyword: 'advect', text: origin }]),
  png(pngChunk('tEXt', latin1(`advect\0${origin}`)), pngChunk('zTXt', Buffer.concat([latin1('Note\0\0'), deflateSync('x'.repeat(300))]))),
  png(pngChunk('iTXt', Buffer.concat([latin1('advect\0\x01\0de\0Titel\0'), deflateSync(origin)]))),
].map((bytes) => new Uint8Array(bytes));

/** The checksums of all chunks made right, as far as their lengths lead to one another. */
function sealed(bytes: Uint8Array): Uint8Array {
  const view = Buffer.from(bytes);
  for (let at = 8; at + 12 <= view.length;) {
    const length = view.readUInt32BE(at);
    if (at + 12 + length > view.length) break;
    view.writeUInt32BE(crc32(view.subarray(at + 4, at + 8 + length)) >>> 0, at + 8 + length);
    at += 12 + length;
  }
  return new Uint8Array(view);
}

const read = async (bytes: Uint8Array): Promise<unknown> => {
  pictureKind(bytes, 'a picture');
  await readText(bytes, 'a picture');
  return readSettings(bytes, 'a picture');
};

const code = {
  model: { name: 'digits', sha256: 'ab' },
  form: { size: 1, channels: 1, levels: 17 },
  solver: { method: 'dopri5', tolerance: 1e-5 },
  dequantisation: { seed: 0, margin: 0.0625 },
  labels: ['3'],
  parents: ['cd'],
  z: { shape: [1, 1, 1, 1], data: Float32Array.of(0.5) },
} as const;

/** Every reader of files in this app that is its own, each with a corpus of a few kilobytes. */
export const readers: readonly FuzzedReader[] = [
  { name: 'texts in PNG', corpus, read },
  {
    name: 'settings in GIF, WebP, JPEG, AVIF and MP4',
    corpus: mediaFiles,
    read: (bytes) => {
      pictureSize(bytes);
      webpDelays(bytes);
      return readSettings(bytes, 'a picture');
    },
  },
  {
    name: 'codes as JSON and .npz',
    corpus: (['json', 'npz'] as const).map((format) => writeCodeFile(code, format)),
    read: (bytes) => readCodeFile(bytes, 'a code'),
  },
  { name: 'texts in PNG with its checksums made right', corpus, read, repair: sealed },
];
