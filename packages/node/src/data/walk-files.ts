import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { readZip } from '@advect/core/io';
import { readLimited } from '../model-folder.js';
import { fromSystemError } from '../system-error.js';
import { readEntry, tarEntries } from './tar.js';

/** A file of a folder or of an archive. */
export interface WalkedFile {
  /** Its path below the folder, or in the archive without a folder that holds all, with `/`. */
  readonly name: string;
  /** The first folder of that path, '' where there is none: its class, by custom. */
  readonly folder: string;
  read(): Promise<Uint8Array>;
}

export interface WalkSettings {
  /** What the wanted files' names end in, in small letters, such as '.png'. */
  readonly endings: readonly string[];
  /** Largest size of a file, in bytes; a larger one throws `invalid-file` when it is read. */
  readonly limit: number;
}

const deepest = 16;
const mostFiles = 1_000_000;
const largestArchive = 2 ** 31 - 1;

/**
 * The files with certain endings in a folder and those below it, or in a .zip, .tar, .tar.gz or .tgz archive, in the order of
 * their names. Hidden files, links and devices are passed over. Files are read when asked for; those of a tar archive are
 * held in memory, as it has no list of them. Nothing is ever written.
 *
 * Throws `not-found` for a path that is not there, `invalid-file` for a damaged archive and for more than 1,000,000 files.
 */
export async function walkFiles(path: string, settings: WalkSettings): Promise<WalkedFile[]> {
  const found = await list(path, settings);
  if (found.length > mostFiles) throw new AdvectError('invalid-file', `'${path}' holds more than ${mostFiles} files`, 'Give a part of it.');
  const root = /\.(?:zip|tar|tgz|gz)$/i.test(path) ? commonFolder(found.map(({ name }) => name)) : '';
  return found
    .map(({ name, read }) => ({ name: name.slice(root.length), read }))
    .map(({ name, read }) => ({ name, folder: name.includes('/') ? name.slice(0, name.indexOf('/')) : '', read }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

type Found = Pick<WalkedFile, 'name' | 'read'>;

async function list(path: string, settings: WalkSettings): Promise<Found[]> {
  const isFolder = await stat(path).then(
    (about) => about.isDirectory(),
    (thrown: unknown) => {
      throw fromSystemError(thrown, path) ?? thrown;
    },
  );
  if (isFolder) return inFolder(path, '', settings, 0);
  if (/\.zip$/i.test(path)) return inZip(path, settings);
  if (/\.(?:tar|tar\.gz|tgz)$/i.test(path)) return inTar(path, settings);
  throw new AdvectError('invalid-file', `'${path}' is no folder and no archive`, 'Give a folder, or a .zip, .tar, .tar.gz or .tgz.');
}

async function inFolder(folder: string, below: string, settings: WalkSettings, depth: number): Promise<Found[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((thrown: unknown) => {
    throw fromSystemError(thrown, folder) ?? thrown;
  });
  const found: Found[] = [];
  for (const entry of entries) {
    const [name, path] = [`${below}${entry.name}`, join(folder, entry.name)];
    if (entry.isFile() && isWanted(name, settings)) found.push({ name, read: () => readLimited(path, settings.limit) });
    if (!entry.isDirectory() || isHidden(entry.name)) continue;
    if (depth === deepest)
      throw new AdvectError('invalid-file', `'${path}' lies more than ${deepest} folders deep`, 'Give a folder nearer to it.');
    found.push(...(await inFolder(path, `${name}/`, settings, depth + 1)));
  }
  return found;
}

async function inZip(path: string, settings: WalkSettings): Promise<Found[]> {
  return readZip(await readLimited(path, largestArchive), { limit: Number.MAX_SAFE_INTEGER })
    .filter(({ name }) => isWanted(name, settings))
    .map(({ name, size, read }) => ({
      name,
      read: () => (size > settings.limit ? Promise.reject(tooLarge(name, size, settings)) : read()),
    }));
}

async function inTar(path: string, settings: WalkSettings): Promise<Found[]> {
  const found: Found[] = [];
  for await (const entry of tarEntries(path)) {
    const { name, size } = entry;
    if (!isWanted(name, settings)) continue;
    if (found.length === mostFiles)
      throw new AdvectError('invalid-file', `'${path}' holds more than ${mostFiles} files`, 'Give a part of it.');
    const content = size > settings.limit ? undefined : await readEntry(entry, settings.limit);
    found.push({ name, read: () => (content ? Promise.resolve(content) : Promise.reject(tooLarge(name, size, settings))) });
  }
  return found;
}

const isHidden = (name: string): boolean => name.startsWith('.') || name === '__MACOSX';

const isWanted = (name: string, { endings }: WalkSettings): boolean =>
  !name.split('/').some((part) => part !== '.' && isHidden(part)) &&
  endings.some((ending) => basename(name).toLowerCase().endsWith(ending));

const tooLarge = (name: string, size: number, { limit }: WalkSettings): AdvectError =>
  new AdvectError('invalid-file', `'${name}' has ${size} bytes, more than the ${limit} allowed`, 'Give a smaller file.');

/** The folders that all names begin with. */
function commonFolder(names: readonly string[]): string {
  let common = names[0] ?? '';
  for (const name of names) while (!name.startsWith(common)) common = common.slice(0, -1);
  return common.slice(0, common.lastIndexOf('/') + 1);
}
