import { basename } from 'node:path';
import { AdvectError } from '@advect/base/errors';
import { readLimited, sha256 } from '@advect/node';
import { readMidi } from '../codec/midi-read.js';
import { scoreOfMidi, type ReadScore } from '../codec/midi-score.js';
import { voiceNames } from '../score.js';
import { largestMidi } from './tune-settings.js';

/** A piece from a file. */
export interface Piece extends ReadScore {
  /** The file's name without its ending. */
  readonly name: string;
  /** Checksum of the file: the parent of what is made from it. */
  readonly sha256: string;
}

/** Reads a piece, and says what its grid could not hold. Throws `invalid-file`. */
export async function openPiece(path: string, note: (line: string) => void): Promise<Piece> {
  if (!/\.midi?$/i.test(path)) {
    throw new AdvectError('invalid-file', `'${path}' is not read as music`, 'Give a Standard MIDI File (.mid).');
  }
  const bytes = await readLimited(path, largestMidi);
  const read = scoreOfMidi(readMidi(bytes));
  const name = basename(path).replace(/\.[^.]*$/, '');
  note(`${name}: ${Math.ceil(read.score.steps / 8)} bars, ${read.voices.map((voice) => voiceNames[voice].toLowerCase()).join(', ')}`);
  for (const remark of read.remarks) note(`${name}: ${remark}`);
  return { ...read, name, sha256: sha256(bytes) };
}
