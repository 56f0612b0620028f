import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { dataSets, findSet, openMusic, openSet } from '#src/index.js';

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

const total = ({ train, validation, test: tested }: { train: number; validation?: number; test?: number }) => [train, validation, tested];

for (const name of [
  'mnist',
  'fashion-mnist',
  'optdigits',
  'emoji',
  'dcss-tiles',
  'nouns',
  'uci-power-subset',
  'uci-yacht',
  'uci-protein',
  'uci-kin8nm',
]) {
  withData(`${name}: samples of the shape, number and classes that are said`, async (t) => {
    const { set, parts } = await openSet(name, { env: { ADVECT_DATA: local } });
    t.deepEqual(
      [parts.train, parts.validation, parts.test].map((part) => part?.x.shape[0]),
      total(set.counts),
    );
    t.is(new Set(parts.train.labels).size, set.classes.length);
    for (const { x, labels = [] } of [parts.train, parts.test!]) {
      t.deepEqual(x.shape.slice(1), set.event);
      t.is(
        x.data.length,
        x.shape.reduce((a, b) => a * b, 1),
      );
      t.true(labels.every((label) => label >= 0 && label < set.classes.length));
    }
    t.true(parts.test!.x.data.every((v) => Number.isFinite(v) && v < (set.levels ?? Infinity)));
  });
}

for (const name of ['jsb-chorales', 'groove-midi']) {
  withData(`${name}: as many pieces in each part as are said`, async (t) => {
    const { set, parts } = await openMusic(name, { env: { ADVECT_DATA: local } });
    t.deepEqual(
      [parts.train, parts.validation, parts.test].map((part) => part?.length),
      total(set.counts),
    );
    for (const { content } of parts.train) {
      if ('midi' in content) t.is(Buffer.from(content.midi.subarray(0, 4)).toString(), 'MThd');
      else t.true(content.pitches.data.every((pitch) => pitch >= -1 && pitch < 128) && content.pitches.shape[1] === 4);
    }
  });
}

withData('the chorales have the published number of steps in all', async (t) => {
  const { parts } = await openMusic('jsb-chorales', { env: { ADVECT_DATA: local } });
  const steps = [parts.train, parts.validation!, parts.test!].map((part) =>
    part.reduce((sum, { content }) => sum + ('pitches' in content ? content.pitches.shape[0] : 0), 0),
  );
  t.deepEqual(steps, [55_228, 18_408, 18_900]);
});

withData('another fold of a table tests on other rows, and all ten together on all of them', async (t) => {
  const first = (data: ArrayLike<number>) =>
    Array.from({ length: data.length / 7 }, (_, i) =>
      Array.from(data)
        .slice(7 * i, 7 * i + 7)
        .join(),
    );
  const tested = new Set<string>();
  for (let fold = 0; fold < 10; fold++) {
    const { parts } = await openSet('uci-yacht', { env: { ADVECT_DATA: local }, fold });
    for (const row of first(parts.test!.x.data)) tested.add(row);
  }
  t.true(tested.size > 290, `${tested.size} of 308 rows`);
});

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
