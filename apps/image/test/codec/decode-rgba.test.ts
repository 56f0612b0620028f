import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { decodeRgba } from '#src/codec/decode-rgba.js';
import { encodePng } from '#src/codec/encode.js';

test('a picture comes back with its opacity, and without one it is opaque', async (t) => {
  const data = Uint8Array.of(1, 2, 3, 0, 4, 5, 6, 128);
  t.deepEqual(await decodeRgba(await encodePng({ width: 2, height: 1, channels: 4, data })), { width: 2, height: 1, channels: 4, data });
  const grey = await decodeRgba(await encodePng({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) }));
  t.deepEqual([...grey.data], [7, 7, 7, 255]);
});

test('what is no picture is refused', async (t) => {
  await t.throwsAsync(decodeRgba(Uint8Array.of(1, 2, 3)), { instanceOf: AdvectError, code: 'invalid-file' });
});
