import { readFileSync } from 'node:fs';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { readParquet } from '#src/data/parquet.js';

const { parquet } = JSON.parse(readFileSync(new URL('../../../test/data/reference/forms.json', import.meta.url), 'utf8')) as {
  parquet: { [codec: string]: string };
};

test('a Parquet file whose pages or columns announce thousands of millions of values or bytes is refused before they are made', async (t) => {
  const whole = Uint8Array.from(Buffer.from(parquet.gzip, 'base64'));
  // The number 2³⁰ as Thrift's compact protocol writes it, in the place of whatever number stands at each byte.
  const huge = [0x80, 0x80, 0x80, 0x80, 0x08];
  const reasons = new Map<string, number>();
  const before = process.memoryUsage().rss;
  for (let at = 4; at < whole.length - 12; at++) {
    for (const width of [1, 2]) {
      const bytes = Uint8Array.from([...whole.subarray(0, at), ...huge, ...whole.subarray(at + width)]);
      const error = await readParquet(bytes, { columns: ['a', 'b'], onMissing: 'nan' }).then(() => undefined, (thrown: unknown) => thrown); // prettier-ignore
      if (error === undefined) continue;
      if (!(error instanceof AdvectError)) return t.fail(error instanceof Error ? error.stack : 'no error');
      const kind = /announces/.exec(error.message)?.[0] ?? 'other';
      reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
    }
  }
  t.true((reasons.get('announces') ?? 0) > 5, JSON.stringify([...reasons]));
  t.true(process.memoryUsage().rss - before < 256 * 2 ** 20);
});

/** A file in which the first place of some bytes is written over. */
function forged(codec: string, these: readonly number[], others: readonly number[]): Uint8Array {
  const bytes = Uint8Array.from(Buffer.from(parquet[codec], 'base64'));
  bytes.set(others, Buffer.from(bytes).indexOf(Uint8Array.from(these)));
  return bytes;
}

test('a list that announces more than the rest of the file, and a run longer than its page, are refused before room is made for them', async (t) => {
  const whole = Uint8Array.from(Buffer.from(parquet.none, 'base64'));
  const end = whole.length - 8;
  const start = end - new DataView(whole.buffer).getUint32(end, true);
  t.deepEqual([...whole.subarray(start, start + 4)], [0x15, 0x04, 0x19, 0x5c], 'a version, then five columns of the schema');
  const list = Uint8Array.from([...whole.subarray(0, start + 3), 0xfc, 255, 255, 255, 255, 7, ...whole.subarray(start + 4)]);
  new DataView(list.buffer).setUint32(list.length - 8, end - start + 5, true);
  await t.throwsAsync(readParquet(list), { instanceOf: AdvectError, message: /a list announces 2147483647 of the \d+ bytes/ });
  // Two bytes of definition levels, a run of three ones, become a run of 8191.
  const run = forged('none', [2, 0, 0, 0, 6, 1], [2, 0, 0, 0, 0xfe, 0x7f]);
  await t.throwsAsync(readParquet(run, { columns: ['b'] }), { instanceOf: AdvectError, message: /a run announces 8191 of the 3 values/ });
});

test('a zstd frame that announces a window of a gigabyte is unpacked into the bytes of its page', async (t) => {
  // One segment of a size in one byte becomes a window of 2^30 bytes in one byte.
  const bytes = forged('zstd', [0x28, 0xb5, 0x2f, 0xfd], [0x28, 0xb5, 0x2f, 0xfd, 0x00, 20 << 3]);
  const before = process.memoryUsage().arrayBuffers;
  const { x } = await readParquet(bytes, { columns: ['a', 'b', 'c'], onMissing: 'nan' });
  t.deepEqual([...x.data], [1.5, 1, 2 ** 40, NaN, 2, 5, -2, 3, -7]);
  t.true(process.memoryUsage().arrayBuffers - before < 64 * 2 ** 20);
});
