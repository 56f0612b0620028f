/**
 * Packs the optical digits of the UCI repository (optdigits.tra and optdigits.tes: 64 pixels and a label a line) for the
 * app: `node dist/data/pack-optdigits.js TRAIN.csv… TEST.csv`. Rows are sorted within each part, so that the result does
 * not depend on the order in which a copy of the data lists them.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';

const rowsOf = async (path: string): Promise<Buffer[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(',').map(Number))
    .map((numbers) => {
      if (numbers.length !== 65 || numbers.some((n) => !Number.isInteger(n) || n < 0 || n > 16))
        throw new Error(`${path}: ${numbers.join(',')}`);
      return Buffer.from([numbers[64], ...numbers.slice(0, 64)]);
    });

const paths = process.argv.slice(2);
const train = (await Promise.all(paths.slice(0, -1).map(rowsOf))).flat().sort(Buffer.compare);
const test = (await rowsOf(paths.at(-1)!)).sort(Buffer.compare);
const rows = [...train, ...test];
const raw = Buffer.concat([...rows.map((row) => row.subarray(1)), Buffer.from(rows.map((row) => row[0]))]);

const description = {
  name: 'optdigits',
  title: 'Optical Recognition of Handwritten Digits',
  by: 'E. Alpaydin and C. Kaynak',
  licence: 'CC BY 4.0',
  doi: '10.24432/C50P49',
  url: 'https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits',
  changes: 'Packed as bytes: all pixels (8 × 8, levels 0 to 16), then all labels; rows sorted within the training and the test part.',
  size: 8,
  levels: 17,
  classes: 10,
  train: train.length,
  test: test.length,
  sha256: createHash('sha256').update(raw).digest('hex'),
};
const folder = new URL('../../data/', import.meta.url);
await writeFile(new URL('optdigits.bin.gz', folder), gzipSync(raw, { level: 9 }));
await writeFile(new URL('optdigits.json', folder), `${JSON.stringify(description, null, 2)}\n`);
