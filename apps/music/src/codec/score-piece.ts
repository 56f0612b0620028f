import type { MusicalKey } from '../data/musical-key.js';
import { notesOf, type Score, stepsPerBar, stepsPerBeat, voiceNames } from '../score.js';
import { fromWholeBar } from './arrange.js';
import { type ReadScore, scoreOfMidi } from './midi-score.js';
import { midiOfPiece } from './piece-midi.js';
import { type Piece, ticksPerQuarter } from './piece.js';
import { signatureIn } from './spelling.js';

export interface ScorePieceOptions {
  /** Quarter notes in a minute. */
  readonly tempo: number;
  readonly key: MusicalKey;
  /** General MIDI program of all four voices, 0 … 127. */
  readonly program: number;
  readonly title: string;
  /** Kept in every file that the piece is written to. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const ticksPerStep = ticksPerQuarter / stepsPerBeat;

/** How much of the tempo is left on the last beats: the piece slows down into its last chord. */
const slowing = [0.95, 0.88, 0.78] as const;

/** A score as a piece of four parts. Equal pitches in a row are one held note. The last three beats slow down. */
export function pieceOfScore(score: Score, { tempo, key, program, title, settings }: ScorePieceOptions): Piece {
  const ritardando = slowing.map((factor, i) => ({
    tick: (score.steps / stepsPerBeat - slowing.length + i) * ticksPerQuarter,
    perMinute: tempo * factor,
  }));
  return {
    title,
    tempos: [{ tick: 0, perMinute: tempo }, ...ritardando.filter(({ tick }) => tick > 0)],
    metre: { beats: stepsPerBar / stepsPerBeat, beatType: 4 },
    pickup: 0,
    key: signatureIn(key),
    parts: voiceNames.map((name, voice) => ({
      name,
      program,
      drums: false,
      notes: notesOf(score, voice).map(({ start, length, pitch }) => ({
        start: start * ticksPerStep,
        length: length * ticksPerStep,
        pitch,
        velocity: (start % stepsPerBar === 0 ? 88 : start % stepsPerBeat === 0 ? 82 : 74) / 127,
      })),
    })),
    settings,
  };
}

/** The score of a piece, as `scoreOfMidi` reads one; it begins with a whole bar, a pick-up at its end. */
export const scoreOfPiece = (piece: Piece): ReadScore => scoreOfMidi(midiOfPiece(fromWholeBar(piece)));
