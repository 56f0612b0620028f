import { inflateSync } from 'node:zlib';
import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { Dataset, File } from 'jsfive';
import { MeteredBuffer } from './metered-buffer.js';

/** Numbers that a table may hold: so many and 16 for each byte of its file. */
const mostCells = 2 ** 14;
const deflate = 1;

/**
 * Tables of numbers in an HDF5 file by their names, in single precision. Throws `invalid-file` where the file is damaged,
 * lacks one, or announces more than 16384 numbers and 16 for each of its bytes.
 *
 * jsfive follows every reference and believes every size, so that it is given a buffer that counts what is cut from it (as
 * each node, message and chunk is), and a table is read only after its sizes were looked at.
 */
export async function readHdf5<N extends string>(bytes: Uint8Array, names: readonly N[]): Promise<Record<N, NdArray>> {
  const { File, Filters } = await import('jsfive');
  const buffer = new MeteredBuffer(bytes);
  const allow = (pieces: number, copies: number): void => buffer.allow(128 + pieces, 2 ** 16 + copies * bytes.length);
  const read = (file: File, name: N): NdArray => {
    const { _links: links } = file;
    if (typeof links[name] !== 'number') throw new Error(`it holds no table '${name}'`);
    allow(bytes.length / 32, 4);
    const table = file.get(name);
    const { chunks, chunkBytes } = checkSizes(table, name, bytes.length);
    Filters.set(deflate, (packed) => Uint8Array.from(inflateSync(new Uint8Array(packed), { maxOutputLength: chunkBytes + 4 })).buffer);
    allow(4 * chunks, 2);
    const { shape, value } = table;
    if (value.length !== shape[0] * shape[1] || value.includes(undefined)) throw new Error(`'${name}' has gaps`);
    return { shape, data: Float32Array.from(value as number[]) };
  };
  try {
    allow(bytes.length / 32, 4);
    const file = new File(buffer, 'data');
    return Object.fromEntries(names.map((name) => [name, read(file, name)])) as Record<N, NdArray>;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError('invalid-file', `the HDF5 file cannot be read: ${problem}`, 'Fetch it again.', cause);
  }
}

/** How many chunks a table has and how many bytes are in one; throws where a file of so many bytes can not hold them. */
function checkSizes(table: Dataset, name: string, length: number): { chunks: number; chunkBytes: number } {
  const { _dataobjects: objects } = table;
  if (!objects?.is_dataset || table.shape.length !== 2) throw new Error(`'${name}' is no table`);
  const { shape, dtype } = table;
  if (typeof dtype !== 'string' || !/^[<>]([iu][1248]|f[248])$/.test(dtype)) throw new Error(`'${name}' holds no numbers`);
  const chunk = objects.chunks ?? shape;
  if (chunk.length !== 2) throw new Error(`the chunks of '${name}' have ${chunk.length} axes`);
  const counts = shape.map((size, axis) => Math.max(1, Math.ceil(size / chunk[axis])));
  const chunks = counts[0] * counts[1];
  const cells = chunks * chunk[0] * chunk[1];
  const most = mostCells + 16 * length;
  if (!(cells <= most)) throw new Error(`'${name}' announces ${cells} numbers, and ${most} are read of a file of its length`);
  const filters = (objects.filter_pipeline ?? []).map((filter) => filter.get('filter_id'));
  if (new Set(filters).size !== filters.length) throw new Error(`'${name}' names a filter twice`);
  return { chunks, chunkBytes: chunk[0] * chunk[1] * Number(dtype[2]) };
}
