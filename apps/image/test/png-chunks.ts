import { crc32 } from 'node:zlib';

/** A chunk of a PNG file, with its checksum. */
export function pngChunk(type: string, data: Uint8Array): Buffer {
  const framed = Buffer.alloc(data.length + 12);
  framed.writeUInt32BE(data.length);
  framed.write(type, 4, 'latin1');
  framed.set(data, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, data.length + 8)) >>> 0, data.length + 8);
  return framed;
}

/** Bytes of a PNG file without chunks that a decoder can do without. */
export function barePngSize(png: Buffer): number {
  let [size, at] = [8, 8];
  while (at < png.length) {
    const length = png.readUInt32BE(at) + 12;
    if (/[A-Z]/.test(png.toString('latin1', at + 4, at + 5))) size += length;
    at += length;
  }
  return size;
}
