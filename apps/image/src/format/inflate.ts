import { joined } from './bytes.js';

/** Inflates zlib bytes (RFC 1950) of unknown size; throws a RangeError once they become more than `most` bytes, and whatever the platform throws for damaged ones. */
export async function inflate(bytes: Uint8Array, most: number): Promise<Uint8Array> {
  const stream = new DecompressionStream('deflate');
  const writer = stream.writable.getWriter();
  writer
    .write(bytes as Uint8Array<ArrayBuffer>)
    .then(() => writer.close())
    .catch(() => {});
  const reader = stream.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    size += next.value.length;
    if (size > most) {
      reader.cancel().catch(() => {});
      throw new RangeError(`more than ${most} bytes`);
    }
    parts.push(next.value);
  }
  return joined(...parts);
}
