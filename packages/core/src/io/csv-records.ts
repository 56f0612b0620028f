import { AdvectError } from '@advect/base/errors';
import Papa from 'papaparse';

/**
 * The rows of a CSV text as they stand, each a map from the names in its first row to the cells; for tables that hold
 * text. Throws `invalid-file` for rows of unequal length, quotes that do not close, and bytes that are not UTF-8.
 */
export function csvRecords(csv: Uint8Array | string): ReadonlyMap<string, string>[] {
  const { data, errors } = Papa.parse<string[]>(typeof csv === 'string' ? csv : decodeUtf8(csv), { skipEmptyLines: true });
  const error = errors.find(({ type }) => type !== 'Delimiter');
  if (error) throw invalid(`row ${(error.row ?? 0) + 1}: ${error.message.toLowerCase()}`);
  const [names, ...rows] = data;
  if (names === undefined) throw invalid('it is empty');
  return rows.map((cells, i) => {
    if (cells.length !== names.length) throw invalid(`row ${i + 2} has ${cells.length} cells where the first has ${names.length}`);
    return new Map(names.map((name, column) => [name, cells[column]]));
  });
}

/** No more characters fit into one text in every engine. */
const longestText = 2 ** 29 - 24;

/** Bytes as text; throws `invalid-file` where they are not UTF-8, or too many. */
export function decodeUtf8(bytes: Uint8Array): string {
  if (bytes.length > longestText) {
    throw new AdvectError('invalid-file', `the CSV file has ${bytes.length} bytes, more than one text can hold`, 'Read it block by block.');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AdvectError('invalid-file', 'the CSV file cannot be read: it is not text in UTF-8', 'Save it in that encoding.', cause);
  }
}

const invalid = (problem: string): AdvectError =>
  new AdvectError('invalid-file', `the CSV file cannot be read: ${problem}`, 'Mend the file.');
