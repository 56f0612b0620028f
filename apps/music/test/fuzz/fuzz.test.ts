import test from 'ava';
import { faultCount, fuzz } from '@advect/testkit';
import { readers } from './readers.js';

/** Files cut off at each byte and with each byte changed, then as many random ones; `tools/fuzz.mjs` reads more. */
const random = 300;

for (const reader of readers) {
  test.serial(
    `promise: any byte string given to the reader of ${reader.name} is read or ends in an AdvectError, within 100 ms and 64 MB beyond the file`,
    async (t) => {
      const report = await fuzz(reader, { count: faultCount(reader.corpus) + random, seed: 1 });
      t.deepEqual(report.failures, []);
      t.true(report.accepted > 0, 'the whole files are read');
      t.true(report.refused > 0);
    },
  );
}
