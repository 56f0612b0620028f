import { type NdArray, type NumericArray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';

/** How the elements of one IDX type are stored and read. */
interface Element {
  readonly size: number;
  read(bytes: DataView, count: number): NumericArray;
}

const elements: ReadonlyMap<number, Element> = new Map<number, Element>([
  [0x08, { size: 1, read: (view, n) => new Uint8Array(view.buffer, view.byteOffset, n).slice() }],
  [0x09, { size: 1, read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getInt8(i)) }],
  [0x0b, { size: 2, read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getInt16(2 * i)) }],
  [0x0c, { size: 4, read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getInt32(4 * i)) }],
  [0x0d, { size: 4, read: (view, n) => Float32Array.from({ length: n }, (_, i) => view.getFloat32(4 * i)) }],
  [0x0e, { size: 8, read: (view, n) => Float64Array.from({ length: n }, (_, i) => view.getFloat64(8 * i)) }],
]);

const maxRank = 8;

/**
 * Reads an IDX file, the form of MNIST and its kin: two zero bytes, the element type, the rank, the sizes as big-endian
 * uint32, the elements in big-endian order. Bytes stay bytes, 8-, 16- and 32-bit whole numbers become Int32Array, floats
 * keep their width; the array is a copy. An unknown type, a rank above 8 or a length that the sizes do not explain throw
 * `invalid-file`, before anything is allocated.
 *
 * Reference: LeCun, Cortes and Burges, "The MNIST database of handwritten digits", file formats.
 */
export function readIdx(bytes: Uint8Array): NdArray<NumericArray> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 4 || view.getUint16(0) !== 0) throw invalid('it does not begin with two zero bytes, a type and a rank');
  const element = elements.get(bytes[2]);
  if (!element) throw invalid(`its element type is 0x${bytes[2].toString(16).padStart(2, '0')}, which is none of the format's`);
  const rank = bytes[3];
  if (rank < 1 || rank > maxRank) throw invalid(`its rank is ${rank}, not from 1 to ${maxRank}`);
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw invalid(`it ends after ${bytes.length} bytes, inside its ${rank} sizes`);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const wanted = sizeOf(shape) * element.size;
  if (wanted !== bytes.length - start) {
    throw invalid(`its shape [${shape.join(', ')}] needs ${wanted} bytes of elements, and ${bytes.length - start} follow`);
  }
  return { shape, data: element.read(new DataView(bytes.buffer, bytes.byteOffset + start), wanted / element.size) };
}

const invalid = (problem: string): AdvectError =>
  new AdvectError('invalid-file', `the IDX file is damaged: ${problem}`, 'Fetch it again; a .gz is unzipped first.');
