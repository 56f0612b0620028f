import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';

/**
 * Tables of numbers in an HDF5 file by their names, in single precision. Throws `invalid-file` where the file is damaged or
 * lacks one.
 */
export async function readHdf5<N extends string>(bytes: Uint8Array, names: readonly N[]): Promise<Record<N, NdArray>> {
  const { File } = await import('jsfive');
  const fail = (problem: string, cause?: unknown): AdvectError =>
    new AdvectError('invalid-file', `the HDF5 file cannot be read: ${problem}`, 'Fetch it again.', cause);
  const read = (name: N): NdArray => {
    let found: { readonly shape: readonly number[]; readonly value: ArrayLike<number> };
    try {
      const buffer = bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : bytes.slice().buffer;
      found = new File(buffer as ArrayBuffer, 'data').get(name);
    } catch (cause) {
      throw fail(cause instanceof Error ? cause.message : String(cause), cause);
    }
    const { shape, value } = found;
    if (shape?.length !== 2 || value.length !== shape[0] * shape[1]) throw fail(`'${name}' is no table`);
    return { shape, data: Float32Array.from(value) };
  };
  return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<N, NdArray>;
}
