// Runs alone: it takes the process's crypto away.
import { createHash } from 'node:crypto';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { sha256 } from '#src/io/sha256.js';

test('the digest of "abc" is that of FIPS 180-2, appendix B.1', async (t) => {
  t.is(await sha256(Buffer.from('abc')), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

test('a view of a larger buffer is digested alone', async (t) => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i).subarray(10, 60);
  t.is(await sha256(bytes), createHash('sha256').update(bytes).digest('hex'));
});

test.serial('a platform without Web Crypto is named', async (t) => {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'crypto')!;
  for (const value of [undefined, {}]) {
    Object.defineProperty(globalThis, 'crypto', { value, configurable: true });
    try {
      await t.throwsAsync(sha256(Uint8Array.of(1)), { instanceOf: AdvectError, code: 'unsupported' });
    } finally {
      Object.defineProperty(globalThis, 'crypto', own);
    }
  }
});
