import { basename, resolve } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { key, permutation } from '@advect/core/random';
import { walkFiles } from '@advect/node';
import { decodePicture } from '../codec/decode.js';
import { choosePictures, pictureDim, type Pictures, type PictureSet } from './picture-set.js';

export interface FolderSettings {
  readonly size: number;
  readonly channels: 1 | 3;
  /** Told of each file that could not be read; the others go on. */
  readonly onBroken: (name: string, reason: string) => void;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Bytes that a file may have. */
export const largestFile = 100 * 2 ** 20;

/** How the files of pictures end. */
export const pictureEndings: readonly string[] = ['.png', '.jpg', '.jpeg', '.webp', '.gif', '.avif', '.tif', '.tiff'];

const atATime = 8;
const testShare = 0.1;

/**
 * Pictures from a folder or a .zip, .tar or .tar.gz archive: all of its PNG, JPEG, WebP, GIF, AVIF and TIFF files, cut square and resized.
 * Pictures in sub-folders get the name of the first sub-folder as their class. A tenth, chosen by the pictures' number alone, is kept apart for measuring.
 *
 * Throws `not-found` for a missing folder, and `invalid-file` where fewer than two pictures can be read.
 */
export async function pictureFolder(path: string, settings: FolderSettings): Promise<PictureSet> {
  const { size, channels, onBroken, onProgress, signal } = settings;
  const files = await walkFiles(path, {
    endings: pictureEndings,
    limit: largestFile,
  });
  const decoded: { pixels: Uint8Array; folder: string }[] = [];
  for (let start = 0; start < files.length; start += atATime) {
    signal?.throwIfAborted();
    const part = await Promise.all(
      files.slice(start, start + atATime).map(async ({ name, folder, read }) => {
        try {
          const { picture } = await decodePicture(await read(), name, { size, channels });
          return [{ pixels: picture.data, folder }];
        } catch (thrown) {
          if (!(thrown instanceof AdvectError)) throw thrown;
          onBroken(name, thrown.message);
          return [];
        }
      }),
    );
    decoded.push(...part.flat());
    onProgress?.(Math.min(files.length, start + atATime), files.length);
  }
  if (decoded.length < 2) {
    throw new AdvectError(
      'invalid-file',
      `'${path}' holds ${decoded.length === 0 ? 'no picture' : 'only one picture'} that can be read (${files.length} files tried)`,
      'Give a folder with PNG, JPEG, WebP, GIF, AVIF or TIFF pictures, or with sub-folders of them, one for each class.',
    );
  }
  const classes = [...new Set(decoded.map(({ folder }) => folder).filter((folder) => folder !== ''))].sort();
  const all: Pictures = { count: decoded.length, ...gather(decoded, classes, pictureDim(settings)) };
  const order = permutation(key(0), all.count);
  const testCount = Math.max(1, Math.round(testShare * all.count));
  const name = basename(resolve(path));
  return {
    name,
    credit: { title: `the folder ${name}`, licence: 'that of the pictures, which the app does not know' },
    size,
    channels,
    levels: 256,
    classes,
    train: choosePictures(all, order.subarray(testCount)),
    test: choosePictures(all, order.subarray(0, testCount)),
  };
}

function gather(decoded: readonly { pixels: Uint8Array; folder: string }[], classes: readonly string[], dim: number) {
  const pixels = new Uint8Array(decoded.length * dim);
  decoded.forEach((picture, i) => pixels.set(picture.pixels, i * dim));
  return { pixels, labels: Int32Array.from(decoded, ({ folder }) => classes.indexOf(folder)) };
}
