import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AdvectError } from '@advect/base/errors';
import { extract } from 'tar-stream';

/** One file of a tar archive. */
export interface TarEntry {
  /** A path, so never to be written to without a check. */
  readonly name: string;
  readonly size: number;
  /** Its bytes piece by piece, to be read before the next entry is asked for. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

/**
 * The files of a tar archive (.tar, .tar.gz, .tgz) one after another, from its path or its bytes; folders and links are
 * passed over. Throws `invalid-file` where it is damaged.
 */
export async function* tarEntries(archive: string | Uint8Array, name = String(archive)): AsyncGenerator<TarEntry> {
  const source = typeof archive === 'string' ? createReadStream(archive) : Readable.from(pieces(archive));
  const zipped = typeof archive === 'string' ? /\.t?gz$/.test(archive) : archive[0] === 0x1f && archive[1] === 0x8b;
  const tar = extract();
  const unzip = zipped ? createGunzip() : undefined;
  const fail = (error: Error): void => void tar.destroy(error);
  source.on('error', fail);
  unzip?.on('error', fail);
  if (unzip) source.pipe(unzip).pipe(tar);
  else source.pipe(tar);
  const damaged = (cause: unknown): unknown =>
    cause instanceof AdvectError
      ? cause
      : new AdvectError('invalid-file', `the archive ${name} cannot be read: ${(cause as Error).message}`, 'Fetch it again.', cause);
  async function* contentOf(entry: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* entry;
    } catch (cause) {
      throw damaged(cause);
    }
  }
  try {
    for await (const entry of tar) {
      const { type, name: path, size = 0 } = entry.header;
      if (type === 'file' || type === 'contiguous-file') yield { name: path, size, bytes: contentOf(entry) };
      entry.resume();
    }
  } catch (cause) {
    throw damaged(cause);
  } finally {
    source.destroy();
  }
}

/** The whole of an entry; throws `invalid-file` where it has more than `limit` bytes. */
export async function readEntry({ name, size, bytes }: TarEntry, limit: number): Promise<Uint8Array> {
  if (size > limit)
    throw new AdvectError('invalid-file', `${name} has ${size} bytes, more than the ${limit} allowed`, 'Give another archive.');
  const whole = new Uint8Array(size);
  let filled = 0;
  for await (const part of bytes) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}

const pieceSize = 2 ** 16;

function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceSize) yield bytes.subarray(at, at + pieceSize);
}
