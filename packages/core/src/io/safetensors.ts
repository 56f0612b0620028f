import { type NdArray, type NumericArray, ndarray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { boolean, readOptions } from '@advect/base/options';
import { type Dtype, dtypeOf, dtypes, numberToHalf } from './dtype.js';
import { type Json, parseJson } from './json.js';

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Map<string, NdArray<NumericArray>>;
  readonly metadata: Map<string, string>;
  /** Each tensor's element type as the file has it, such as F16 for what is read as float32. */
  readonly dtypes: Map<string, string>;
}

export interface ReadSafetensorsOptions {
  /** Refuse a file with a NaN or an infinity in it; false unless given. */
  readonly finite?: boolean;
}

/** Limits of both the reader and the writer, so that whatever is written can be read. */
export const safetensorsLimits = Object.freeze({ headerBytes: 2 ** 20, tensors: 10_000, metadata: 5000, rank: 8 });

const METADATA = '__metadata__';

/**
 * Reads a safetensors file: eight bytes of header length, a JSON header, the tensors' bytes. The tensors are copies. Every
 * fault (a header out of bounds, a wrong byte count, a gap or an overlap, a name given twice, an element type
 * other than F32, F64, F16, I32, I64, U8 and BOOL) throws `invalid-file`; nothing larger than the file is ever allocated.
 *
 * Reference: the format section of the safetensors README, version 0.5.
 */
export function readSafetensors(bytes: Uint8Array, options?: ReadSafetensorsOptions): Safetensors {
  const { finite } = readOptions<Required<ReadSafetensorsOptions>>('readSafetensors', options, { finite: boolean(false) });
  const { header, start } = readHeader(bytes);
  const metadata = readMetadata(header.get(METADATA));
  const names = [...header.keys()].filter((name) => name !== METADATA);
  if (names.length > safetensorsLimits.tensors) {
    throw invalid(`it announces ${names.length} tensors, more than ${safetensorsLimits.tensors}`);
  }
  const entries = names.map((name) => readEntry(name, header.get(name)!));
  checkLayout(entries, bytes.length - start);
  return {
    tensors: new Map(entries.map((entry) => [entry.name, decode(entry, bytes, start, finite)])),
    metadata,
    dtypes: new Map(entries.map(({ name, typeName }) => [name, typeName])),
  };
}

export interface WriteSafetensorsOptions {
  /**
   * Write float32 arrays as F16, rounded to nearest, ties to even: relative error at most 2^-11 from 2^-14 (6.1e-5) on,
   * absolute error at most 2^-25 (3e-8) below. False unless given.
   */
  readonly half?: boolean;
}

/**
 * Writes a safetensors file. The same tensors and metadata give the same bytes: tensors lie in the order of element size (largest
 * first, so that each is aligned), then of name; metadata in the order of name; the header is padded to eight bytes.
 * Throws `invalid-value` for what the reader would refuse, and for a finite number of 65520 or more with `half`.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, NdArray<NumericArray>>,
  metadata: ReadonlyMap<string, string> = new Map(),
  options?: WriteSafetensorsOptions,
): Uint8Array<ArrayBuffer> {
  const { half } = readOptions<Required<WriteSafetensorsOptions>>('writeSafetensors', options, { half: boolean(false) });
  const sorted = [...tensors]
    .map(([name, array]) => ({
      name,
      dtype: dtypeOf(array.data, half),
      shape: checkWritable(name, array),
      bytes: bytesOf(name, array, half),
    }))
    .sort((a, b) => dtypes.get(b.dtype)!.size - dtypes.get(a.dtype)!.size || compare(a.name, b.name));
  const members: string[] = [];
  if (metadata.size > 0) {
    const pairs = [...metadata].sort(([a], [b]) => compare(a, b)).map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`);
    members.push(`"${METADATA}":{${pairs.join(',')}}`);
  }
  let end = 0;
  for (const { name, dtype, shape, bytes } of sorted) {
    const begin = end;
    end += bytes.length;
    members.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
  }
  const unpadded = new TextEncoder().encode(`{${members.join(',')}}`);
  const headerLength = Math.ceil(unpadded.length / 8) * 8;
  if (metadata.size > safetensorsLimits.metadata) throw unwritable(`${metadata.size} pairs of metadata are too many for one file`);
  if (sorted.length > safetensorsLimits.tensors || headerLength > safetensorsLimits.headerBytes) {
    throw unwritable(`${sorted.length} tensors with a header of ${headerLength} bytes are too many for one file`);
  }
  const file = new Uint8Array(8 + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.set(unpadded, 8);
  file.fill(0x20, 8 + unpadded.length, 8 + headerLength);
  let at = 8 + headerLength;
  for (const { bytes } of sorted) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

interface Entry {
  readonly name: string;
  readonly typeName: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeader(bytes: Uint8Array): { header: ReadonlyMap<string, Json>; start: number } {
  if (!(bytes instanceof Uint8Array)) throw invalid('its bytes are not given as a Uint8Array');
  if (bytes.length < 8) throw invalid(`it has ${bytes.length} bytes, fewer than the 8 of the header’s length`);
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
  const most = Math.min(safetensorsLimits.headerBytes, bytes.length - 8);
  if (length > BigInt(most)) throw invalid(`its header claims ${length} bytes where at most ${most} can be`);
  const start = 8 + Number(length);
  if (bytes[8] !== 0x7b || start === 8) throw invalid(`its header does not begin with '{'`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, start));
  } catch (cause) {
    throw invalid('its header is not UTF-8 text', cause);
  }
  return { header: parseJson(text, 'The safetensors header') as ReadonlyMap<string, Json>, start };
}

function readMetadata(value: Json | undefined): Map<string, string> {
  if (value === undefined) return new Map();
  if (!(value instanceof Map) || [...value.values()].some((v) => typeof v !== 'string')) {
    throw invalid('its metadata is not an object of strings');
  }
  if (value.size > safetensorsLimits.metadata) {
    throw invalid(`it has ${value.size} pairs of metadata, more than ${safetensorsLimits.metadata}`);
  }
  return new Map(value as ReadonlyMap<string, string>);
}

function readEntry(name: string, value: Json): Entry {
  const what = `tensor ${JSON.stringify(name)}`;
  if (!(value instanceof Map) || value.size !== 3) throw invalid(`${what} is not described by dtype, shape and data_offsets`);
  const [typeName, shape, offsets] = ['dtype', 'shape', 'data_offsets'].map((key) => value.get(key) as Json | undefined);
  const dtype = typeof typeName === 'string' ? dtypes.get(typeName) : undefined;
  if (!dtype || typeof typeName !== 'string') {
    throw invalid(`${what} has the element type ${JSON.stringify(typeName)}; ${[...dtypes.keys()].join(', ')} are read`);
  }
  if (!isSizes(shape) || shape.length > safetensorsLimits.rank) throw invalid(`${what} has no shape of at most 8 sizes`);
  if (!isSizes(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) throw invalid(`${what} has no pair of rising offsets`);
  const count = checkedProduct(shape);
  if (count === undefined || count * dtype.size !== offsets[1] - offsets[0]) {
    throw invalid(`${what} has the shape [${shape.join(', ')}] but ${offsets[1] - offsets[0]} bytes`);
  }
  return { name, typeName, dtype, shape, begin: offsets[0], end: offsets[1] };
}

/** Tensors must follow each other without a gap or an overlap, from the header's end to the file's end. */
function checkLayout(entries: readonly Entry[], available: number): void {
  let expected = 0;
  for (const { name, begin, end } of entries.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== expected) throw invalid(`tensor ${JSON.stringify(name)} begins at byte ${begin} where ${expected} was due`);
    expected = end;
  }
  if (expected !== available) throw invalid(`its tensors fill ${expected} bytes where ${available} follow the header`);
}

function decode({ name, dtype, shape, begin, end }: Entry, bytes: Uint8Array, start: number, finite: boolean): NdArray<NumericArray> {
  const data = dtype.decode(new Uint8Array(bytes.subarray(start + begin, start + end)));
  if (typeof data === 'string') throw invalid(`tensor ${JSON.stringify(name)} ${data}`);
  if (finite) {
    const at = data.findIndex((v) => !Number.isFinite(v));
    if (at >= 0) throw invalid(`tensor ${JSON.stringify(name)} holds ${data[at]} at element ${at}`);
  }
  return ndarray(data, shape);
}

function bytesOf(name: string, { data }: NdArray<NumericArray>, half: boolean): Uint8Array {
  if (!half || !(data instanceof Float32Array)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const halves = Uint16Array.from(data, numberToHalf);
  const at = halves.findIndex((bits, i) => (bits & 0x7fff) === 0x7c00 && Number.isFinite(data[i]));
  if (at < 0) return new Uint8Array(halves.buffer);
  throw new AdvectError(
    'invalid-value',
    `Tensor ${JSON.stringify(name)} holds ${data[at]} at element ${at}, beyond half precision, which ends at 65504`,
    'Write it in float32.',
  );
}

const isSizes = (value: Json | undefined): value is readonly number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

/** The product, or undefined where it (times eight bytes) leaves the safe integers. */
function checkedProduct(sizes: readonly number[]): number | undefined {
  if (sizes.includes(0)) return 0;
  const most = Number.MAX_SAFE_INTEGER / 8;
  let product = 1;
  for (const size of sizes) {
    if (size > most / product) return undefined;
    product *= size;
  }
  return product;
}

function checkWritable(name: string, array: NdArray<NumericArray>): readonly number[] {
  if (name === METADATA) throw unwritable(`No tensor can be called ${METADATA}`);
  if (!isSizes(array.shape) || array.shape.length > safetensorsLimits.rank || checkedProduct(array.shape) !== array.data.length) {
    throw unwritable(`Tensor ${JSON.stringify(name)} has ${array.data.length} numbers and the shape [${array.shape.join(', ')}]`);
  }
  return array.shape;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const invalid = (problem: string, cause?: unknown): AdvectError =>
  new AdvectError('invalid-file', `Not a safetensors file that can be read: ${problem}`, 'Fetch or export the file again.', cause);

const unwritable = (problem: string): AdvectError =>
  new AdvectError(
    'invalid-value',
    problem,
    'Write shapes of at most 8 sizes whose product is the number of elements, in several files if need be.',
  );
