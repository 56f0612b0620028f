import { basename, resolve } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { walkFiles } from '@advect/node';
import { largestPiece } from '../codec/piece-file.js';
import { type Found, gather, splitPieces } from '../lessons/gather.js';
import type { MusicCredit } from '../data/music-credit.js';
import type { OpenDataSettings } from './course.js';

const endings = ['.mid', '.midi', '.smf', '.abc', '.musicxml', '.xml', '.mxl'];

/** Reasons that are told one by one; of more files only the number is. */
const mostTold = 30;

/** Pieces of one's own in three parts, and whose they are. */
export interface OwnMusic<T> {
  readonly parts: Readonly<Record<'train' | 'valid' | 'test', readonly Found<T>[]>>;
  readonly credit: MusicCredit;
}

/**
 * The pieces in the files of notes of a folder (and of those below it) or of a .zip, .tar or .tar.gz archive, those kept apart chosen as
 * `splitPieces` does. Says what was left out, and why. Throws `missing` where the path leads nowhere or to no such file, and
 * `invalid-file` where fewer than four pieces can be learned from.
 */
export async function ownMusic<T>(
  path: string,
  take: (name: string, bytes: Uint8Array) => Promise<Found<T>>,
  missing: AdvectError,
  { note, signal }: Pick<OpenDataSettings, 'note' | 'signal'>,
): Promise<OwnMusic<T>> {
  const files = await walkFiles(path, { endings, limit: largestPiece }).catch((thrown: unknown) => {
    throw thrown instanceof AdvectError && thrown.code === 'not-found' ? missing : thrown;
  });
  if (files.length === 0) throw new AdvectError('not-found', `${missing.message}, nor any MIDI, ABC or MusicXML file`, missing.hint);
  const { found, leftOut } = await gather(files, take, { signal });
  for (const { file, why } of leftOut.slice(0, mostTold)) note(`left out ${file}: ${why}`);
  if (leftOut.length > mostTold) note(`and ${leftOut.length - mostTold} more`);
  const told = found.flatMap(({ name, remarks }) => remarks.map((remark) => `${name}: ${remark}`));
  for (const line of told.slice(0, mostTold)) note(line);
  if (told.length > mostTold) note(`and ${told.length - mostTold} more remarks`);
  const parts = splitPieces(found, files.length);
  return { parts, credit: creditOf(basename(resolve(path)), found.length, leftOut.length) };
}

const creditOf = (name: string, pieces: number, leftOut: number): MusicCredit => ({
  data: `${pieces} pieces of the folder ${name}${leftOut > 0 ? ` (${leftOut} files left out)` : ''}`,
  data_licence: 'that of the pieces, which the app does not know',
});
