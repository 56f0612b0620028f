import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { oneOf, optional, readOptions, value } from '@advect/base/options';
import { wrongSizes } from './parquet-pages.js';

export interface ReadParquetOptions {
  /** The columns to read, by name, in this order; all by default. */
  readonly columns?: readonly string[];
  /** What is done with missing values: an error (the default), NaN in their place, or their rows left out. */
  readonly onMissing?: 'error' | 'nan' | 'drop';
}

/** Numbers of a Parquet file. */
export interface ParquetTable {
  readonly columns: readonly string[];
  /** [rows, columns] */
  readonly x: NdArray<Float64Array>;
  readonly missing: number;
  readonly dropped: number;
}

/**
 * Reads a table of numbers from a Parquet file, by the library hyparquet; all the usual compressions. Whole numbers of 64
 * bits and truth values become numbers; a column of text, a whole number beyond 2^53 and a damaged file throw
 * `invalid-file`, and so does a missing value, unless `onMissing` says otherwise, and a file that announces more than
 * 262144 values and 64 for each of its bytes.
 */
export async function readParquet(bytes: Uint8Array, options?: ReadParquetOptions): Promise<ParquetTable> {
  const { columns: wanted, onMissing } = readOptions<ReadParquetOptions>('readParquet', options, {
    columns: optional(value((v) => Array.isArray(v) && v.length > 0, 'a list of column names')),
    onMissing: oneOf(['error', 'nan', 'drop'] as const, 'error'),
  });
  const { columns, rows } = await readRows(bytes, wanted);
  const isGap = (cell: unknown): boolean => cell === null || cell === undefined || Number.isNaN(cell);
  const gaps = rows.map((row) => row.reduce<number>((count, cell) => count + (isGap(cell) ? 1 : 0), 0));
  const first = gaps.findIndex((count) => count > 0);
  if (first >= 0 && onMissing === 'error') {
    const column = columns[rows[first].findIndex(isGap)];
    throw invalid(`row ${first} has no value in the column '${column}'`, "Say what to do with missing values: onMissing 'drop' or 'nan'.");
  }
  const kept = onMissing === 'drop' ? rows.filter((_, i) => gaps[i] === 0) : rows;
  const data = new Float64Array(kept.length * columns.length);
  kept.forEach((row, r) => row.forEach((cell, c) => (data[r * columns.length + c] = isGap(cell) ? NaN : numberOf(cell, columns[c], r))));
  const missing = gaps.reduce((sum, count) => sum + count, 0);
  return { columns, x: { shape: [kept.length, columns.length], data }, missing, dropped: rows.length - kept.length };
}

async function readRows(bytes: Uint8Array, wanted: readonly string[] | undefined): Promise<{ columns: string[]; rows: unknown[][] }> {
  const [{ parquetMetadataAsync, parquetReadObjects, parquetSchema }, { compressors }] = await Promise.all([
    import('hyparquet'),
    import('hyparquet-compressors'),
  ]);
  const file = bytes.slice().buffer;
  try {
    const metadata = await parquetMetadataAsync(file);
    const names = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = [...(wanted ?? names)];
    const unknown = columns.find((name) => !names.includes(name));
    if (unknown !== undefined) throw invalid(`it has no column '${unknown}'`, `Its columns are: ${names.slice(0, 50).join(', ')}.`);
    const fault = wrongSizes(file, metadata, columns);
    if (fault !== undefined) throw invalid(fault, 'Write it anew.');
    const objects = await parquetReadObjects({ file, metadata, columns, compressors });
    return { columns, rows: objects.map((row) => columns.map((name) => row[name] as unknown)) };
  } catch (cause) {
    if (cause instanceof AdvectError) throw cause;
    throw invalid(cause instanceof Error ? cause.message : String(cause), 'Give a file in the Apache Parquet format.', cause);
  }
}

function numberOf(cell: unknown, column: string, row: number): number {
  const number = typeof cell === 'bigint' || typeof cell === 'boolean' ? Number(cell) : cell;
  const exact = typeof cell !== 'bigint' || Number.isSafeInteger(number);
  if (typeof number === 'number' && Number.isFinite(number) && exact) return number;
  const shown = typeof cell === 'string' ? `'${cell.slice(0, 40)}'` : typeof cell === 'bigint' ? String(cell) : 'no finite number';
  throw invalid(`row ${row} holds ${shown} in the column '${column}' where a number belongs`, 'Choose other columns.');
}

const invalid = (problem: string, hint: string, cause?: unknown): AdvectError =>
  new AdvectError('invalid-file', `the Parquet file cannot be read: ${problem}`, hint, cause);
