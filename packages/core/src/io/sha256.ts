import { AdvectError } from '@advect/base/errors';

/** The SHA-256 digest of some bytes, as 64 lower-case hexadecimal digits. Throws `unsupported` where the platform has no Web Crypto. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new AdvectError('unsupported', 'This platform offers no Web Crypto', 'Serve the page over https or from localhost.');
  }
  const digest = new Uint8Array(await subtle.digest('SHA-256', new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
