import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip as gunzipCallback } from 'node:zlib';
import { AdvectError } from '@advect/base/errors';

const unzip = promisify(gunzipCallback);

/** Unzips a .gz of at most `limit` bytes inside; throws `invalid-file` where there are more, or the bytes are damaged. */
export async function gunzip(bytes: Uint8Array, limit: number, place: string): Promise<Uint8Array> {
  try {
    const unzipped = await unzip(bytes, { maxOutputLength: limit });
    return new Uint8Array(unzipped.buffer, unzipped.byteOffset, unzipped.length);
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(place, limit) : damaged(place, cause);
  }
}

/** The same, piece by piece. */
export async function* unzipping(bytes: Readable, limit: number, place: string): AsyncGenerator<Uint8Array> {
  const unzipped = createGunzip();
  bytes.on('error', (error) => unzipped.destroy(error)).pipe(unzipped);
  let size = 0;
  try {
    for await (const part of unzipped) {
      size += (part as Uint8Array).length;
      if (size > limit) throw tooLarge(place, limit);
      yield part as Uint8Array;
    }
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code?.startsWith('Z_') ? damaged(place, cause) : cause;
  } finally {
    bytes.destroy();
  }
}

const hint = 'Fetch it again, or give another file.';

const tooLarge = (place: string, limit: number): AdvectError =>
  new AdvectError('invalid-file', `${place} holds more than the ${limit} bytes allowed`, hint);

const damaged = (place: string, cause: unknown): AdvectError =>
  new AdvectError('invalid-file', `${place} cannot be unzipped: ${(cause as Error).message}`, hint, cause);
