import type { NdArray } from '@advect/base/array';
import { powerRecipe } from '@advect/core/data';
import { csvRecords } from '@advect/core/io';
import { inMemory, type SampleSet } from '../data-set.js';

const measured = [
  'Global_active_power',
  'Global_reactive_power',
  'Voltage',
  'Global_intensity',
  'Sub_metering_1',
  'Sub_metering_2',
  'Sub_metering_3',
] as const;

/**
 * The first month of the household power that POWER is made of, with the same recipe: 2 % of it, so that no figure of a paper
 * applies. The file is only found in a local folder.
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
  remark: 'From a local folder only. Figures of papers on POWER do not apply.',
  forms: [
    inMemory(
      [
        {
          name: 'household_power_consumption.first40959.txt.gz',
          sha256: 'bdb9675cb99cc6a9f491abf9307e5273880aca20a74126b8f81af832c6170a68',
          limit: 2 ** 20,
          unzipped: { limit: 4 * 2 ** 20, hashed: 'inside' },
        },
      ],
      ([text]) => {
        const { train, validation, test } = powerRecipe(householdPower(text));
        return { train: { x: train }, validation: { x: validation }, test: { x: test } };
      },
    ),
  ],
};

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
