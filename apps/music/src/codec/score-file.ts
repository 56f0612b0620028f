import type { ReadScore } from './midi-score.js';
import { readPiece } from './piece-file.js';
import { scoreOfPiece } from './score-piece.js';
import type { Settings } from './settings.js';

/** A score as read from a file of notes, and what the file was made with. */
export interface ScoreFile extends ReadScore {
  readonly settings?: Settings;
}

/** Four voices on a grid of eighth notes from a MIDI, ABC or MusicXML file. Throws as `readPiece` and `scoreOfPiece`. */
export async function readScoreFile(name: string, bytes: Uint8Array): Promise<ScoreFile> {
  const { piece, remarks } = await readPiece(name, bytes);
  const read = scoreOfPiece(piece);
  return { ...read, remarks: [...remarks, ...read.remarks], ...(piece.settings && { settings: piece.settings }) };
}
