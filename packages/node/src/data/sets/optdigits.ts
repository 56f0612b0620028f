import { AdvectError } from '@advect/base/errors';
import { readCsv, readZip } from '@advect/core/io';
import { inMemory, type SampleSet, type Samples } from '../data-set.js';

const [train, test, pixels] = [3823, 1797, 64];

/**
 * Handwritten digits of 8 × 8 pixels with 17 levels; those to measure with are by other writers. The archive of the UCI
 * repository has no published checksum, so it is pinned by the first download.
 *
 * Reference: Alpaydin and Kaynak (1998), doi:10.24432/C50P49.
 */
export const optdigits: SampleSet = {
  name: 'optdigits',
  folder: 'optdigits8x8',
  title: 'Optical Recognition of Handwritten Digits',
  by: 'E. Alpaydin and C. Kaynak (UCI)',
  licence: 'CC BY 4.0',
  homepage: 'https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits',
  kind: 'pictures',
  event: [8, 8, 1],
  levels: 17,
  classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
  counts: { train, test },
  forms: [
    inMemory(
      [
        {
          name: 'optdigits.bin.gz',
          sha256: 'a88fcce34a8912ee99fb04893ce831c603fcf73799df3c49e93ec05a736beef2',
          limit: 2 ** 20,
          unzipped: { limit: 2 ** 20, hashed: 'inside' },
        },
      ],
      ([bytes]) => {
        const width = pixels + 1;
        return { train: samplesOf(bytes.subarray(0, train * width)), test: samplesOf(bytes.subarray(train * width)) };
      },
    ),
    inMemory(
      [
        {
          name: 'optdigits.zip',
          url: 'https://archive.ics.uci.edu/static/public/80/optical+recognition+of+handwritten+digits.zip',
          pinned: true,
          limit: 4 * 2 ** 20,
        },
      ],
      async ([bytes]) => {
        const entries = readZip(bytes, { limit: 64 * 2 ** 20 });
        const read = async (name: string): Promise<Samples> => {
          const entry = entries.find((one) => one.name === name);
          if (!entry) throw new AdvectError('invalid-file', `the archive of the digits lacks ${name}`, 'Fetch it again.');
          return samplesOf(readCsv(await entry.read(), { header: false, delimiter: ',' }).x.data);
        };
        return { train: await read('optdigits.tra'), test: await read('optdigits.tes') };
      },
    ),
  ],
};

/** Rows of 64 pixels and the digit. */
function samplesOf(rows: ArrayLike<number>): Samples {
  const count = rows.length / (pixels + 1);
  const data = new Uint8Array(count * pixels);
  const labels = new Int32Array(count);
  for (let i = 0; i < rows.length; i++) {
    const [row, column] = [Math.floor(i / (pixels + 1)), i % (pixels + 1)];
    const most = column < pixels ? 16 : 9;
    if (!(Number.isInteger(rows[i]) && rows[i] >= 0 && rows[i] <= most)) {
      throw new AdvectError('invalid-file', `row ${row} of the digits holds ${rows[i]}, not from 0 to ${most}`, 'Fetch them again.');
    }
    if (column < pixels) data[row * pixels + column] = rows[i];
    else labels[row] = rows[i];
  }
  return { x: { shape: [count, 8, 8, 1], data }, labels };
}
