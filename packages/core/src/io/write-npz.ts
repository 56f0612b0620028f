import type { NdArray, NumericArray } from '@advect/base/array';
import { crc32 } from './crc32.js';

/** Types of entries as NumPy writes them, by the arrays that hold them. */
const descriptors: readonly (readonly [{ new (n: number): NumericArray }, string])[] = [
  [Float32Array, '<f4'],
  [Float64Array, '<f8'],
  [Int32Array, '<i4'],
  [Uint8Array, '|u1'],
];

/** An array as the bytes of a .npy file (version 1.0, little-endian, rows first). */
export function writeNpy({ shape, data }: NdArray<NumericArray>): Uint8Array {
  const descriptor = descriptors.find(([type]) => data instanceof type)![1];
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descriptor}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const out = new Uint8Array(10 + header.length + data.byteLength);
  out.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 255, header.length >> 8]);
  out.set(new TextEncoder().encode(header), 10);
  out.set(littleEndian(data), 10 + header.length);
  return out;
}

/** Arrays by their names as the bytes of a .npz file, as numpy.savez writes it: not compressed, with the same bytes at any time. */
export function writeNpz(arrays: ReadonlyMap<string, NdArray<NumericArray>>): Uint8Array {
  const files = [...arrays].map(([name, array]) => ({ name: new TextEncoder().encode(`${name}.npy`), bytes: writeNpy(array) }));
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    // Versions, flags (names are UTF-8), stored, 1980-01-01, checksum, both sizes, length of the name.
    const shared = [[2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, crc32(bytes)], [4, bytes.length], [4, bytes.length], [2, name.length], [2, 0]] as const; // prettier-ignore
    const local = [fields([[4, 0x04034b50], ...shared]), name, bytes];
    directory.push(fields([[4, 0x02014b50], [2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), name);
    parts.push(...local);
    offset += local.reduce((sum, part) => sum + part.length, 0);
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const end = fields([[4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, offset], [2, 0]]); // prettier-ignore
  return joined([...parts, ...directory, end]);
}

function littleEndian(data: NumericArray): Uint8Array {
  const view = new DataView(new ArrayBuffer(data.byteLength));
  const width = data.BYTES_PER_ELEMENT;
  data.forEach((v, i) => {
    if (data instanceof Float32Array) view.setFloat32(i * width, v, true);
    else if (data instanceof Float64Array) view.setFloat64(i * width, v, true);
    else if (data instanceof Int32Array) view.setInt32(i * width, v, true);
    else view.setUint8(i, v);
  });
  return new Uint8Array(view.buffer);
}

/** Whole numbers one after another, each in so many bytes, the lowest first. */
function fields(values: readonly (readonly [bytes: number, value: number])[]): Uint8Array {
  return Uint8Array.from(values.flatMap(([bytes, value]) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255)));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
