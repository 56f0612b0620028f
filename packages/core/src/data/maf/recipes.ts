import { type NdArray, takeRows } from '@advect/base/array';
import { standardisation, standardise, type Standardisation } from '../standardise.js';
import { asTable, columnsBut, filterRows, rowsBetween, type Table, takeColumns } from '../table.js';
import { correlatedColumns, repetitiveColumns } from './columns.js';
import { numpyRandom } from './numpy-random.js';

/** A table as the density-estimation literature has it: standardised, in three parts. */
export interface MafParts {
  readonly train: NdArray;
  readonly validation: NdArray;
  readonly test: NdArray;
  /** The columns of the source that were kept. */
  readonly columns: readonly number[];
  /** Brings samples back to the units of the source: x · scale + shift. */
  readonly standardisation: Standardisation;
}

/** How many rows of n each part gets: a tenth to test, a tenth of the rest to validate, both rounded down. */
export function mafCounts(n: number): { train: number; validation: number; test: number } {
  const test = Math.trunc(0.1 * n);
  const validation = Math.trunc(0.1 * (n - test));
  return { train: n - test - validation, validation, test };
}

/**
 * POWER: household power, with rows [active power, reactive power, voltage, intensity, three sub-meters, time of day].
 * Rows are shuffled, reactive power and intensity left out, and uniform noise of the width of a measuring step is added to
 * all but the time, by the generator and seed of the authors, so that the split and every number are theirs. 6 columns.
 *
 * Reference: Papamakarios, Pavlakou and Murray (2017), "Masked autoregressive flow for density estimation", appendix D.
 */
export function powerRecipe(x: Table): MafParts {
  const table = asTable(x, 'powerRecipe: x');
  const [rows] = table.shape;
  const random = numpyRandom(42);
  const shuffled = takeRows(table, random.shuffled(rows));
  const columns = columnsBut(8, [1, 3]);
  const kept = takeColumns(shuffled, columns);
  const noise = (column: number, width: number): void => {
    for (let row = 0; row < rows; row++) kept.data[row * 6 + column] += width * random.rand();
  };
  noise(1, 0.01);
  noise(0, 0.001);
  for (let i = 0; i < 3 * rows; i++) kept.data[Math.trunc(i / 3) * 6 + 2 + (i % 3)] += random.rand();
  return inParts(kept, columns, 'train and validation');
}

/**
 * GAS: sixteen sensors in a mixture of gases, rows [time, two concentrations, sensors]. The first three columns are left
 * out, then, one after another, each first column that correlates by more than 0.98 with another. 8 columns.
 */
export function gasRecipe(x: Table): MafParts {
  const sensors = columnsBut(x.shape[1], [0, 1, 2]);
  const table = takeColumns(asTable(x, 'gasRecipe: x'), sensors);
  const left = correlatedColumns(table, 0.98);
  const columns = columnsBut(sensors.length, left);
  return inParts(
    takeColumns(table, columns),
    columns.map((column) => sensors[column]),
    'everything',
  );
}

/**
 * HEPMASS: simulated particle collisions, rows [label, features], of which those with the label 1 are kept; the test
 * rows have one more column, the last, which is left out. Then features whose smallest value occurs more than five times
 * are left out. 21 columns.
 */
export function hepmassRecipe(trainRows: Table, testRows: Table): MafParts {
  const signals = (x: Table, name: string, width: number): NdArray<Float64Array> => {
    const table = filterRows(asTable(x, name), (row) => row[0] === 1);
    return takeColumns(
      table,
      Array.from({ length: width - 1 }, (_, i) => i + 1),
    );
  };
  const width = trainRows.shape[1];
  const [seen, test] = [signals(trainRows, 'hepmassRecipe: train', width), signals(testRows, 'hepmassRecipe: test', width)];
  const columns = columnsBut(width - 1, repetitiveColumns(seen, 5));
  const [kept, keptTest] = [takeColumns(seen, columns), takeColumns(test, columns)];
  // The authors' deviation here is that of the sample, and they standardised before they split.
  const scaling = standardisation(kept, 1);
  const validation = Math.trunc(0.1 * kept.shape[0]);
  const train = kept.shape[0] - validation;
  return {
    train: standardise(rowsBetween(kept, 0, train), scaling),
    validation: standardise(rowsBetween(kept, train, kept.shape[0]), scaling),
    test: standardise(keptTest, scaling),
    columns: columns.map((column) => column + 1),
    standardisation: scaling,
  };
}

/**
 * MINIBOONE: electron neutrinos, rows of 50 features; rows with the first below −100 are faults and are left out, then
 * features whose smallest value occurs more than five times. 43 columns. The authors' file has both done.
 *
 * @param raw whether the rows are those of the UCI file (its signals), not of the authors'
 */
export function minibooneRecipe(x: Table, raw = false): MafParts {
  const table = asTable(x, 'minibooneRecipe: x');
  const clean = raw ? filterRows(table, (row) => row[0] >= -100) : table;
  const columns = columnsBut(table.shape[1], raw ? repetitiveColumns(clean, 5) : []);
  return inParts(takeColumns(clean, columns), columns, 'train and validation');
}

/** The last tenth tests, the last tenth of the rest validates; moments of what the authors took them of. */
function inParts(table: NdArray<Float64Array>, columns: readonly number[], momentsOf: 'everything' | 'train and validation'): MafParts {
  const [rows] = table.shape;
  const { train, validation } = mafCounts(rows);
  const seen = rowsBetween(table, 0, train + validation);
  const scaling = momentsOf === 'everything' ? standardisation(table, 1) : standardisation(seen, 0);
  return {
    train: standardise(rowsBetween(table, 0, train), scaling),
    validation: standardise(rowsBetween(table, train, train + validation), scaling),
    test: standardise(rowsBetween(table, train + validation, rows), scaling),
    columns,
    standardisation: scaling,
  };
}
