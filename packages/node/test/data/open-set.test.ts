import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { dataSets, findSet, openSet } from '#src/index.js';

const local = process.env.ADVECT_DATA;
const withData = local === undefined ? test.skip : test;

test('a wrong name throws with the nearest one', (t) => {
  const error = t.throws(() => findSet('fashon-mnist'), { instanceOf: AdvectError, code: 'unknown-option' });
  t.regex(error?.hint ?? '', /Did you mean 'fashion-mnist'\?/);
});

test('every set says all that one needs to know, and each file how it is known', (t) => {
  t.is(new Set(dataSets.map(({ name }) => name)).size, dataSets.length);
  for (const set of dataSets) {
    for (const text of [set.name, set.title, set.folder, set.by, set.licence]) t.true(text.length > 0, set.name);
    t.regex(set.homepage, /^https?:\/\//);
    t.true(set.counts.train > 0 && set.forms.length > 0, set.name);
    for (const file of set.forms.flatMap(({ files }) => files)) {
      if (!('pinned' in file))
        t.regex('sha256' in file ? file.sha256 : file.md5, 'sha256' in file ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{32}$/, file.name);
      t.true(file.limit > 0 && (file.url === undefined || /^https?:/.test(file.url)));
    }
  }
});

test('a local copy with other bytes, or without a file, is refused', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'advect-'));
  try {
    await mkdir(join(folder, 'mnist'));
    const open = () => t.throwsAsync(openSet('mnist', { env: {}, directory: folder }), { instanceOf: AdvectError });
    t.is((await open()).code, 'not-found');
    await writeFile(join(folder, 'mnist/train-images-idx3-ubyte.gz'), gzipSync('other pictures'));
    t.regex((await open()).message, /sha256/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

for (const name of ['mnist', 'fashion-mnist']) {
  withData(`${name}: 60,000 and 10,000 pictures with their classes`, async (t) => {
    const { set, parts } = await openSet(name, { env: { ADVECT_DATA: local } });
    for (const [part, count] of [
      [parts.train, 60_000],
      [parts.test!, 10_000],
    ] as const) {
      t.deepEqual(part.x.shape, [count, 28, 28, 1]);
      t.is(part.x.data.length, count * 784);
      t.deepEqual(
        [...new Set(part.labels)].sort((a, b) => a - b),
        [...set.classes.keys()],
      );
    }
  });
}

withData('mnist: the mean and the deviation of its pixels are the published 0.1307 and 0.3081', async (t) => {
  const { parts } = await openSet('mnist', { env: { ADVECT_DATA: local } });
  const { data } = parts.train.x;
  let sum = 0;
  let squares = 0;
  for (const v of data) {
    sum += v;
    squares += v * v;
  }
  const mean = sum / data.length / 255;
  t.is(mean.toFixed(4), '0.1307');
  t.is(Math.sqrt(squares / data.length / 255 ** 2 - mean ** 2).toFixed(4), '0.3081');
});
