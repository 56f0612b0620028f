import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AdvectError } from '@advect/base/errors';
import { unzipping } from './gunzip.js';

/**
 * What a file's bytes must hash to, in hexadecimal: SHA-256 where it is known, else the MD5 that was published. Where
 * neither is, the first download is pinned: its SHA-256 is kept beside the file and compared from then on.
 */
export type Checksum = { readonly sha256: string } | { readonly md5: string } | { readonly pinned: true };

/** sha256 in hexadecimal. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** The name of a checksum's algorithm and its digits; undefined where there is none to compare with. */
export function digitsOf(checksum: Checksum): readonly [algorithm: 'sha256' | 'md5', digits: string] | undefined {
  if ('pinned' in checksum) return undefined;
  return 'sha256' in checksum ? ['sha256', checksum.sha256] : ['md5', checksum.md5];
}

/** Throws `invalid-file` where the bytes are others than the checksum says. */
export function verifyBytes(bytes: Uint8Array, checksum: Checksum, place: string, hint: string): void {
  const wanted = digitsOf(checksum);
  if (wanted) compare(createHash(wanted[0]).update(bytes).digest('hex'), wanted, place, hint);
}

/** The same for a file of any length, or, with `unzipped`, for what the .gz holds, of at most so many bytes. */
export async function verifyFile(path: string, checksum: Checksum, hint: string, unzipped?: number): Promise<void> {
  const wanted = digitsOf(checksum);
  if (wanted) compare(await hashFile(path, wanted[0], unzipped), wanted, path, hint);
}

/** The hash of a file, or of what the .gz holds. */
export async function hashFile(path: string, algorithm: 'sha256' | 'md5', unzipped?: number): Promise<string> {
  const hash = createHash(algorithm);
  const bytes = createReadStream(path);
  for await (const part of unzipped === undefined ? bytes : unzipping(bytes, unzipped, path)) hash.update(part as Uint8Array);
  return hash.digest('hex');
}

function compare(found: string, [algorithm, wanted]: readonly [string, string], place: string, hint: string): void {
  if (found === wanted) return;
  throw new AdvectError(
    'invalid-file',
    `${place} is not the expected file: its ${algorithm} is ${found.slice(0, 12)}…, not ${wanted.slice(0, 12)}…`,
    hint,
  );
}
