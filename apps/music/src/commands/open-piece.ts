import { basename } from 'node:path';
import { readLimited, sha256 } from '@advect/node';
import type { ReadScore } from '../codec/midi-score.js';
import { largestPiece } from '../codec/piece-file.js';
import { readScoreFile } from '../codec/score-file.js';
import { stepsPerBar, voiceNames } from '../score.js';

/** A piece from a file. */
export interface Piece extends ReadScore {
  /** The file's name without its ending. */
  readonly name: string;
  /** Checksum of the file: the parent of what is made from it. */
  readonly sha256: string;
}

/** Reads a piece from a MIDI, ABC or MusicXML file, and says what its grid could not hold. Throws `invalid-file`. */
export async function openPiece(path: string, note: (line: string) => void): Promise<Piece> {
  const bytes = await readLimited(path, largestPiece);
  const read = await readScoreFile(path, bytes);
  const name = basename(path).replace(/\.[^.]*$/, '');
  const bars = Math.ceil(read.score.steps / stepsPerBar);
  note(`${name}: ${bars} ${bars === 1 ? 'bar' : 'bars'}, ${read.voices.map((voice) => voiceNames[voice].toLowerCase()).join(', ')}`);
  for (const remark of read.remarks) note(`${name}: ${remark}`);
  return { ...read, name, sha256: sha256(bytes) };
}
