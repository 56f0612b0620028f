import { homedir } from 'node:os';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { writeFileAtomic } from '../atomic-file.js';
import { readLimited } from '../model-folder.js';
import { type Checksum, verify } from './checksum.js';
import { gunzip } from './gunzip.js';

/** A file of a public data set: where it is, and how to know that it is the right one. */
export type DataFile = Checksum & {
  /** Name in the cache and in a local folder. */
  readonly name: string;
  readonly url: string;
  /** Largest size accepted, in bytes. */
  readonly limit: number;
  /** For a .gz: the largest size inside. The file is then unzipped, and the checksum is that of what comes out. */
  readonly unzipped?: number;
};

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
 * A data file's bytes (unzipped where it says so), checked against its checksum. It is looked for in the local folder
 * (`directory`, else the environment variable ADVECT_DATA), then in the cache (XDG_CACHE_HOME or ~/.cache, under
 * advect/), then at its address, and a download is kept in the cache. With a local folder given nothing is downloaded.
 *
 * Throws `not-found` where it is nowhere and the network does not answer, and `invalid-file` where the bytes are others.
 */
export async function dataFile(file: DataFile, settings: DataSettings): Promise<Uint8Array> {
  const directory = localFolder(settings);
  if (directory !== undefined) return fromFolder(file, settings.set, directory);
  const cached = join(cacheFolder(settings.env), settings.set, file.name);
  const kept = await readLimited(cached, file.limit)
    .then((bytes) => checked(file, bytes, cached))
    .catch(() => undefined);
  if (kept) return kept;
  const bytes = await download(file, settings);
  const content = await checked(file, bytes, file.url);
  await writeFileAtomic(cached, bytes, { force: true });
  return content;
}

/** The local folder that was given, if any. */
export const localFolder = ({ directory, env }: Pick<DataSettings, 'directory' | 'env'>): string | undefined =>
  directory ?? (env.ADVECT_DATA || undefined);

/** The folder for data of this program under the user's cache. */
export const cacheFolder = (env: DataSettings['env']): string =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'advect');

/** The places where a local folder may have a file. */
export const localPaths = (file: Pick<DataFile, 'name'>, set: string, directory: string): readonly string[] => [
  join(directory, file.name),
  join(directory, set, file.name),
];

async function fromFolder(file: DataFile, set: string, directory: string): Promise<Uint8Array> {
  for (const path of localPaths(file, set, directory)) {
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
  try {
    const response = await get(file.url, { signal });
    if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`.trim());
    return await limitedBody(response, file);
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

async function checked(file: DataFile, bytes: Uint8Array, place: string): Promise<Uint8Array> {
  const content = file.unzipped === undefined ? bytes : await gunzip(bytes, file.unzipped, place);
  verify(content, file, place, `Fetch it again from ${file.url}.`);
  return content;
}
