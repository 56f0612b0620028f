import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { boolean, oneOf, optional, readOptions, value } from '@advect/base/options';
import Papa from 'papaparse';
import { decodeUtf8 } from './csv-records.js';

export interface ReadCsvOptions {
  /** What stands between cells; 'blank' for one or more spaces or tabs. Guessed from the first lines by default. */
  readonly delimiter?: ',' | ';' | '\t' | '|' | 'blank';
  /** Whether the first row names the columns. By default it does where one of its cells is neither a number nor missing. */
  readonly header?: boolean;
  /** Cells that stand for a missing value. Default '', '?', 'NA', 'N/A', 'NaN', 'nan' and 'null'. */
  readonly missing?: readonly string[];
  /** What is done with them: an error (the default), NaN in their place, or their rows left out. */
  readonly onMissing?: 'error' | 'nan' | 'drop';
  /** The columns to read, by name, in this order; all by default. Others may then hold text. */
  readonly columns?: readonly string[];
}

/** Numbers of a CSV file. */
export interface CsvTable {
  /** Names in the order of the columns of x; '1', '2', … where the file has no header. */
  readonly columns: readonly string[];
  /** [rows, columns], every cell finite, or NaN where it is missing. */
  readonly x: NdArray<Float64Array>;
  /** Missing cells that were found. */
  readonly missing: number;
  /** Rows that were left out because of them. */
  readonly dropped: number;
}

const missingByDefault = ['', '?', 'NA', 'N/A', 'NaN', 'nan', 'null'];
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const isTexts = (v: unknown): boolean => Array.isArray(v) && v.every((text) => typeof text === 'string');

/**
 * Reads a table of numbers from CSV text (RFC 4180; also UTF-8 bytes), with its header where it has one. Rows of unequal
 * length, cells that are no finite decimal number, quotes that do not close and bytes that are not UTF-8 throw
 * `invalid-file` with the line; so does a missing value, unless `onMissing` says otherwise. Empty lines count for nothing.
 */
export function readCsv(csv: Uint8Array | string, options?: ReadCsvOptions): CsvTable {
  const settings = readOptions<ReadCsvOptions>('readCsv', options, {
    delimiter: optional(oneOf([',', ';', '\t', '|', 'blank'] as const)),
    header: optional(boolean()),
    missing: value(isTexts, 'a list of texts', missingByDefault),
    onMissing: oneOf(['error', 'nan', 'drop'] as const, 'error'),
    columns: optional(value((v) => isTexts(v) && (v as string[]).length > 0, 'a list of column names')),
  });
  const text = typeof csv === 'string' ? csv : decodeUtf8(csv);
  return tableOf(rowsOf(settings.delimiter === 'blank' ? withTabs(text) : text, settings), settings);
}

/** Runs of blanks as one tab, none at the ends of lines. */
const withTabs = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/[ \t]+/g, '\t'))
    .join('\n');

interface Row {
  readonly cells: readonly string[];
  readonly number: number;
}

function* rowsOf(text: string, { delimiter }: ReadCsvOptions): Generator<Row> {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: delimiter === 'blank' ? '\t' : (delimiter ?? '') });
  const error = errors.find(({ type }) => type !== 'Delimiter');
  if (error) throw invalid(`row ${(error.row ?? 0) + 1}: ${error.message.toLowerCase()}`);
  for (let i = 0; i < data.length; i++) {
    const cells = data[i];
    if (cells.length > 1 || cells[0].trim() !== '') yield { cells: cells.map((cell) => cell.trim()), number: i + 1 };
  }
}

function tableOf(rows: Iterable<Row>, { header, missing, onMissing, columns: wanted }: ReadCsvOptions): CsvTable {
  const isMissing = new Set(missing);
  const values: number[] = [];
  let names: readonly string[] = [];
  let chosen: number[] = [];
  const count = { rows: 0, missing: 0, dropped: 0 };
  for (const { cells, number } of rows) {
    if (names.length === 0) {
      const named = header ?? cells.some((cell) => !isMissing.has(cell) && !decimal.test(cell));
      names = named ? cells : cells.map((_, i) => String(i + 1));
      chosen = choose(names, wanted);
      if (named) continue;
    }
    if (cells.length !== names.length) throw invalid(`row ${number} has ${cells.length} cells where the first has ${names.length}`);
    const gaps = chosen.filter((column) => isMissing.has(cells[column]));
    count.missing += gaps.length;
    if (gaps.length > 0 && onMissing === 'error') {
      throw invalid(
        `row ${number} has no value in the column '${names[gaps[0]]}'`,
        "Fill it in, or say what to do with missing values: onMissing 'drop' or 'nan'.",
      );
    }
    if (gaps.length > 0 && onMissing === 'drop') {
      count.dropped++;
      continue;
    }
    for (const column of chosen) values.push(isMissing.has(cells[column]) ? NaN : numberOf(cells[column], names[column], number));
    count.rows++;
  }
  if (names.length === 0) throw invalid('it is empty');
  const x = { shape: [count.rows, chosen.length], data: Float64Array.from(values) };
  return { columns: chosen.map((column) => names[column]), x, missing: count.missing, dropped: count.dropped };
}

function choose(names: readonly string[], wanted: readonly string[] | undefined): number[] {
  const places = new Map<string, number>();
  names.forEach((name, at) => {
    if (places.has(name)) throw invalid(`two columns are named '${name}'`);
    places.set(name, at);
  });
  return (wanted ?? names).map((name) => {
    const at = places.get(name);
    if (at === undefined) throw invalid(`it has no column '${name}'`, `Its columns are: ${names.slice(0, 50).join(', ')}.`);
    return at;
  });
}

function numberOf(cell: string, column: string, row: number): number {
  const parsed = decimal.test(cell) ? Number(cell) : NaN;
  if (Number.isFinite(parsed)) return parsed;
  throw invalid(
    `row ${row} holds '${cell.slice(0, 40)}' in the column '${column}' where a number belongs`,
    'Give numbers only, choose other columns, or name the text among the missing values.',
  );
}

const invalid = (problem: string, hint = 'Mend the file.'): AdvectError =>
  new AdvectError('invalid-file', `the CSV file cannot be read: ${problem}`, hint);
