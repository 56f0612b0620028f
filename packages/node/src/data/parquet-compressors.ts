import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';

/** The decompressors of a Parquet file's pages: none makes more than the page announces. */
export async function boundedCompressors(): Promise<Compressors> {
  const { compressors, decompressZstd } = await import('hyparquet-compressors');
  const within = (length: number) => ({ maxOutputLength: Math.max(1, length) });
  return {
    ...compressors,
    GZIP: (packed, length) => new Uint8Array(gunzipSync(packed, within(length))),
    BROTLI: (packed, length) => new Uint8Array(brotliDecompressSync(packed, within(length))),
    // Given where to write, it makes no window of its own, of which a frame may announce two gigabytes.
    ZSTD: (packed, length) => decompressZstd(packed, new Uint8Array(length)),
  };
}
