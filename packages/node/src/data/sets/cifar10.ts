import { AdvectError } from '@advect/base/errors';
import type { DataFile } from '../data-file.js';
import type { SampleSet, Samples } from '../data-set.js';
import { readEntry, tarEntries } from '../tar.js';

const archive: DataFile = {
  name: 'cifar-10-binary.tar.gz',
  url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
  md5: 'c32a1d4ab5d03f1284b67883e8d87530',
  limit: 180 * 2 ** 20,
};

const [side, channels, pictures] = [32, 3, 10_000];
const record = 1 + side * side * channels;
const classes = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/** Colour pictures of ten things. Reference: Krizhevsky (2009), "Learning multiple layers of features from tiny images". */
export const cifar10: SampleSet = {
  name: 'cifar10',
  folder: 'cifar10',
  title: 'CIFAR-10 colour pictures',
  by: 'A. Krizhevsky, V. Nair and G. Hinton',
  licence: 'none stated by its makers',
  homepage: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  kind: 'pictures',
  event: [side, side, channels],
  levels: 256,
  classes,
  counts: { train: 50_000, test: 10_000 },
  forms: [
    {
      files: [archive],
      async open(files) {
        const batches = new Map<string, Uint8Array>();
        for await (const entry of tarEntries(await files.path(archive))) {
          const name = /^cifar-10-batches-bin\/(\w+)\.bin$/.exec(entry.name)?.[1];
          if (name !== undefined) batches.set(name, await readEntry(entry, pictures * record));
        }
        return {
          train: readBatches([1, 2, 3, 4, 5].map((i) => batches.get(`data_batch_${i}`))),
          test: readBatches([batches.get('test_batch')]),
        };
      },
    },
  ],
};

/** A record is the class and three planes of 32 × 32; here a pixel's channels lie together. */
function readBatches(batches: readonly (Uint8Array | undefined)[]): Samples {
  const plane = side * side;
  const records = batches.flatMap((batch) => {
    if (!batch || batch.length % record !== 0) throw damaged('a file of it is missing or has another length');
    return Array.from({ length: batch.length / record }, (_, i) => batch.subarray(i * record, (i + 1) * record));
  });
  const x = new Uint8Array(records.length * plane * channels);
  records.forEach((bytes, n) => {
    if (bytes[0] >= classes.length) throw damaged(`a picture has the class ${bytes[0]}`);
    for (let c = 0; c < channels; c++) {
      const from = 1 + c * plane;
      for (let p = 0; p < plane; p++) x[(n * plane + p) * channels + c] = bytes[from + p];
    }
  });
  return { x: { shape: [records.length, side, side, channels], data: x }, labels: Int32Array.from(records, ([label]) => label) };
}

const damaged = (problem: string): AdvectError =>
  new AdvectError('invalid-file', `the archive of CIFAR-10 is damaged: ${problem}`, 'Fetch it again.');
