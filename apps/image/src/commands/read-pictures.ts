import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { choice, type CommandContext, flag, readLimited, sha256, walkFiles } from '@advect/node';
import { largestFile, pictureEndings } from '../data/folder.js';
import type { PictureForm, Pictures } from '../data/picture-set.js';
import { type Fit, fits } from '../format/fit.js';

/** Options of a command that reads pictures. */
export const readingOptions = {
  fit: choice(fits, { description: 'what becomes of a picture that is not square', default: 'cover' }),
  invert: flag({ description: 'for dark writing on light paper: exchange black and white first' }),
};

/** Pictures of files, as a model takes them. */
export interface ReadPictures {
  readonly pictures: Pictures;
  readonly files: readonly string[];
  /** sha256 and bytes of each file. */
  readonly hashes: readonly string[];
  readonly sizes: readonly number[];
  /** Files that could not be read; each was said. */
  readonly failed: number;
}

/**
 * Reads pictures from files, folders and archives: what cannot be read is said and left out, and the rest goes on. The error of
 * a single file is thrown, and `invalid-file` where nothing can be read.
 */
export async function readPictures(
  places: readonly string[],
  form: PictureForm,
  { fit, invert: exchange }: { readonly fit: Fit; readonly invert: boolean },
  { note, signal }: Pick<CommandContext, 'note' | 'signal'>,
): Promise<ReadPictures> {
  const [{ decodePicture }, { invert, pictureToLevels }] = await Promise.all([import('../codec/decode.js'), import('../layout/levels.js')]);
  const found: { readonly file: string; readonly levels: Uint8Array; readonly hash: string; readonly size: number }[] = [];
  let failed = 0;
  const unlessAlone = (thrown: unknown, name: string, alone: boolean): void => {
    if (alone || !(thrown instanceof AdvectError) || thrown.code === 'aborted') throw thrown;
    note(`left out ${name}: ${thrown.message}`);
    failed++;
  };
  for (const place of places) {
    const files = await filesAt(place).catch((thrown: unknown) => {
      unlessAlone(thrown, place, places.length === 1);
      return [];
    });
    for (const { name, read } of files) {
      signal.throwIfAborted();
      try {
        const bytes = await read();
        const { picture, remarks } = await decodePicture(bytes, name, { ...form, fit });
        for (const remark of remarks) note(`${name}: ${remark}`);
        const levels = pictureToLevels(exchange ? invert(picture) : picture, form.levels);
        found.push({ file: name, levels, hash: sha256(bytes), size: bytes.length });
      } catch (thrown) {
        unlessAlone(thrown, name, places.length === 1 && files.length === 1);
      }
    }
  }
  if (found.length === 0) {
    throw failed > 0
      ? new AdvectError('invalid-file', `none of ${failed} files could be read`, 'The reasons stand above.')
      : new AdvectError('not-found', `'${places[0]}' holds no pictures`, `Give files that end in ${pictureEndings.join(', ')}.`);
  }
  const dim = found[0].levels.length;
  const pixels = new Uint8Array(found.length * dim);
  found.forEach(({ levels }, i) => pixels.set(levels, i * dim));
  return {
    pictures: { count: found.length, pixels, labels: new Int32Array(found.length).fill(-1) },
    files: found.map(({ file }) => file),
    hashes: found.map(({ hash }) => hash),
    sizes: found.map(({ size }) => size),
    failed,
  };
}

/** Throws `invalid-file` where some files could not be read, after all others are done: the exit code tells. */
export function refuseFailed({ failed, files }: ReadPictures): void {
  if (failed === 0) return;
  throw new AdvectError('invalid-file', `${failed} of ${failed + files.length} files could not be read`, 'The reasons stand above.');
}

async function filesAt(place: string): Promise<readonly { readonly name: string; readonly read: () => Promise<Uint8Array> }[]> {
  const isFolder = (await stat(place).catch(() => undefined))?.isDirectory() ?? false;
  if (!isFolder && !/\.(?:zip|tar|tar\.gz|tgz)$/i.test(place)) return [{ name: place, read: () => readLimited(place, largestFile) }];
  const files = await walkFiles(place, { endings: pictureEndings, limit: largestFile });
  return files.map(({ name, read }) => ({ name: join(place, name), read }));
}
