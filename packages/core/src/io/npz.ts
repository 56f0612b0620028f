import type { NdArray, NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { readNpy } from './npy.js';
import { readZip, type ReadZipOptions } from './zip.js';

/**
 * Reads a .npz file of NumPy (numpy.savez and numpy.savez_compressed): its arrays by name, as {@link readNpy} gives them.
 * Throws `invalid-file` for what that or {@link readZip} refuses, and for an entry that is no .npy file.
 */
export async function readNpz(bytes: Uint8Array, options?: ReadZipOptions): Promise<Map<string, NdArray<NumericArray>>> {
  const arrays = new Map<string, NdArray<NumericArray>>();
  for (const entry of readZip(bytes, options)) {
    if (!entry.name.endsWith('.npy')) {
      throw new AdvectError('invalid-file', `the .npz file holds '${entry.name}', which is no .npy file`, 'Save it with numpy.savez.');
    }
    arrays.set(entry.name.slice(0, -'.npy'.length), readNpy(await entry.read(), entry.name));
  }
  return arrays;
}
