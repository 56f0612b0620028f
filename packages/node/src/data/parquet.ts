import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { oneOf, optional, readOptions, value } from '@advect/base/options';
import { boundedCompressors } from './parquet-compressors.js';
import { wrongSizes } from './parquet-pages.js';
import { checkThrift } from './parquet-thrift.js';

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
 * 65536 values and 64 for each of its bytes, or pages that unpack to more than 4 MiB and 1032 times its length.
 */
export async function readParquet(bytes: Uint8Array, options?: ReadParquetOptions): Promise<ParquetTable> {
  const { columns: wanted, onMissing } = readOptions<ReadParquetOptions>('readParquet', options, {
    columns: optional(value((v) => Array.isArray(v) && v.length > 0, 'a list of column names')),
    onMissing: oneOf(['error', 'nan', 'drop'] as const, 'error'),
  });
  const { columns, cells, rows } = await readColumns(bytes, wanted);
  const isGap = (cell: unknown): boolean => cell === null || cell === undefined || Number.isNaN(cell);
  const gaps = new Uint8Array(rows);
  let missing = 0;
  let first = rows;
  for (const column of cells) {
    for (let row = 0; row < rows; row++) {
      if (!isGap(column[row])) continue;
      gaps[row] = 1;
      missing++;
      first = Math.min(first, row);
    }
  }
  if (first < rows && onMissing === 'error') {
    const column = columns[cells.findIndex((column) => isGap(column[first]))];
    throw invalid(`row ${first} has no value in the column '${column}'`, "Say what to do with missing values: onMissing 'drop' or 'nan'.");
  }
  const dropped = onMissing === 'drop' ? gaps.reduce((sum, gap) => sum + gap, 0) : 0;
  const data = new Float64Array((rows - dropped) * columns.length);
  for (let row = 0, at = 0; row < rows; row++) {
    if (onMissing === 'drop' && gaps[row]) continue;
    for (let c = 0; c < columns.length; c++) {
      const cell = cells[c][row];
      data[at++] = isGap(cell) ? NaN : numberOf(cell, columns[c], row);
    }
  }
  return { columns, x: { shape: [rows - dropped, columns.length], data }, missing, dropped };
}

interface Columns {
  readonly columns: readonly string[];
  readonly cells: readonly ArrayLike<unknown>[];
  readonly rows: number;
}

async function readColumns(bytes: Uint8Array, wanted: readonly string[] | undefined): Promise<Columns> {
  const [{ parquetMetadata, parquetSchema }, { parquetReadColumn }, compressors] = await Promise.all([
    import('hyparquet'),
    import('hyparquet/src/read.js'),
    boundedCompressors(),
  ]);
  const file = bytes.slice().buffer;
  try {
    checkFooter(file);
    const metadata = parquetMetadata(file, { geoparquet: false });
    const children = parquetSchema(metadata).children;
    const names = children.map(({ element }) => element.name);
    const columns = [...(wanted ?? names)];
    const unknown = columns.find((name) => !names.includes(name));
    if (unknown !== undefined) throw invalid(`it has no column '${unknown}'`, `Its columns are: ${names.slice(0, 50).join(', ')}.`);
    const elements = new Map(
      children.flatMap(({ element, children }) =>
        children.length === 0 && element.repetition_type !== 'REPEATED' ? [[element.name, element] as const] : [],
      ),
    );
    const fault = wrongSizes(file, metadata, { columns, elements, compressors });
    if (fault !== undefined) throw invalid(fault, 'Write it anew.');
    const rows = metadata.row_groups.reduce((sum, { num_rows: count }) => sum + Number(count), 0);
    const cells: ArrayLike<unknown>[] = [];
    for (const name of columns) {
      const column = await parquetReadColumn({ file, metadata, columns: [name], compressors });
      if (column.length !== rows) throw invalid(`the column '${name}' has ${column.length} of ${rows} rows`, 'Write it anew.');
      cells.push(column);
    }
    return { columns, cells, rows };
  } catch (cause) {
    if (cause instanceof AdvectError) throw cause;
    throw invalid(cause instanceof Error ? cause.message : String(cause), 'Give a file in the Apache Parquet format.', cause);
  }
}

/** The description at the end of a file, four bytes of its length and PAR1. */
function checkFooter(file: ArrayBuffer): void {
  if (file.byteLength < 12) throw new Error(`it has ${file.byteLength} bytes`);
  const end = file.byteLength - 8;
  const length = new DataView(file).getUint32(end, true);
  if (length > end) throw new Error(`it announces a description of ${length} bytes`);
  checkThrift(new DataView(file, 0, end), end - length);
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
