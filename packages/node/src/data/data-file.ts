import { homedir } from 'node:os';
import { join } from 'node:path';
import { access, readFile } from 'node:fs/promises';
import { AdvectError } from '@advect/base/errors';
import { writeFileAtomic } from '../atomic-file.js';
import { readLimited } from '../model-folder.js';
import { type Checksum, digitsOf, hashFile, verifyBytes, verifyFile } from './checksum.js';
import { download, type DownloadSettings } from './download.js';
import { gunzip } from './gunzip.js';

/** A file of a public data set: where it is, and how to know that it is the right one. */
export type DataFile = Checksum & {
  /** Name in the cache and in a local folder. */
  readonly name: string;
  /** Absent for a file that is only found in a local folder. */
  readonly url?: string;
  /** Largest size accepted, in bytes. */
  readonly limit: number;
  /** For a .gz that is unzipped: the largest size inside, and whether the checksum is that of the file or of what comes out. */
  readonly unzipped?: { readonly limit: number; readonly hashed: 'file' | 'inside' };
};

export interface DataSettings extends DownloadSettings {
  /** Name of the data set: the sub-folder in the cache. */
  readonly set: string;
  /** A local folder that holds the file, itself or in a sub-folder named after the set (`--data DIR`). */
  readonly directory?: string;
  /** Fetches nothing: what is neither in the local folder nor in the cache is `not-found`. */
  readonly offline?: boolean;
}

/**
 * A data file's bytes (unzipped where it says so), checked against its checksum. It is looked for in the local folder
 * (`directory`, else the environment variable ADVECT_DATA), then in the cache (XDG_CACHE_HOME or ~/.cache, under
 * advect/), then at its address, and a download is kept in the cache. With a local folder given nothing is downloaded,
 * and neither is a file that the cache has.
 *
 * Throws `not-found` where it is nowhere and the network does not answer, `invalid-file` where the bytes are others, and
 * what `download` throws.
 */
export const dataFile = (file: DataFile, settings: DataSettings): Promise<Uint8Array> =>
  obtain(file, settings, async (path) => {
    const bytes = await readLimited(path, file.limit);
    if (file.unzipped?.hashed !== 'inside') verifyBytes(bytes, file, path, hintFor(file));
    const content = file.unzipped === undefined ? bytes : await gunzip(bytes, file.unzipped.limit, path);
    if (file.unzipped?.hashed === 'inside') verifyBytes(content, file, path, hintFor(file));
    return content;
  });

/** The path of a data file that is too large to be held in memory; found and checked as {@link dataFile} does. */
export const dataPath = (file: DataFile, settings: DataSettings): Promise<string> =>
  obtain(file, settings, async (path) => {
    await verifyFile(path, file, hintFor(file), hashedInside(file));
    return path;
  });

async function obtain<T>(file: DataFile, settings: DataSettings, take: (path: string) => Promise<T>): Promise<T> {
  const directory = localFolder(settings);
  if (directory !== undefined) return take(await localPath(file, settings.set, directory));
  const cached = join(cacheFolder(settings.env), settings.set, file.name);
  const known = await pinnedChecksum(file, cached);
  const check = (path: string): Promise<void> => verifyFile(path, known, hintFor(file), hashedInside(file));
  if (await isThere(cached)) {
    const kept = await ('pinned' in file ? check(cached) : Promise.resolve())
      .then(() => take(cached))
      .catch((error: unknown) => {
        // A damaged copy is fetched again; where that cannot be, the damage is what matters.
        if (file.url === undefined || settings.offline || settings.signal?.aborted) throw error;
        return undefined;
      });
    if (kept !== undefined) return kept;
  }
  if (settings.offline) throw notHere(file, cached);
  if (file.url === undefined) throw nowhere(file, settings.set);
  await download({ url: file.url, limit: file.limit, resumable: digitsOf(known) !== undefined }, cached, check, settings);
  if ('pinned' in known) await writeFileAtomic(pinOf(cached), `${await hashFile(cached, 'sha256')}\n`, { force: true });
  return take(cached);
}

/** A file without a published checksum has that of its first download, where there was one. */
async function pinnedChecksum(file: DataFile, path: string): Promise<Checksum> {
  if (!('pinned' in file)) return file;
  const digits = await readFile(pinOf(path), 'utf8').catch(() => '');
  return /^[0-9a-f]{64}\n$/.test(digits) ? { sha256: digits.trim() } : file;
}

/** The largest size inside a .gz whose checksum is that of its inside. */
const hashedInside = ({ unzipped }: DataFile): number | undefined => (unzipped?.hashed === 'inside' ? unzipped.limit : undefined);

const pinOf = (path: string): string => `${path}.sha256`;

/** The local folder that was given, if any. */
export const localFolder = ({ directory, env }: Pick<DataSettings, 'directory' | 'env'>): string | undefined =>
  directory ?? (env.ADVECT_DATA || undefined);

/** The folder for data of this program under the user's cache. */
export const cacheFolder = (env: DataSettings['env']): string =>
  join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'advect');

/** Where a local folder has the file: itself, or in a sub-folder named after the set. Throws `not-found`. */
export async function localPath(file: DataFile, set: string, directory: string): Promise<string> {
  for (const path of [join(directory, file.name), join(directory, set, file.name)]) if (await isThere(path)) return path;
  if (!(await isThere(directory)))
    throw new AdvectError('not-found', `the folder '${directory}' does not exist`, 'Check the path (--data, or ADVECT_DATA).');
  const from = file.url === undefined ? '' : ` (from ${file.url}), or leave --data and ADVECT_DATA out to download it`;
  throw new AdvectError(
    'not-found',
    `the folder '${directory}' holds neither ${file.name} nor ${set}/${file.name}`,
    `Put the file there${from}.`,
  );
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const nowhere = (file: DataFile, set: string): AdvectError =>
  new AdvectError(
    'not-found',
    `${file.name} of the data set ${set} has no address that it could be fetched from`,
    `Put it in a folder and give --data DIR (or set ADVECT_DATA).`,
  );

const notHere = ({ name }: DataFile, cached: string): AdvectError =>
  new AdvectError('not-found', `${name} is not here: there is no '${cached}'`, 'Fetch it first, or give --data DIR.');

const hintFor = ({ url }: DataFile): string => (url === undefined ? 'Give the unchanged file.' : `Fetch it again from ${url}.`);
