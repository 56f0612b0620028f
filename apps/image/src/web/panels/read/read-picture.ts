import { AdvectError } from '@advect/base/errors';
import { type PictureSize, pictureSize } from '../../../format/picture-size.js';
import { latin1 } from '../../../format/bytes.js';
import { readGif } from '../../../format/gif-comment.js';
import { pictureKind, type PictureKind } from '../../../format/readable-kind.js';
import type { PictureForm } from '../../../data/picture-set.js';
import { pictureToLevels } from '../../../layout/levels.js';
import { squareFit } from './square-fit.js';

/** Pixels that a picture may have, and bytes its file may have. */
export const largest = { pixels: 64_000_000, bytes: 100 * 2 ** 20 };
/** In these first bytes a file says how large its picture is, unless much else stands before. */
const head = 2 ** 20;
/** Pixels looked at together; between such portions the page hears what its visitor does. */
const portion = 2 ** 20;

/** A picture at a model's size, and what was done to it that its owner may want to know. */
export interface ReadPicture {
  /** [size, size, channels]. */
  readonly levels: Uint8Array;
  readonly remarks: readonly string[];
}

/**
 * Reads a picture file as the command line does: turned upright, its middle square, resized (see `squareFit`), in the model's
 * levels. Throws `invalid-file` with what is wrong with the file.
 */
export async function readPicture(file: Blob, name: string, form: PictureForm): Promise<ReadPicture> {
  if (file.size > largest.bytes) throw refused(name, `has ${Math.round(file.size / 2 ** 20)} MiB`, 'Make it smaller than 100 MiB.');
  const start = new Uint8Array(await file.slice(0, head).arrayBuffer());
  const kind = pictureKind(start, name);
  if (kind === 'TIFF')
    throw refused(name, 'is a TIFF, which browsers do not decode', 'Convert it to PNG, or score it on the command line.');
  const told = pictureSize(start);
  if (told) refuseLarge(name, told);
  const bitmap = await decoded(file, name);
  try {
    const { width, height } = bitmap;
    refuseLarge(name, bitmap);
    const { data, exact } = await fitted(bitmap, form);
    const side = Math.min(width, height);
    const { size, channels, levels } = form;
    return {
      levels: pictureToLevels({ width: size, height: size, channels, data }, levels),
      remarks: [
        ...((await isAnimated(file, kind, start)) ? ['it is an animation; its first frame was taken'] : []),
        ...(width !== height ? [`it is ${width} × ${height}; the middle square was taken`] : []),
        ...(exact ? [] : [`it was resized from ${side} × ${side} to ${size} × ${size}, which smooths it`]),
      ],
    };
  } finally {
    bitmap.close();
  }
}

async function isAnimated(file: Blob, kind: PictureKind, start: Uint8Array): Promise<boolean> {
  if (kind === 'GIF') {
    try {
      return readGif(new Uint8Array(await file.arrayBuffer()), 'the GIF').delays.length > 1;
    } catch {
      return false;
    }
  }
  // The flag for animation of the extended format (Google, WebP Container Specification).
  return kind === 'WebP' && latin1(start.subarray(12, 16)) === 'VP8X' && (start[20] & 2) !== 0;
}

async function decoded(file: Blob, name: string): Promise<ImageBitmap> {
  try {
    return await createImageBitmap(file);
  } catch (cause) {
    throw new AdvectError(
      'invalid-file',
      `'${name}' cannot be decoded`,
      'The file is cut off or damaged, or has more pixels than this browser decodes. Get it again, or save it anew and smaller.',
      cause,
    );
  }
}

async function fitted(bitmap: ImageBitmap, { size, channels }: PictureForm): Promise<{ data: Uint8Array; exact: boolean }> {
  const { width, height } = bitmap;
  const side = Math.min(width, height);
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const fit = squareFit(side, size, channels);
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  const stripe = Math.max(1, Math.floor(portion / side));
  for (let row = 0; row < side; row += stripe) {
    if (row > 0) await new Promise((resolve) => setTimeout(resolve));
    const rows = Math.min(stripe, side - row);
    [canvas.width, canvas.height] = [side, rows];
    context.drawImage(bitmap, left, top + row, side, rows, 0, 0, side, rows);
    fit.add(context.getImageData(0, 0, side, rows).data, rows);
  }
  return fit.finish();
}

/** A picture is refused before it is decoded where its file tells its size. */
function refuseLarge(name: string, { width, height }: PictureSize): void {
  if (width * height <= largest.pixels) return;
  throw refused(name, `has ${width} × ${height} pixels, more than 64 million`, 'Make it smaller than 64 million pixels.');
}

const refused = (name: string, what: string, hint: string): AdvectError => new AdvectError('invalid-file', `'${name}' ${what}`, hint);
