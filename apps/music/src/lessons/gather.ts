import { AdvectError, throwIfAborted } from '@advect/base/errors';
import { integers, key, split } from '@advect/core/random';

/** A file that may be learned from. */
export interface MusicFile {
  readonly name: string;
  read(): Promise<Uint8Array>;
}

/** A file that is not learned from, and why. */
export interface LeftOut {
  readonly file: string;
  readonly why: string;
}

/** What one file came to. */
export interface Found<T> {
  readonly name: string;
  readonly content: T;
  /** What is the same for pieces that are the same music. */
  readonly print: string;
  /** What was read as far as it went, one sentence each. */
  readonly remarks: readonly string[];
}

export interface Gathered<T> {
  readonly found: readonly Found<T>[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Reads files one after another. One that `take` refuses, or that is the same music as one before it, is left out with the
 * reason, and the others go on. Throws `aborted`.
 */
export async function gather<T>(
  files: readonly MusicFile[],
  take: (name: string, bytes: Uint8Array) => Promise<Found<T>>,
  { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void } = {},
): Promise<Gathered<T>> {
  const first = new Map<string, Found<T>>();
  const leftOut: LeftOut[] = [];
  for (const [i, file] of files.entries()) {
    throwIfAborted(signal, 'reading the files');
    try {
      const found = await take(file.name, await file.read());
      const same = first.get(found.print);
      if (same) leftOut.push({ file: file.name, why: `it is the same music as ${same.name}` });
      else first.set(found.print, found);
    } catch (thrown) {
      if (!(thrown instanceof AdvectError)) throw thrown;
      leftOut.push({ file: file.name, why: thrown.message });
    }
    onProgress?.(i + 1, files.length);
  }
  return { found: [...first.values()], leftOut };
}

/** Fewer pieces than these cannot be learned from, watched and measured. */
export const fewestPieces = 4;

/**
 * Whole pieces in three parts: a tenth to watch training with, a tenth to measure with, at least one each, and the rest to learn
 * from. A piece's place is drawn by its music alone, so that names and order do not matter. Throws `invalid-file` for fewer
 * than four pieces.
 */
export function splitPieces<T>(
  found: readonly Found<T>[],
  tried: number,
): Readonly<Record<'train' | 'valid' | 'test', readonly Found<T>[]>> {
  if (found.length < fewestPieces) {
    throw new AdvectError(
      'invalid-file',
      `${found.length === 0 ? 'none' : `only ${found.length}`} of ${tried} files can be learned from`,
      `Give ${fewestPieces} pieces or more; some are kept apart to watch and to measure with.`,
    );
  }
  const places = split(key(0), 'place');
  const draw = ({ print }: Found<T>): number => integers(split(places, print), 1, 2 ** 31)[0];
  const order = found
    .map((piece) => ({ piece, place: draw(piece) }))
    .sort((a, b) => a.place - b.place || (a.piece.print < b.piece.print ? -1 : 1))
    .map(({ piece }) => piece);
  const tenth = Math.max(1, Math.round(found.length / 10));
  return { valid: order.slice(0, tenth), test: order.slice(tenth, 2 * tenth), train: order.slice(2 * tenth) };
}
