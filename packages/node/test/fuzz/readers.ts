import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FuzzedReader } from '@advect/testkit';
import { gunzip } from '#src/data/gunzip.js';
import { readHdf5 } from '#src/data/hdf5.js';
import { readParquet } from '#src/data/parquet.js';
import { readEntry, tarEntries } from '#src/data/tar.js';
import { readCheckpoint, writeCheckpoint } from '#src/run/checkpoint.js';
import { readRunConfig, writeRunConfig } from '#src/run/config.js';

/** Files are read where they lie, so that each input is written first. */
const folder = mkdtempSync(join(tmpdir(), 'advect-fuzz-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const run = join(folder, 'written');
mkdirSync(run);
await writeRunConfig(run, {
  program: 'advect-image 0.1.0',
  command: 'advect-image train --steps 10',
  created: '2026-01-01T00:00:00.000Z',
  seed: 1,
  steps: 10,
  model: '../digits',
  unit: 'bits/dim',
  settings: { width: 32, data: 'optdigits' },
  plan: { checkpointEvery: 5, keep: 2, patience: 3, validateEvery: 5 },
  versions: { node: '22.0.0' },
});
await writeCheckpoint(run, {
  step: 7,
  seconds: 1.5,
  executor: 'wasm',
  since: 1,
  best: { step: 5, validation: 2.25 },
  state: Uint8Array.of(1, 2, 3),
});
const checkpoint = 'checkpoints/step-00000007';

/** A reader of what lies in a folder, of which one file is the input. */
function reader(name: string, file: string, read: () => Promise<unknown>, corpus: readonly Uint8Array[]): FuzzedReader {
  return {
    name,
    corpus,
    read(bytes) {
      writeFileSync(join(run, file), bytes);
      return read();
    },
  };
}

const packed = JSON.parse(readFileSync(new URL('../../../test/data/reference/forms.json', import.meta.url), 'utf8')) as {
  files: { [name: string]: string };
  parquet: { [codec: string]: string };
  hdf5: { [kind: string]: string };
};
const base64 = (text: string): Uint8Array => Buffer.from(text, 'base64');
const limit = 2 ** 20;

async function readTar(bytes: Uint8Array): Promise<void> {
  for await (const entry of tarEntries(bytes, 'the archive')) await readEntry(entry, limit);
}

/** Every reader of files in this package, each with a corpus of a few kilobytes. */
export const readers: readonly FuzzedReader[] = [
  {
    name: 'gzip',
    corpus: [gzipSync('x'.repeat(5000)), gzipSync('a few words')],
    read: (bytes: Uint8Array) => gunzip(bytes, limit, 'the file'),
  },
  { name: 'tar', corpus: [gunzipSync(base64(packed.files['groove tar']))], read: readTar },
  {
    name: 'Parquet',
    corpus: Object.values(packed.parquet).map(base64),
    read: (bytes: Uint8Array) => readParquet(bytes, { columns: ['a', 'b', 'c'], onMissing: 'nan' }),
  },
  {
    name: 'HDF5',
    corpus: Object.values(packed.hdf5).map((file) => inflateSync(base64(file))),
    read: (bytes: Uint8Array) => readHdf5(bytes, ['x']),
  },
  reader("a run's config.json", 'config.json', () => readRunConfig(run), [await readFile(join(run, 'config.json'))]),
  reader('checkpoint.json', `${checkpoint}/checkpoint.json`, () => readCheckpoint(run, 7), [
    await readFile(join(run, checkpoint, 'checkpoint.json')),
  ]),
].map((made) => ({ ...made, corpus: made.corpus.map((bytes) => new Uint8Array(bytes)) }));
