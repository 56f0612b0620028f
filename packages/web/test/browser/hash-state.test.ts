import { AdvectError } from '@advect/base/errors';
import { deflateRawSync } from 'node:zlib';
import test from 'ava';
import { fromBase64url, readHash, toBase64url, writeHash } from '#src/browser/hash-state.js';

test('a short state stands in the address as it is, a long one packed, and both come back', async (t) => {
  const short = { m: 'digits', seed: '42', label: 'ä & b=c#d', empty: '' };
  t.is(await writeHash({ m: 'digits', seed: '42' }), 'm=digits&seed=42');
  t.deepEqual(await readHash(`#${await writeHash(short)}`), short);
  const long = { items: Array.from({ length: 2000 }, (_, i) => i * 7).join('.'), seed: '1' };
  const packed = await writeHash(long);
  t.regex(packed, /^z=[\w-]+$/);
  t.true(packed.length < long.items.length);
  t.deepEqual(await readHash(packed), long);
});

test('the limit is 2,000 characters', async (t) => {
  t.is(await writeHash({ a: 'x'.repeat(1998) }), `a=${'x'.repeat(1998)}`);
  t.true((await writeHash({ a: 'x'.repeat(1999) })).startsWith('z='));
});

test('a packed state that is cut off, no base64url or enormous is refused with a sentence', async (t) => {
  const packed = await writeHash({ a: 'abc'.repeat(1000) });
  const bomb = `z=${toBase64url(deflateRawSync(Buffer.alloc(2_000_000)))}`;
  for (const broken of [packed.slice(0, -4), 'z=***', bomb]) {
    const error = await t.throwsAsync(readHash(broken), { instanceOf: AdvectError });
    t.is(error?.code, 'invalid-value');
    t.regex(error?.message ?? '', /^this link cannot be read: /);
  }
});

test('bytes come back from base64url, whatever their number', (t) => {
  for (let length = 0; length < 10; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => 250 + i * 3);
    t.is(toBase64url(bytes), Buffer.from(bytes).toString('base64url'));
    t.deepEqual(fromBase64url(toBase64url(bytes)), bytes);
  }
});
