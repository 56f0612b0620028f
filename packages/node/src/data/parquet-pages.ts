import type { FileMetaData } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';

/** Cells that a file may hold: so many and 64 for each of its bytes. */
const mostCells = 2 ** 18;
/** Bytes that a page may unpack to: so many and as many times its own as DEFLATE can (RFC 1951). */
const mostUnpacked = 2 ** 24;
const mostPacked = 1032;

/**
 * What is wrong with the sizes that a Parquet file announces, or undefined: how many cells there are in these columns, where their
 * pages lie, how many values each page holds and how many bytes it unpacks to. hyparquet believes what pages say of
 * themselves, and allocates it, so that this is to be asked first. Cost: one pass over the headers of the pages.
 */
export function wrongSizes(file: ArrayBuffer, { row_groups: groups }: FileMetaData, columns: readonly string[]): string | undefined {
  const chunks = groups.flatMap((group) =>
    group.columns.flatMap(({ meta_data: chunk }) => (chunk && columns.includes(chunk.path_in_schema[0]) ? [chunk] : [])),
  );
  const cells = chunks.reduce((sum, { num_values: count }) => sum + Math.abs(Number(count)), 0);
  const most = mostCells + 64 * file.byteLength;
  if (!(cells <= most)) return `it announces ${cells} values, and ${most} are read of a file of its length`;
  for (const chunk of chunks) {
    const values = Number(chunk.num_values);
    const first = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
    const length = Number(chunk.total_compressed_size);
    if (!(first >= 0 && length >= 0 && first + length <= file.byteLength)) return 'a column lies outside of it';
    const reader = { view: new DataView(file, first, length), offset: 0 };
    while (reader.offset < length - 1) {
      const page = parquetHeader(reader);
      const { num_values: count } = page.data_page_header ?? page.data_page_header_v2 ?? page.dictionary_page_header ?? { num_values: 0 };
      const { compressed_page_size: packed, uncompressed_page_size: unpacked } = page;
      if (!(count >= 0 && count <= values)) return `a page announces ${count} of the ${values} values of its column`;
      if (!(packed >= 0 && packed <= length - reader.offset)) return `a page announces ${packed} bytes that are not there`;
      if (!(unpacked >= 0 && unpacked <= mostUnpacked + mostPacked * packed))
        return `a page of ${packed} bytes announces to unpack to ${unpacked}`;
      reader.offset += packed;
    }
  }
  return undefined;
}
