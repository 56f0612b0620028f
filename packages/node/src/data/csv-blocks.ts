import type { NdArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { readCsv, type ReadCsvOptions } from '@advect/core/io';

const blockSize = 2 ** 22;
const longestLine = 2 ** 20;
const newline = 0x0a;

/**
 * The rows of a CSV file too large for one text, block by block: it is cut at the ends of lines, so that no cell may hold one. The
 * first line is passed over where it is a header; each block is read as {@link readCsv} does, whose errors it throws.
 */
export async function* csvBlocks(
  source: AsyncIterable<Uint8Array>,
  options: Omit<ReadCsvOptions, 'header' | 'columns'> & { readonly header: boolean },
): AsyncGenerator<NdArray<Float64Array>> {
  let { header } = options;
  const read = (bytes: Buffer): NdArray<Float64Array> => readCsv(bytes, { ...options, header: false }).x;
  let rest: Buffer[] = [];
  let size = 0;
  for await (const part of source) {
    rest.push(Buffer.from(part));
    size += part.length;
    if (size < blockSize) continue;
    let whole = Buffer.concat(rest);
    if (header) {
      const end = whole.indexOf(newline);
      whole = whole.subarray(end + 1);
      header = false;
    }
    const end = whole.lastIndexOf(newline) + 1;
    if (whole.length - end > longestLine) {
      throw new AdvectError('invalid-file', `a line of the CSV file is longer than ${longestLine} bytes`, 'Give a file of shorter lines.');
    }
    yield read(whole.subarray(0, end));
    rest = [whole.subarray(end)];
    size = whole.length - end;
  }
  let whole = Buffer.concat(rest);
  if (header) whole = whole.subarray(whole.indexOf(newline) + 1);
  if (whole.some((byte) => byte > 0x20)) yield read(whole);
}

/** All rows of blocks of one width; throws `invalid-file` where they differ. */
export async function gatherRows(blocks: AsyncIterable<NdArray<Float64Array>>): Promise<NdArray<Float64Array>> {
  const all: NdArray<Float64Array>[] = [];
  for await (const block of blocks) {
    if (all.length > 0 && all[0].shape[1] !== block.shape[1]) {
      throw new AdvectError('invalid-file', `rows of ${block.shape[1]} cells follow rows of ${all[0].shape[1]}`, 'Mend the file.');
    }
    all.push(block);
  }
  if (all.length === 0) throw new AdvectError('invalid-file', 'the CSV file has no rows', 'Give a file with rows.');
  const data = new Float64Array(all.reduce((sum, block) => sum + block.data.length, 0));
  let at = 0;
  for (const block of all) {
    data.set(block.data, at);
    at += block.data.length;
  }
  return { shape: [data.length / all[0].shape[1], all[0].shape[1]], data };
}
