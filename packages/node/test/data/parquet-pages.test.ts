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
