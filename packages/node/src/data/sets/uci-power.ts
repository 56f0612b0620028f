import type { NdArray } from '@advect/base/array';
import { powerRecipe } from '@advect/core/data';
import { csvRecords, readZip } from '@advect/core/io';
import { AdvectError } from '@advect/base/errors';
import { verifyBytes } from '../checksum.js';
import { inMemory, type Parts, type SampleSet, type Samples } from '../data-set.js';

const measured = [
  'Global_active_power',
  'Global_reactive_power',
  'Voltage',
  'Global_intensity',
  'Sub_metering_1',
  'Sub_metering_2',
  'Sub_metering_3',
] as const;

/** Of the header and the first 40,959 complete minutes, as they stand in the UCI file. */
const sha256 = 'bdb9675cb99cc6a9f491abf9307e5273880aca20a74126b8f81af832c6170a68';
const minutes = 40_959;

/**
 * The first month of the household power that POWER is made of, with the same recipe: 2 % of it, so that no figure of a paper
 * applies. Of the UCI archive, which has no published checksum, the lines that are used are checked.
 */
export const uciPowerSubset: SampleSet = {
  name: 'uci-power-subset',
  folder: 'uci-power-subset',
  title: 'Household electric power, the first month',
  by: 'G. Hebrail and A. Berard (UCI)',
  licence: 'CC BY 4.0',
  homepage: 'https://archive.ics.uci.edu/dataset/235/individual+household+electric+power+consumption',
  kind: 'table',
  event: [6],
  classes: [],
  counts: { train: 33_178, validation: 3686, test: 4095 },
  remark: 'Figures of papers on POWER do not apply.',
  forms: [
    inMemory(
      [
        {
          name: 'household_power_consumption.first40959.txt.gz',
          sha256,
          limit: 2 ** 20,
          unzipped: { limit: 4 * 2 ** 20, hashed: 'inside' },
        },
      ],
      ([text]) => partsOf(text),
    ),
    inMemory(
      [
        {
          name: 'household-power.zip',
          url: 'https://archive.ics.uci.edu/static/public/235/individual+household+electric+power+consumption.zip',
          pinned: true,
          limit: 32 * 2 ** 20,
        },
      ],
      async ([archive]) => {
        const entry = readZip(archive, { limit: 256 * 2 ** 20 }).find(({ name }) => name === 'household_power_consumption.txt');
        if (!entry) throw new AdvectError('invalid-file', 'the archive of household power lacks its table', 'Fetch it again.');
        const text = firstMonth(await entry.read());
        verifyBytes(text, { sha256 }, 'the first month of household power', 'Fetch the archive again.');
        return partsOf(text);
      },
    ),
  ],
};

function partsOf(text: Uint8Array): Parts<Samples> {
  const { train, validation, test } = powerRecipe(householdPower(text));
  return { train: { x: train }, validation: { x: validation }, test: { x: test } };
}

/** The header and the first minutes that miss nothing. */
export function firstMonth(whole: Uint8Array): Uint8Array {
  const lines: Buffer[] = [];
  const bytes = Buffer.from(whole.buffer, whole.byteOffset, whole.length);
  for (let at = 0; at < bytes.length && lines.length <= minutes;) {
    const end = bytes.indexOf('\n', at) + 1 || bytes.length;
    const line = bytes.subarray(at, end);
    if (!line.includes('?')) lines.push(Buffer.from(line.toString('latin1').replace(/\r?\n?$/, '\n')));
    at = end;
  }
  return Buffer.concat(lines);
}

/** The complete minutes of the UCI file: its seven measurements, and the minute of the day. */
export function householdPower(csv: Uint8Array): NdArray<Float64Array> {
  const rows = csvRecords(csv).filter((row) => measured.every((name) => row.get(name) !== '?' && row.get(name) !== ''));
  const data = Float64Array.from(
    rows.flatMap((row) => {
      const [hours, minutes] = (row.get('Time') ?? '').split(':').map(Number);
      return [...measured.map((name) => Number(row.get(name))), 60 * hours + minutes];
    }),
  );
  return { shape: [rows.length, measured.length + 1], data };
}
