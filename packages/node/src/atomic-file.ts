import { randomBytes } from 'node:crypto';
import { access, link, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { fromSystemError } from './system-error.js';

/**
 * Writes a file so that a reader sees the old bytes or all of the new ones, whatever happens in between: a temporary
 * file beside it is written, flushed to the disk, and renamed. The folder is made where it is missing.
 *
 * @param settings.force replaces a file (or a link, not what it leads to) that exists; without it that is an error `invalid-file`, and the file stays as it is
 */
export async function writeFileAtomic(
  path: string,
  bytes: Uint8Array | string,
  settings: { readonly force?: boolean } = {},
): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await makeFolder(dirname(path));
    if (settings.force) await refuseSpecial(path);
    await writeDurably(temporary, bytes);
    await (settings.force ? rename(temporary, path) : renameToFreeName(temporary, path));
    await flushFolder(dirname(path));
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {});
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') throw existsAlready(path, thrown);
    throw fromSystemError(thrown, path, temporary) ?? thrown;
  }
}

/** Makes a folder and those above it; throws `invalid-file` where one of the names is a file's. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw thrown;
    throw new AdvectError('invalid-file', `'${path}' is no folder, or leads through a file`, 'Give another path.', thrown);
  }
}

/** A device or a pipe, such as /dev/null, is nothing to put a file in the place of. */
async function refuseSpecial(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile() && !found.isDirectory()) {
    throw new AdvectError('invalid-file', `'${path}' is a device or a pipe, which is not replaced`, 'Give the name of a file.');
  }
}

/** A link fails where the name is taken, in one step with the check; a rename would replace it. */
async function renameToFreeName(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
    await rm(from);
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? '';
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw thrown;
    await access(to).then(
      () => Promise.reject(existsAlready(to)),
      () => rename(from, to),
    );
  }
}

/** A hidden name in the same folder that nobody else uses. */
export const temporaryBeside = (path: string): string => join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);

/** Removes what writers that were killed left half written in a folder: nobody may be writing there. */
export async function removeTemporaries(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (/^\..+\.[0-9a-f]{12}\.tmp$/.test(name)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

/** Writes a new file and waits until it is on the disk. */
export async function writeDurably(path: string, bytes: Uint8Array | string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Waits until a folder's entries are on the disk; where folders cannot be opened (Windows) there is nothing to wait for. */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined);
  if (!folder) return;
  await folder.sync().catch(() => {});
  await folder.close();
}

const anotherName = 'Give another name, or --force to replace it.';

export const existsAlready = (path: string, cause?: unknown, hint = anotherName): AdvectError =>
  new AdvectError('invalid-file', `'${path}' exists already`, hint, cause);

/** Throws `invalid-file` where the path is taken: for a check before long work; the write checks again. */
export async function refuseExisting(path: string, hint = anotherName): Promise<void> {
  await access(path).then(
    () => Promise.reject(existsAlready(path, undefined, hint)),
    () => {},
  );
}

/**
 * Throws where nothing can be written into a folder, by trying it, with a hint what to do: for a check before long work; the write may
 * still fail, as when the disk has become full.
 */
export async function refuseUnwritable(folder: string, hint: string): Promise<void> {
  const probe = temporaryBeside(join(folder, 'probe'));
  try {
    await mkdir(probe);
    await rmdir(probe);
  } catch (thrown) {
    const { code, message } = fromSystemError(thrown, folder, probe) ?? {};
    throw code === undefined ? thrown : new AdvectError(code, `cannot write into a folder: ${message}`, hint, thrown);
  }
}
