import { createHash } from 'node:crypto';
import { AdvectError } from '@advect/base/errors';

/** What a file's bytes must hash to, in hexadecimal. SHA-256 where its maker or we know it, else the MD5 that was published. */
export type Checksum = { readonly sha256: string } | { readonly md5: string };

/** sha256 in hexadecimal. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** The name of a checksum's algorithm and its digits. */
export const digitsOf = (checksum: Checksum): readonly [algorithm: 'sha256' | 'md5', digits: string] =>
  'sha256' in checksum ? ['sha256', checksum.sha256] : ['md5', checksum.md5];

/** Throws `invalid-file` where the bytes are others than the checksum says. */
export function verify(bytes: Uint8Array, checksum: Checksum, place: string, hint: string): void {
  const [algorithm, wanted] = digitsOf(checksum);
  const found = createHash(algorithm).update(bytes).digest('hex');
  if (found === wanted) return;
  throw new AdvectError(
    'invalid-file',
    `${place} is not the expected file: its ${algorithm} is ${found.slice(0, 12)}…, not ${wanted.slice(0, 12)}…`,
    hint,
  );
}
