import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import {
  type Choice,
  dataSets,
  type Form,
  type Parts,
  openSet,
  type Piece,
  readEntry,
  readParquet,
  type Samples,
  tarEntries,
} from '#src/index.js';
import { tilesOf } from '#src/data/sets/dcss-tiles.js';

const reference = JSON.parse(readFileSync(new URL('../../../test/data/reference/forms.json', import.meta.url), 'utf8')) as {
  files: Record<string, string>;
  parquet: Record<string, string>;
  patch: number[];
};
const choice: Choice = { fold: 0, count: 10, seed: 0 };

/** Opens a form whose files are these bytes, checksums aside. */
async function opened<P>(form: Form<P>, bytes: readonly Uint8Array[], other: Partial<Choice> = {}): Promise<Parts<P>> {
  const folder = await mkdtemp(join(tmpdir(), 'advect-'));
  const at = (name: string): number => form.files.findIndex((file) => file.name === name);
  try {
    for (const [i, file] of form.files.entries()) await writeFile(join(folder, file.name.replaceAll('/', '-')), bytes[i]);
    return await form.open(
      {
        bytes: (file) => Promise.resolve(bytes[at(file.name)]),
        path: (file) => Promise.resolve(join(folder, file.name.replaceAll('/', '-'))),
      },
      { ...choice, ...other },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const madeUp = (name: string): Uint8Array => Uint8Array.from(Buffer.from(reference.files[name], 'base64'));
const setOf = (name: string) => dataSets.find((set) => set.name === name)!;
const formOf = (name: string, form = 0) => setOf(name).forms[form] as Form<Samples>;

test('EMNIST: pictures are set upright and letters numbered from 0', async (t) => {
  const { train, test: tested } = await opened(formOf('emnist-letters'), [madeUp('emnist')]);
  t.deepEqual(train.x.shape, [2, 28, 28, 1]);
  t.is(train.x.data[20 * 28 + 3], 7);
  t.is(train.x.data[784 + 28], 9);
  t.is(
    Array.from(train.x.data).reduce((sum, v) => sum + v, 0),
    16,
  );
  t.deepEqual([...train.labels!, ...tested!.labels!], [0, 25, 1, 2]);
});

test('CIFAR-10: the channels of a pixel lie together, batches in their order', async (t) => {
  const { train, test: tested } = await opened(formOf('cifar10'), [madeUp('cifar')]);
  t.deepEqual(train.x.shape, [5, 32, 32, 3]);
  t.deepEqual([...train.labels!, ...tested!.labels!], [0, 1, 2, 3, 4, 5]);
  t.deepEqual([...train.x.data.subarray(3072, 3075)], [10, 11, 12]);
  t.deepEqual([...tested!.x.data.subarray((32 + 5) * 3, (32 + 5) * 3 + 3)], [50, 51, 200]);
});

test('the digits of the UCI archive', async (t) => {
  const { train, test: tested } = await opened(formOf('optdigits', 1), [madeUp('optdigits')]);
  t.deepEqual(train.x.shape, [2, 8, 8, 1]);
  t.deepEqual([...train.x.data.subarray(0, 18)], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1]);
  t.deepEqual([...tested!.labels!], [3, 9]);
});

for (const [form, archive] of ['groove zip', 'groove tar'].entries()) {
  test(`Groove as ${archive.slice(7)}: its list says which part a performance belongs to`, async (t) => {
    const parts = await opened(setOf('groove-midi').forms[form] as Form<readonly Piece[]>, [madeUp(archive)]);
    t.deepEqual(
      [parts.train, parts.validation!, parts.test!].map((part) => part.map(({ name }) => name)),
      [['drummer2/b.mid'], ['drummer2/c.mid'], ['drummer1/a.mid']],
    );
    const [{ content }] = parts.train;
    t.is('midi' in content && Buffer.from(content.midi).toString(), 'MThddrummer2/b.mid');
  });
}

for (const [name, rows] of [
  ['power', [41, 4, 5]],
  ['gas', [49, 5, 6]],
  ['hepmass', [27, 3, 15]],
  ['miniboone', [41, 4, 5]],
  ['bsds300', [6, 2, 3]],
] as const) {
  test(`${name.toUpperCase()}: the columns of the literature out of the archive`, async (t) => {
    const set = setOf(name);
    const parts = await opened(formOf(name), [madeUp('maf')]);
    t.deepEqual(
      [parts.train, parts.validation!, parts.test!].map(({ x }) => x.shape),
      rows.map((n) => [n, ...set.event]),
    );
    t.true(parts.train.x.data.every(Number.isFinite));
    if (name === 'bsds300')
      t.deepEqual(
        Array.from({ length: 6 }, (_, i) => parts.train.x.data[63 * i]),
        reference.patch,
      );
  });
}

test('the five tables may lie unpacked in a local folder, with or without the folder of the set', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'advect-'));
  try {
    for (const at of ['miniboone', 'maf/power']) await mkdir(join(folder, at), { recursive: true });
    for await (const entry of tarEntries(madeUp('maf'))) {
      if (entry.name.endsWith('miniboone/data.npy')) await writeFile(join(folder, 'miniboone/data.npy'), await readEntry(entry, 1e6));
      if (entry.name.endsWith('power/data.npy')) await writeFile(join(folder, 'maf/power/data.npy'), await readEntry(entry, 1e6));
    }
    for (const [name, columns] of [
      ['miniboone', 43],
      ['power', 6],
    ] as const) {
      const { parts } = await openSet(name, { env: {}, directory: folder });
      t.deepEqual(parts.train.x.shape, [41, columns]);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('an archive without the member that is wanted, or cut off, is refused', async (t) => {
  const failing = (archive: Uint8Array) =>
    t.throwsAsync(opened(formOf('power'), [archive]), { instanceOf: AdvectError, code: 'invalid-file' });
  t.regex((await failing(madeUp('cifar')))?.message ?? '', /lacks power\/data.npy/);
  await failing(madeUp('maf').subarray(0, 200));
});

test('the emoji of a sheet: cells inside their borders, variants last, no copies', async (t) => {
  const width = 68;
  const sheet = new Uint8Array(width * width * 4).fill(9);
  const fill = (column: number, row: number, pixel: readonly number[]): void => {
    for (let y = 0; y < 32; y++) for (let x = 0; x < 32; x++) sheet.set(pixel, ((row * 34 + 1 + y) * width + column * 34 + 1 + x) * 4);
  };
  fill(0, 0, [1, 2, 3, 255]);
  fill(1, 0, [4, 5, 6, 0]);
  fill(0, 1, [1, 2, 3, 255]);
  fill(1, 1, [7, 8, 9, 255]);
  const list = [
    {
      category: 'Flags',
      has_img_google: true,
      sheet_x: 0,
      sheet_y: 0,
      skin_variations: { a: { has_img_google: true, sheet_x: 1, sheet_y: 1 } },
    },
    { category: 'Objects', has_img_google: true, sheet_x: 1, sheet_y: 0 },
    { category: 'Objects', has_img_google: true, sheet_x: 0, sheet_y: 1 },
    { category: 'Objects', has_img_google: false, sheet_x: 1, sheet_y: 1 },
  ];
  const decode = () => Promise.resolve({ width, height: width, channels: 4, data: sheet } as const);
  const json = new TextEncoder().encode(JSON.stringify(list));
  const { train, test: tested } = await opened(formOf('emoji', 1), [new Uint8Array(0), json], { decode });
  const seen = [train, tested!].flatMap(({ x, labels }) =>
    Array.from(labels!, (label, i) => [label, ...x.data.subarray(4096 * i, 4096 * i + 4)].join()),
  );
  t.deepEqual(seen.sort(), ['3,1,2,3,255', '3,7,8,9,255', '5,0,0,0,0']);
  await t.throwsAsync(opened(formOf('emoji', 1), [new Uint8Array(0), json]), { instanceOf: AdvectError, message: /PNG/ });
});

test('tiles: without those of unknown licence and copies, files of a folder before its sub-folders', async (t) => {
  const decode = (png: Uint8Array) => {
    const content = new TextDecoder().decode(png);
    const side = content === 'large' ? 64 : 32;
    const data = new Uint8Array(side * side * 4).fill(9);
    data.set([Number(content), 1, 1, 255, 7, 7, 7, 0]);
    return Promise.resolve({ width: side, height: side, channels: 4, data } as const);
  };
  const { x, labels } = await tilesOf(madeUp('tiles'), decode);
  t.deepEqual(x.shape, [3, 32, 32, 4]);
  t.deepEqual(
    [0, 1, 2].map((i) => x.data[4096 * i]),
    [2, 1, 4],
  );
  t.deepEqual([...labels], [6, 6, 3]);
  t.deepEqual([...x.data.subarray(4, 8)], [0, 0, 0, 0], 'where nothing is seen, all is 0');
  await t.throwsAsync(opened(formOf('dcss-tiles', 1), [madeUp('tiles')], { decode }), { instanceOf: AdvectError, message: /sha256/ });
});

test('a figure of parts: runs from left to right inside their bounds, number 0 transparent', async (t) => {
  const part = (data: string) => [{ filename: '', data }];
  const empty = part('0x0000000000');
  // Top 1, right 4, bottom 2, left 2: two pixels a row; one of colour 1, one transparent, two of colour 2.
  const bodies = part('0x0001040202010101000202');
  const json = JSON.stringify({
    bgcolors: ['0a0b0c'],
    palette: ['', '010203', 'ff0000'],
    images: { bodies, accessories: empty, heads: empty, glasses: empty },
  });
  const { train, test: tested } = await opened(formOf('nouns'), [new TextEncoder().encode(json)]);
  t.deepEqual(train.x.shape, [10, 32, 32, 3]);
  t.deepEqual(tested!.x.shape, [1, 32, 32, 3]);
  t.deepEqual(
    [...train.labels!],
    Array.from({ length: 10 }, () => 0),
    'labelled by the one pair of glasses',
  );
  const pixel = (x: number, y: number) => [...train.x.data.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3)];
  t.deepEqual(
    [pixel(2, 1), pixel(3, 1), pixel(2, 2), pixel(3, 2), pixel(4, 1)],
    [
      [1, 2, 3],
      [10, 11, 12],
      [255, 0, 0],
      [255, 0, 0],
      [10, 11, 12],
    ],
  );
});

for (const [codec, file] of Object.entries(reference.parquet)) {
  test(`Parquet with ${codec} compression`, async (t) => {
    const bytes = Uint8Array.from(Buffer.from(file, 'base64'));
    const table = await readParquet(bytes, { columns: ['c', 'a', 'b'], onMissing: 'nan' });
    t.deepEqual(table.x.shape, [3, 3]);
    t.deepEqual([...table.x.data], [2 ** 40, 1.5, 1, 5, NaN, 2, -7, -2, 3]);
    const dropped = await readParquet(bytes, { columns: ['a'], onMissing: 'drop' });
    t.deepEqual([[...dropped.x.data], dropped.missing, dropped.dropped], [[1.5, -2], 1, 1]);
    const failing = (options?: Parameters<typeof readParquet>[1]) =>
      t.throwsAsync(readParquet(bytes, options), { instanceOf: AdvectError, code: 'invalid-file' });
    t.regex((await failing({ columns: ['a'] }))?.message ?? '', /row 1 has no value in the column 'a'/);
    t.regex((await failing({ onMissing: 'nan' }))?.message ?? '', /'x' in the column 'name'/);
    t.regex((await failing({ columns: ['d'] }))?.hint ?? '', /a, b, c, name/);
    await t.throwsAsync(readParquet(bytes.subarray(0, bytes.length - 9)), { instanceOf: AdvectError, code: 'invalid-file' });
  });
}
