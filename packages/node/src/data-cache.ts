import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { writeFileAtomic } from './atomic-file.js';
import { readLimited } from './model-folder.js';

/** A file of a public data set: where it is, and how to know that it is the right one. */
export interface DataFile {
  /** Name in the cache and in a local folder. */
  readonly name: string;
  readonly url: string;
  /** Of the file's bytes, in hexadecimal. */
  readonly sha256: string;
  /** Largest size accepted, in bytes. */
  readonly limit: number;
}

export interface DataSettings {
  /** Name of the data set: the sub-folder in the cache. */
  readonly set: string;
  /** A local folder that holds the file, itself or in a sub-folder named after the set (`--data DIR`). */
  readonly directory?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  readonly fetch?: typeof fetch;
  /** Told before a download. */
  readonly onDownload?: (url: string) => void;
}

/**
 * A data file's bytes, checked against its sha256. It is looked for in the local folder (`directory`, else the
 * environment variable ADVECT_DATA), then in the cache (XDG_CACHE_HOME or ~/.cache, under advect/), then at its address,
 * and a download is kept in the cache. With a local folder given nothing is downloaded.
 *
 * Throws `not-found` where it is nowhere and the network does not answer, and `invalid-file` where the bytes are others.
 */
export async function dataFile(file: DataFile, settings: DataSettings): Promise<Uint8Array> {
  const directory = settings.directory ?? (settings.env.ADVECT_DATA || undefined);
  if (directory !== undefined) return fromFolder(file, settings.set, directory);
  const cached = join(cacheFolder(settings.env), settings.set, file.name);
  const kept = await readLimited(cached, file.limit).catch(() => undefined);
  if (kept && sha256(kept) === file.sha256) return kept;
  const bytes = await download(file, settings);
  await writeFileAtomic(cached, bytes, { force: true });
  return bytes;
}

/** The folder for data of this program under the user's cache. */
export const cacheFolder = (env: DataSettings['env']): string =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'advect');

/** sha256 in hexadecimal. */
export const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

async function fromFolder(file: DataFile, set: string, directory: string): Promise<Uint8Array> {
  for (const path of [join(directory, file.name), join(directory, set, file.name)]) {
    const bytes = await readLimited(path, file.limit).catch((error: unknown) => {
      if (error instanceof AdvectError && error.code === 'not-found') return undefined;
      throw error;
    });
    if (bytes) return checked(file, bytes, path);
  }
  throw new AdvectError(
    'not-found',
    `the folder '${directory}' holds neither ${file.name} nor ${set}/${file.name}`,
    `Put the file there (from ${file.url}), or leave --data and ADVECT_DATA out to download it.`,
  );
}

async function download(file: DataFile, { signal, fetch: get = fetch, onDownload, set }: DataSettings): Promise<Uint8Array> {
  onDownload?.(file.url);
  let bytes: Uint8Array;
  try {
    const response = await get(file.url, { signal });
    if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`.trim());
    bytes = await limitedBody(response, file);
  } catch (cause) {
    if (signal?.aborted) throw new AdvectError('aborted', `the download of ${file.name} was interrupted`, 'Run the command again.', cause);
    if (cause instanceof AdvectError) throw cause;
    const reason = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : String(cause);
    throw new AdvectError(
      'not-found',
      `${file.name} of the data set ${set} could not be fetched from ${file.url}: ${reason}`,
      `Connect to the internet and try again, or put the file in a folder and give --data DIR (or set ADVECT_DATA).`,
      cause,
    );
  }
  return checked(file, bytes, file.url);
}

async function limitedBody(response: Response, file: DataFile): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > file.limit)
      throw new AdvectError(
        'invalid-file',
        `${file.url} sends more than ${file.limit} bytes`,
        'The file there has changed; give --data DIR.',
      );
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function checked(file: DataFile, bytes: Uint8Array, place: string): Uint8Array {
  const found = sha256(bytes);
  if (found === file.sha256) return bytes;
  throw new AdvectError(
    'invalid-file',
    `${place} is not the expected file: its sha256 is ${found.slice(0, 12)}…, not ${file.sha256.slice(0, 12)}…`,
    `Fetch it again from ${file.url}.`,
  );
}
