import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { existsAlready, flushFolder, makeFolder, temporaryBeside, writeDurably } from './atomic-file.js';
import { fromSystemError } from './system-error.js';

const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const readable = /\.(json|safetensors|md)$/;
const largestFile = 512 * 2 ** 20;
const largestFolder = 2 * largestFile;

/**
 * Writes a model's (or checkpoint's) files as a folder that is there in full or not at all: a hidden folder beside it is
 * filled, flushed and renamed. A folder that it replaces is put aside until the new one has its name; after a crash in
 * between, {@link readModelFolder} finds it there.
 *
 * @param settings.force replaces a folder that exists; without it that is an error `invalid-file`
 */
export async function writeModelFolder(
  path: string,
  files: ReadonlyMap<string, Uint8Array>,
  settings: { readonly force?: boolean } = {},
): Promise<void> {
  const target = resolve(path);
  const temporary = temporaryBeside(target);
  const aside = asideOf(target);
  try {
    if (!settings.force && (await exists(target))) throw existsAlready(path);
    if (await exists(target)) await refuseForeignFolder(path);
    await makeFolder(dirname(target));
    await mkdir(temporary);
    for (const [name, bytes] of files) {
      if (!plainName.test(name))
        throw new AdvectError('invalid-value', `'${name}' is no plain file name`, 'Use letters, digits, - _ and . only.');
      await writeDurably(join(temporary, name), bytes);
    }
    await flushFolder(temporary);
    if (settings.force && (await exists(target))) await replaceFolder(temporary, target, aside);
    else await rename(temporary, target);
    await flushFolder(dirname(target));
    await rm(aside, { recursive: true, force: true });
  } catch (thrown) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw fromSystemError(thrown, path, temporary) ?? thrown;
  }
}

async function replaceFolder(from: string, to: string, aside: string): Promise<void> {
  await rm(aside, { recursive: true, force: true });
  await rename(to, aside);
  try {
    await rename(from, to);
  } catch (thrown) {
    await rename(aside, to);
    throw thrown;
  }
}

/**
 * Replaces some files of a model's folder, all of them or none of them, whatever happens in between: they are written into a hidden
 * folder in it, which gets the name `.update` once they are on the disk, and are moved to their places from there. Where a crash has left
 * some of them there {@link readModelFolder} takes them from there, and the next update moves them first.
 */
export async function updateModelFolder(path: string, files: ReadonlyMap<string, Uint8Array | string>): Promise<void> {
  const update = updateOf(path);
  const temporary = temporaryBeside(update);
  try {
    await moveInto(path, update);
    await mkdir(temporary);
    for (const [name, bytes] of files) await writeDurably(join(temporary, name), bytes);
    await flushFolder(temporary);
    await rename(temporary, update);
    await flushFolder(path);
    await moveInto(path, update);
  } catch (thrown) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    throw fromSystemError(thrown, path, temporary) ?? thrown;
  }
}

/** Where new files of a model lie, in full, until all are in their places. */
const updateOf = (folder: string): string => join(folder, '.update');

async function moveInto(path: string, update: string): Promise<void> {
  if (!(await exists(update))) return;
  for (const name of await readdir(update)) await rename(join(update, name), join(path, name));
  await flushFolder(path);
  await rmdir(update);
}

/** Where a folder waits while another takes its name. */
const asideOf = (target: string): string => join(dirname(target), `.${basename(target)}.replaced`);

/**
 * Reads a model's files: everything in the folder that ends in .json, .safetensors or .md, at most 512 MiB a file and 1 GiB in all. What they hold is for the
 * model reader to check. Throws `not-found` where there is no `main` file (checkpoint.json is that of a checkpoint).
 */
export async function readModelFolder(
  path: string,
  main: 'model.json' | 'checkpoint.json' = 'model.json',
): Promise<Map<string, Uint8Array>> {
  const aside = asideOf(resolve(path));
  if (!(await exists(path)) && (await exists(aside))) return readFolder(aside, main);
  return readFolder(path, main);
}

async function readFolder(path: string, main: string): Promise<Map<string, Uint8Array>> {
  const places = await filesIn(path).catch((thrown) => {
    throw fromSystemError(thrown, path) ?? thrown;
  });
  const update = updateOf(path);
  if (await exists(update)) for (const [name, place] of await filesIn(update)) places.set(name, place);
  if (!places.has(main)) {
    const what = main === 'model.json' ? 'model' : 'checkpoint';
    throw new AdvectError('not-found', `'${path}' holds no ${main}`, `Give the folder of a ${what}, as the train command writes it.`);
  }
  const files = new Map<string, Uint8Array>();
  let left = largestFolder;
  for (const name of [...places.keys()].sort()) {
    const bytes = await readLimited(places.get(name)!, Math.min(largestFile, left));
    left -= bytes.length;
    files.set(name, bytes);
  }
  return files;
}

/** Paths of a model's files in a folder, by name. */
async function filesIn(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true });
  return new Map(
    entries
      .filter((entry) => entry.isFile() && plainName.test(entry.name) && readable.test(entry.name))
      .map(({ name }) => [name, join(folder, name)]),
  );
}

/**
 * A file's bytes; throws `invalid-file` where it is larger than `limit` bytes, before it reads them or, where the size is
 * not known before (a pipe, a device), as soon as it has read more.
 */
export async function readLimited(path: string, limit: number): Promise<Uint8Array> {
  const tooLarge = (size: string): AdvectError =>
    new AdvectError('invalid-file', `'${path}' has ${size} bytes, more than the ${limit} allowed`, 'Give a smaller file.');
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > limit) throw tooLarge(String(size));
      const parts: Buffer[] = [];
      let read = 0;
      for await (const part of file.createReadStream({ autoClose: false, end: limit })) {
        parts.push(part as Buffer);
        read += (part as Buffer).length;
      }
      if (read > limit) throw tooLarge(`at least ${read}`);
      return new Uint8Array(Buffer.concat(parts));
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw fromSystemError(thrown, path) ?? thrown;
  }
}

/** Only a model is ever replaced, so that a slip of the pen cannot delete a home folder. */
async function refuseForeignFolder(path: string): Promise<void> {
  const names = await readdir(path);
  if (names.length === 0 || names.includes('model.json') || names.includes('checkpoint.json')) return;
  throw new AdvectError('invalid-file', `'${path}' exists and is no model, so it is not replaced`, 'Give another name.');
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
