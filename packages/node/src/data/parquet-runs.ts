import { readVarInt } from 'hyparquet/src/thrift.js';

/** Values by which the last packed run may go beyond those of its page: runs are of eight, and some are padded. */
const padding = 504;

/** What a page of one column holds. */
export interface PageValues {
  readonly type: string | undefined;
  readonly typeLength: number | undefined;
  readonly encoding: string | undefined;
  readonly count: number;
}

/** What is wrong with the values of a page, unpacked, which begin at byte `at`, or undefined: see `wrongRuns`. */
export function wrongValues(page: Uint8Array, at: number, { type, typeLength, encoding, count }: PageValues): string | undefined {
  const reader = readerOf(page, at);
  if (encoding === 'PLAIN') return undefined;
  if (encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY' || encoding === 'RLE') {
    if (type === 'BOOLEAN') return wrongRuns(page, at + 4, 1, count);
    const width = reader.view.getUint8(reader.offset);
    return width === 0 ? undefined : wrongRuns(page, at + 1, width, count);
  }
  if (encoding === 'DELTA_BINARY_PACKED') {
    readVarInt(reader);
    const blocks = readVarInt(reader);
    return blocks > 0 && blocks <= page.length ? undefined : `a page of ${page.length} bytes announces ${blocks} blocks`;
  }
  if (encoding === 'BYTE_STREAM_SPLIT') {
    const width = type === 'FIXED_LEN_BYTE_ARRAY' ? (typeLength ?? 0) : 4;
    return width >= 0 && width * count <= page.length ? undefined : `a page of ${page.length} bytes announces ${count} values`;
  }
  return `its values are encoded as ${encoding}, which no numbers are read of`;
}

/**
 * What is wrong with the run-length encoded whole numbers at byte `at` of a page, or undefined: hyparquet believes the
 * lengths of runs, and makes room for as many.
 */
export function wrongRuns(page: Uint8Array, at: number, width: number, count: number): string | undefined {
  if (width > 32) return `a page holds numbers of ${width} bits`;
  const reader = readerOf(page, at);
  for (let seen = 0; seen < count;) {
    const head = readVarInt(reader);
    const run = head & 1 ? (head >> 1) * 8 : head >>> 1;
    if (!(run >= 0 && run <= count + padding)) return `a run announces ${run} of the ${count} values of its page`;
    seen += run;
    reader.offset += head & 1 ? (run / 8) * width : (width + 7) >> 3;
  }
  return undefined;
}

const readerOf = (page: Uint8Array, offset: number): { view: DataView; offset: number } => ({
  view: new DataView(page.buffer, page.byteOffset, page.byteLength),
  offset,
});
