import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import test from 'ava';
import { sha256 } from '@advect/node';
import { optdigits } from '#src/data/optdigits.js';

const folder = new URL('../../../data/', import.meta.url);

test('the packed digits are those that were packed', async (t) => {
  const about = JSON.parse(await readFile(new URL('optdigits.json', folder), 'utf8'));
  t.is(sha256(gunzipSync(await readFile(new URL('optdigits.bin.gz', folder)))), about.sha256);
  t.is(about.licence, 'CC BY 4.0');
});

test('counts of each class are those of the documentation of the set (UCI, optdigits.names)', async (t) => {
  const { train, test: held } = await optdigits();
  const counts = (labels: Int32Array): number[] => Array.from({ length: 10 }, (_, digit) => labels.filter((l) => l === digit).length);
  t.deepEqual(counts(train.labels), [376, 389, 380, 389, 387, 376, 377, 387, 380, 382]);
  t.deepEqual(counts(held.labels), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
});

test('pixels have levels 0 to 16, and each digit looks like itself', async (t) => {
  const { train, levels, size } = await optdigits();
  t.is(levels, 17);
  t.is(Math.max(...train.pixels), 16);
  // A zero is hollow and a one is not: ink at the centre, averaged over all of each.
  const centre = (digit: number): number => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < train.count; i++) {
      if (train.labels[i] !== digit) continue;
      sum += train.pixels[i * size * size + 3 * size + 3] + train.pixels[i * size * size + 3 * size + 4];
      count++;
    }
    return sum / count / 2;
  };
  t.true(centre(0) < 3 && centre(1) > 10);
});
