import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { gasRecipe, hepmassRecipe, type MafParts, minibooneRecipe, powerRecipe, type Table } from '@advect/core/data';
import { pickledArrays, readNpy } from '@advect/core/io';
import { AdvectError } from '@advect/base/errors';
import { csvBlocks, gatherRows } from '../csv-blocks.js';
import type { DataFile } from '../data-file.js';
import type { OpenFiles, Parts, SampleSet, Samples } from '../data-set.js';
import { readHdf5 } from '../hdf5.js';
import { readEntry, tarEntries, type TarEntry } from '../tar.js';

/** The five tables as the authors prepared them. No SHA-256 is published: the MD5 is the one of Zenodo. */
const archive: DataFile = {
  name: 'data.tar.gz',
  url: 'https://zenodo.org/record/1161203/files/data.tar.gz',
  md5: '9b9c9b0375315ad270eba4ce80c093ab',
  limit: 900 * 2 ** 20,
};

const largestMember = 2 ** 31 - 1;

interface MafTable {
  readonly name: string;
  readonly title: string;
  readonly homepage: string;
  readonly licence: string;
  readonly columns: number;
  readonly counts: Required<Parts<number>>;
  /** Members of the archive, in the order that `read` wants them. */
  readonly members: readonly string[];
  /** How a member is held while the next is read. */
  readonly hold: (entry: TarEntry) => Promise<Table | Uint8Array>;
  readonly read: (held: readonly (Table | Uint8Array)[]) => Parts<Samples> | Promise<Parts<Samples>>;
}

const uci = 'https://archive.ics.uci.edu/dataset/';
const whole = (entry: TarEntry): Promise<Uint8Array> => readEntry(entry, largestMember);
const npy = async (entry: TarEntry): Promise<Table> => readNpy(await whole(entry), entry.name);
const asParts = ({ train, validation, test }: Record<keyof Required<Parts<unknown>>, Samples['x']>): Parts<Samples> => ({
  train: { x: train },
  validation: { x: validation },
  test: { x: test },
});
const recipe =
  (make: (...tables: Table[]) => MafParts): MafTable['read'] =>
  (held) =>
    asParts(make(...(held as Table[])));

const tables: readonly MafTable[] = [
  {
    name: 'power',
    title: 'POWER: household electric power',
    homepage: `${uci}235`,
    licence: 'CC BY 4.0 (UCI)',
    columns: 6,
    counts: { train: 1_659_917, validation: 184_435, test: 204_928 },
    members: ['power/data.npy'],
    hold: npy,
    read: recipe(powerRecipe),
  },
  {
    name: 'gas',
    title: 'GAS: sensors in mixtures of ethylene and carbon monoxide',
    homepage: `${uci}322`,
    licence: 'CC BY 4.0 (UCI)',
    columns: 8,
    counts: { train: 852_174, validation: 94_685, test: 105_206 },
    members: ['gas/ethylene_CO.pickle'],
    hold: async (entry) => gasTable(await whole(entry)),
    read: recipe(gasRecipe),
  },
  {
    name: 'hepmass',
    title: 'HEPMASS: simulated particle collisions',
    homepage: `${uci}347`,
    licence: 'CC BY 4.0 (UCI)',
    columns: 21,
    counts: { train: 315_123, validation: 35_013, test: 174_987 },
    members: ['hepmass/1000_train.csv', 'hepmass/1000_test.csv'],
    hold: (entry) => gatherRows(csvBlocks(entry.bytes, { header: true, delimiter: ',', onMissing: 'nan' })),
    read: recipe(hepmassRecipe),
  },
  {
    name: 'miniboone',
    title: 'MINIBOONE: electron neutrinos',
    homepage: `${uci}199`,
    licence: 'CC BY 4.0 (UCI)',
    columns: 43,
    counts: { train: 29_556, validation: 3284, test: 3648 },
    members: ['miniboone/data.npy'],
    hold: npy,
    read: recipe((table) => minibooneRecipe(table)),
  },
  {
    name: 'bsds300',
    title: 'BSDS300: 8 × 8 patches of natural images',
    homepage: 'https://www2.eecs.berkeley.edu/Research/Projects/CS/vision/bsds/',
    licence: 'non-commercial research (Berkeley)',
    columns: 63,
    counts: { train: 1_000_000, validation: 50_000, test: 250_000 },
    members: ['BSDS300/BSDS300.hdf5'],
    hold: whole,
    read: async ([bytes]) => asParts(await readHdf5(bytes as Uint8Array, ['train', 'validation', 'test'])),
  },
];

/**
 * The five tables that density estimators are compared on, standardised and split as in Papamakarios, Pavlakou and Murray
 * (2017), "Masked autoregressive flow for density estimation", appendix D; log-likelihoods in papers are of these numbers.
 */
export const maf: readonly SampleSet[] = tables.map(({ name, title, homepage, licence, columns, counts, members, hold, read }) => ({
  name,
  folder: 'maf',
  title,
  by: 'UCI, Berkeley; prepared by G. Papamakarios',
  licence,
  homepage,
  kind: 'table',
  event: [columns],
  classes: [],
  counts,
  remark: 'One archive of 820 MB holds all five; opening takes some GB of memory for the largest.',
  forms: [
    { files: [archive], open: async (files) => read(await heldMembers(files, members, hold)) },
    unpacked(members, async (files) => read(await Promise.all(files.map(hold)))),
  ],
}));

/** The members as files of a local folder, in which someone has unpacked the archive; no checksums of them are published. */
function unpacked(members: readonly string[], read: (files: readonly TarEntry[]) => Promise<Parts<Samples>>): SampleSet['forms'][number] {
  const files = members.map((name): DataFile => ({ name, pinned: true, limit: largestMember }));
  return {
    files,
    async open({ path }) {
      const entries = files.map(async (file): Promise<TarEntry> => {
        const at = await path(file);
        return { name: file.name, size: (await stat(at)).size, bytes: createReadStream(at) };
      });
      return read(await Promise.all(entries));
    },
  };
}

async function heldMembers(files: OpenFiles, members: readonly string[], hold: MafTable['hold']): Promise<(Table | Uint8Array)[]> {
  const held = new Map<string, Table | Uint8Array>();
  for await (const entry of tarEntries(await files.path(archive))) {
    const member = members.find((name) => entry.name.endsWith(`/${name}`) || entry.name === name);
    if (member !== undefined) held.set(member, await hold(entry));
    if (held.size === members.length) break;
  }
  return members.map((member) => {
    const found = held.get(member);
    if (found) return found;
    throw new AdvectError('invalid-file', `the archive lacks ${member}`, 'Fetch it again.');
  });
}

/** The pickled table of the authors: one block of 19 columns, time, two concentrations and sixteen sensors. */
function gasTable(pickle: Uint8Array): Table {
  const block = pickledArrays(pickle).find(({ shape }) => shape.length === 2 && shape[0] === 19);
  if (!block) throw new AdvectError('invalid-file', 'the pickle of GAS holds no table of 19 columns', 'Fetch the archive again.');
  const [columns, rows] = block.shape;
  const data = new Float64Array(block.data.length);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++) data[row * columns + column] = block.data[column * rows + row];
  return { shape: [rows, columns], data };
}
