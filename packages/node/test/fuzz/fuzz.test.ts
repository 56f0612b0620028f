import test from 'ava';
import { faultCount, fuzz } from '@advect/testkit';
import { readers } from './readers.js';

/** Files cut off at each byte and with each byte changed, then as many random ones; `tools/fuzz.mjs` reads more. */
const most = 500;
const random = 100;

for (const reader of readers) {
  test.serial(
    `promise: any byte string given to the reader of ${reader.name} is read or ends in an AdvectError, within 100 ms and 64 MB beyond the file`,
    async (t) => {
      const faults = faultCount(reader.corpus);
      const systematic = await fuzz(reader, { count: Math.min(faults, most), seed: 1 });
      const wild = await fuzz(reader, { first: faults, count: random, seed: 1 });
      t.deepEqual([...systematic.failures, ...wild.failures], []);
      t.true(systematic.accepted > 0, 'the whole files are read');
      t.true(systematic.refused > 0);
    },
  );
}
