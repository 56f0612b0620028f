import type { ReadScore } from './midi-score.js';
import type { ReadPiece } from './piece.js';
import { readPiece } from './piece-file.js';
import { scoreOfPiece } from './score-piece.js';
import type { Settings } from './settings.js';

/** A score as read from a file of notes, and what the file was made with. */
export interface ScoreFile extends ReadScore {
  readonly settings?: Settings;
}

/** Four voices on a grid of eighth notes from a MIDI, ABC or MusicXML file. Throws as `readPiece` and `scoreOfPiece`. */
export const readScoreFile = async (name: string, bytes: Uint8Array): Promise<ScoreFile> => scoreOfFile(await readPiece(name, bytes));

/** The same of a file that has been read. */
export function scoreOfFile({ piece, remarks }: ReadPiece): ScoreFile {
  const read = scoreOfPiece(piece);
  return { ...read, remarks: [...remarks, ...read.remarks], ...(piece.settings && { settings: piece.settings }) };
}
