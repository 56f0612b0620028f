import type { Score } from '../score.js';
import type { MidiFile } from './midi.js';
import { midiOfPiece } from './piece-midi.js';
import { pieceOfScore, type ScorePieceOptions } from './score-piece.js';

/** A score as a Standard MIDI File: `pieceOfScore`, and the piece as MIDI. */
export const scoreToMidi = (score: Score, options: ScorePieceOptions): MidiFile => midiOfPiece(pieceOfScore(score, options));

export { midiSettings as settingsOf, settingsEvent } from './settings.js';
