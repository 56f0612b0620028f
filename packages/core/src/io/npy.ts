import { type NdArray, type NumericArray, sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { halfToNumber } from './dtype.js';
import { type NpyHeader, readNpyHeader } from './npy-header.js';

/** Decodes the elements of one NumPy type; the answer is a string that says what is wrong, where something is. */
interface Element {
  readonly size: number;
  decode(view: DataView, count: number, littleEndian: boolean): NumericArray | string;
}

const element = (size: number, decode: Element['decode']): Element => ({ size, decode });

const int32 = (size: number, at: (view: DataView, offset: number, little: boolean) => number): Element =>
  element(size, (view, n, little) => Int32Array.from({ length: n }, (_, i) => at(view, size * i, little)));

const float32 = (size: number, at: (view: DataView, offset: number, little: boolean) => number): Element =>
  element(size, (view, n, little) => Float32Array.from({ length: n }, (_, i) => at(view, size * i, little)));

const bytesOf = (view: DataView, n: number): Uint8Array => new Uint8Array(view.buffer, view.byteOffset, n).slice();

const wholeNumbers = (at: (view: DataView, offset: number, little: boolean) => bigint): Element =>
  element(8, (view, n, little) => {
    const values = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      values[i] = Number(at(view, 8 * i, little));
      if (!Number.isSafeInteger(values[i])) return 'holds a whole number beyond 2^53';
    }
    return values;
  });

const elements: ReadonlyMap<string, Element> = new Map([
  ['b1', element(1, (view, n) => (bytesOf(view, n).every((v) => v <= 1) ? bytesOf(view, n) : 'holds a byte other than 0 and 1'))],
  ['u1', element(1, bytesOf)],
  ['i1', int32(1, (view, at) => view.getInt8(at))],
  ['u2', int32(2, (view, at, little) => view.getUint16(at, little))],
  ['i2', int32(2, (view, at, little) => view.getInt16(at, little))],
  ['i4', int32(4, (view, at, little) => view.getInt32(at, little))],
  ['u4', element(4, (view, n, little) => Float64Array.from({ length: n }, (_, i) => view.getUint32(4 * i, little)))],
  ['i8', wholeNumbers((view, at, little) => view.getBigInt64(at, little))],
  ['u8', wholeNumbers((view, at, little) => view.getBigUint64(at, little))],
  ['f2', float32(2, (view, at, little) => halfToNumber(view.getUint16(at, little)))],
  ['f4', float32(4, (view, at, little) => view.getFloat32(at, little))],
  ['f8', element(8, (view, n, little) => Float64Array.from({ length: n }, (_, i) => view.getFloat64(8 * i, little)))],
]);

/**
 * Reads a .npy file of NumPy: booleans and bytes become bytes, whole numbers of up to 32 bits Int32Array (uint32:
 * Float64Array), those of 64 bits Float64Array where every one is a safe integer, float16 and float32 Float32Array,
 * float64 Float64Array; both byte orders, both memory orders, format versions 1 to 3. The array is a row-major copy.
 *
 * Every fault throws `invalid-file`, also complex, text and object elements (the last are pickled programs, which are
 * never run), and a length that the shape does not explain: nothing larger than a small multiple of the file is allocated.
 *
 * @param name the file's, for the message
 * Reference: the format description of NumPy, numpy.lib.format.
 */
export function readNpy(bytes: Uint8Array, name = 'the .npy file'): NdArray<NumericArray> {
  const { start, ...header } = readNpyHeader(bytes, name);
  return decodeElements(bytes.subarray(start), header, name);
}

/** Elements as NumPy names and orders them, in row-major order; throws `invalid-file` as {@link readNpy} does. */
export function decodeElements(
  bytes: Uint8Array,
  { descr, fortranOrder, shape }: Omit<NpyHeader, 'start'>,
  name: string,
): NdArray<NumericArray> {
  const [, order, type] = /^([<>|=])([a-z]\d+)$/.exec(descr) ?? [];
  const found = elements.get(type);
  if (!found || (order === '|' && found.size > 1)) {
    throw invalid(name, `its elements are '${descr}'`, `Save it as one of ${[...elements.keys()].join(', ')}: array.astype('<f4').`);
  }
  const count = sizeOf(shape);
  if (count * found.size !== bytes.length) {
    throw invalid(name, `its shape (${shape.join(', ')}) needs ${count * found.size} bytes, and ${bytes.length} follow`);
  }
  const data = found.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), count, order !== '>');
  if (typeof data === 'string') throw invalid(name, `it ${data}`);
  return { shape, data: fortranOrder ? rowMajor(data, shape) : data };
}

/** Elements whose first axis runs fastest, in the order where the last one does. */
function rowMajor<D extends NumericArray>(data: D, shape: readonly number[]): D {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const out = data.slice() as D;
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to++) {
    out[to] = data[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return out;
}

const invalid = (name: string, problem: string, hint = 'Save it anew with numpy.save.'): AdvectError =>
  new AdvectError('invalid-file', `${name} cannot be read: ${problem}`, hint);
