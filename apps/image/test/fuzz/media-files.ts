import { type PictureSettings, settingsJson } from '#src/format/picture-settings.js';
import { settingsExif, withSettings } from '#src/format/settings-in-file.js';

const made: PictureSettings = {
  v: 1,
  app: 'advect-image',
  version: '0',
  task: 'sample',
  model: { name: 'digits', sha256: 'ab' },
  seed: 7,
  label: ['3'],
};

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const bytes = (...given: number[]): Buffer => Buffer.from(given);

/** One black pixel, twice, with a delay. */
const frame = Buffer.concat([bytes(0x21, 0xf9, 4, 0, 5, 0, 0, 0), bytes(0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0), bytes(2, 2, 0x44, 1, 0)]);
const gif = Buffer.concat([
  latin1('GIF89a'),
  bytes(1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255),
  latin1('!\xff\x0bNETSCAPE2.0\x03\x01\0\0\0'),
  frame,
  frame,
  bytes(0x3b),
]);

const webp = Buffer.concat([latin1('RIFF\x12\0\0\0WEBPVP8L\x06\0\0\0'), bytes(0x2f, 0, 0, 0, 0, 0)]);
const jpeg = bytes(0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xd9);

function box(type: string, ...parts: Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

const ftyp = (brand: string): Buffer => box('ftyp', latin1(`${brand}\0\0\0\0`));

/** An AVIF file without a picture: one item of kind Exif. */
function avif(): Buffer {
  const block = Buffer.concat([bytes(0, 0, 0, 0), settingsExif(made)]);
  const meta = (at: number): Buffer =>
    box(
      'meta',
      bytes(0, 0, 0, 0),
      box('iinf', bytes(0, 0, 0, 0, 0, 1), box('infe', bytes(2, 0, 0, 0, 0, 1, 0, 0), latin1('Exif\0'))),
      box('iloc', bytes(0, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 1), word(at), word(block.length)),
    );
  const start = ftyp('avif').length + meta(0).length + 8;
  return Buffer.concat([ftyp('avif'), meta(start), box('mdat', block)]);
}

const word = (value: number): Buffer => {
  const written = Buffer.alloc(4);
  written.writeUInt32BE(value);
  return written;
};

const comment = box('data', bytes(0, 0, 0, 1, 0, 0, 0, 0), Buffer.from(settingsJson(made)));
const mp4 = Buffer.concat([ftyp('isom'), box('moov', box('udta', box('meta', bytes(0, 0, 0, 0), box('ilst', box('\xa9cmt', comment)))))]);

/** Small files of each kind but PNG, each with settings. */
export const mediaFiles: readonly Uint8Array[] = [
  ...[gif, webp, jpeg].map((file) => withSettings(new Uint8Array(file), made)),
  ...[avif(), mp4].map((file) => new Uint8Array(file)),
];
