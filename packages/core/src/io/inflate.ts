import { AdvectError } from '@advect/base/errors';

/**
 * Inflates bytes (raw DEFLATE, RFC 1951) that are known to become exactly `size` bytes; throws `invalid-file` where they
 * become more, fewer, or none. No more than that is kept.
 */
export async function inflate(bytes: Uint8Array, size: number, what: string): Promise<Uint8Array> {
  const fail = (problem: string, cause?: unknown): AdvectError =>
    new AdvectError('invalid-file', `${what} cannot be unpacked: ${problem}`, 'The archive is damaged; fetch it again.', cause);
  const out = new Uint8Array(size);
  let filled = 0;
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  const written = writer.write(bytes as Uint8Array<ArrayBuffer>).then(() => writer.close());
  written.catch(() => {});
  try {
    // Not every browser iterates over a stream.
    const reader = stream.readable.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const part = next.value;
      if (filled + part.length > size) throw fail(`it holds more than the ${size} bytes announced`);
      out.set(part, filled);
      filled += part.length;
    }
  } catch (thrown) {
    throw thrown instanceof AdvectError ? thrown : fail((thrown as Error).message, thrown);
  }
  if (filled !== size) throw fail(`it holds ${filled} of the ${size} bytes announced`);
  return out;
}
