import type { ColumnMetaData, Compressors, FileMetaData, SchemaElement } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { wrongRuns, wrongValues } from './parquet-runs.js';
import { checkThrift } from './parquet-thrift.js';

/** Cells that a file may hold: so many and 64 for each of its bytes. */
const mostCells = 2 ** 16;
/** Bytes that its pages may unpack to: so many and as many times its own as DEFLATE can (RFC 1951). */
const mostUnpacked = 2 ** 22;
const mostPacked = 1032;

/** Columns whose sizes are looked at, by name. */
export interface ParquetColumns {
  readonly columns: readonly string[];
  readonly elements: ReadonlyMap<string, SchemaElement>;
  readonly compressors: Compressors;
}

/**
 * What is wrong with the sizes that a Parquet file announces, or undefined: how many rows and cells there are in these
 * columns, where their pages lie, how many values each page holds, how many bytes it unpacks to and how long its runs are.
 * hyparquet believes what pages say of themselves, and allocates it, so that this is to be asked first. Cost: the pages of
 * the columns are unpacked once.
 */
export function wrongSizes(file: ArrayBuffer, { row_groups: groups }: FileMetaData, given: ParquetColumns): string | undefined {
  const { columns, elements } = given;
  const chunks = groups.flatMap((group) =>
    group.columns.flatMap(({ meta_data: chunk }) => (chunk && columns.includes(chunk.path_in_schema[0]) ? [chunk] : [])),
  );
  const rows = groups.reduce((sum, { num_rows: count }) => sum + Math.abs(Number(count)), 0);
  const values = chunks.reduce((sum, { num_values: count }) => sum + Math.abs(Number(count)), 0);
  const cells = Math.max(values, rows * columns.length);
  const most = mostCells + 64 * file.byteLength;
  if (!(cells <= most)) return `it announces ${cells} values, and ${most} are read of a file of its length`;
  const left = { unpacked: mostUnpacked + mostPacked * file.byteLength };
  for (const chunk of chunks) {
    const element = elements.get(chunk.path_in_schema[0]);
    if (!element || chunk.path_in_schema.length !== 1) return `the column '${chunk.path_in_schema[0]}' is nested`;
    const fault = wrongChunk(file, chunk, element, given.compressors, left);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function wrongChunk(
  file: ArrayBuffer,
  chunk: ColumnMetaData,
  element: SchemaElement,
  compressors: Compressors,
  left: { unpacked: number },
): string | undefined {
  const values = Number(chunk.num_values);
  const first = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  const length = Number(chunk.total_compressed_size);
  if (!(first >= 0 && length >= 0 && first + length <= file.byteLength)) return 'a column lies outside of it';
  const reader = { view: new DataView(file, first, length), offset: 0 };
  let announced = 0;
  while (reader.offset < length - 1) {
    checkThrift(reader.view, reader.offset);
    const page = parquetHeader(reader);
    const { data_page_header: v1, data_page_header_v2: v2, dictionary_page_header: dictionary } = page;
    const data = page.type === 'DATA_PAGE' ? v1 : page.type === 'DATA_PAGE_V2' ? v2 : undefined;
    const count = (data ?? dictionary)?.num_values ?? 0;
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = page;
    announced += data ? count : 0;
    if (!(count >= 0 && count <= values && announced <= values)) return `a page announces ${count} of the ${values} values of its column`;
    if (!(packed >= 0 && packed <= length - reader.offset)) return `a page announces ${packed} bytes that are not there`;
    if (!(unpacked >= 0 && unpacked <= left.unpacked)) return `a page of ${packed} bytes announces to unpack to ${unpacked}`;
    left.unpacked -= unpacked;
    const bytes = new Uint8Array(file, first + reader.offset, packed);
    reader.offset += packed;
    if (!data) continue;
    const { type, type_length: typeLength } = element;
    const shape = { type: chunk.type ?? type, typeLength, encoding: data.encoding, count };
    const optional = element.repetition_type !== 'REQUIRED';
    let fault: string | undefined;
    if (page.type === 'DATA_PAGE') {
      const whole = decompressPage(bytes, unpacked, chunk.codec, compressors);
      const levels = optional ? 4 + new DataView(whole.buffer, whole.byteOffset, whole.length).getUint32(0, true) : 0;
      fault = (optional ? wrongRuns(whole, 4, 1, count) : undefined) ?? wrongValues(whole, levels, shape);
    } else if (v2) {
      const { definition_levels_byte_length: definitions, repetition_levels_byte_length: repetitions } = v2;
      const levels = definitions + repetitions;
      if (!(definitions >= 0 && repetitions >= 0 && levels <= packed && levels <= unpacked)) return 'a page is all levels';
      const rest = bytes.subarray(levels);
      const whole =
        v2.is_compressed === false || unpacked === levels ? rest : decompressPage(rest, unpacked - levels, chunk.codec, compressors);
      fault = (definitions ? wrongRuns(bytes, repetitions, 1, count) : undefined) ?? wrongValues(whole, 0, shape);
    }
    if (fault !== undefined) return fault;
  }
  return undefined;
}
