import { promisify } from 'node:util';
import { gunzip as gunzipCallback } from 'node:zlib';
import { AdvectError } from '@advect/base/errors';

const unzip = promisify(gunzipCallback);

/** Unzips a .gz of at most `limit` bytes inside; throws `invalid-file` where there are more, or the bytes are damaged. */
export async function gunzip(bytes: Uint8Array, limit: number, place: string): Promise<Uint8Array> {
  try {
    const unzipped = await unzip(bytes, { maxOutputLength: limit });
    return new Uint8Array(unzipped.buffer, unzipped.byteOffset, unzipped.length);
  } catch (cause) {
    const tooLarge = (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    const problem = tooLarge ? `holds more than the ${limit} bytes allowed` : `cannot be unzipped: ${(cause as Error).message}`;
    throw new AdvectError('invalid-file', `${place} ${problem}`, 'Fetch it again, or give another file.', cause);
  }
}
