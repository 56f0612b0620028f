import { AdvectError } from '@advect/base/errors';
import { type Melody, melodyNotes, type MelodyNote, melodyOf, melodyStepsPerBeat } from '../melody.js';
import { fromWholeBar } from './arrange.js';
import { type KeySignature, type Piece, type PieceNote, ticksPerQuarter, usualVelocity } from './piece.js';

const ticksPerStep = ticksPerQuarter / melodyStepsPerBeat;

export interface MelodyPieceOptions {
  /** Quarter notes in a minute. */
  readonly tempo: number;
  readonly title: string;
  readonly key?: KeySignature;
  /** General MIDI program, 0 … 127. */
  readonly program: number;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A melody as a piece of one part. */
export const pieceOfMelody = (melody: Melody, { tempo, title, key, program, settings }: MelodyPieceOptions): Piece => ({
  title,
  tempos: [{ tick: 0, perMinute: tempo }],
  metre: { beats: 4, beatType: 4 },
  pickup: 0,
  ...(key && { key }),
  parts: [
    {
      name: 'Melody',
      program,
      drums: false,
      notes: melodyNotes(melody).map(({ pitch, start, length }) => ({
        start: start * ticksPerStep,
        length: length * ticksPerStep,
        pitch,
        velocity: usualVelocity,
      })),
    },
  ],
  ...(settings && { settings }),
});

/** A melody as read from a piece that may hold anything. */
export interface ReadMelody {
  readonly melody: Melody;
  /** Quarter notes in a minute, at the beginning. */
  readonly tempo: number;
  readonly key?: KeySignature;
  /** What the grid or one voice could not hold, one sentence each. */
  readonly remarks: readonly string[];
}

/** Steps of a melody that are read; what follows is left out, and said: 256 bars of four quarters. */
export const mostMelodySteps = 4096;

/**
 * The melody of a piece on the grid of sixteenths: its first part without drums, of notes that begin together the highest. It
 * begins with a whole bar, a pick-up at its end. Throws `invalid-file` where there is no note.
 */
export function melodyOfPiece(piece: Piece): ReadMelody {
  const parts = fromWholeBar(piece).parts.filter(({ drums, notes }) => !drums && notes.length > 0);
  if (parts.length === 0)
    throw new AdvectError('invalid-file', 'the piece has no melody', 'Give a piece with a part of notes that are not drums.');
  const bar = Math.max(1, Math.round((piece.metre.beats * 16) / piece.metre.beatType));
  const near = (tick: number): number => Math.round(tick / ticksPerStep);
  let moved = 0;
  const tops = new Map<number, MelodyNote>();
  for (const note of parts[0].notes) {
    const start = near(note.start);
    if (isOff(note)) moved++;
    const top = tops.get(start);
    if (!top || note.pitch > top.pitch)
      tops.set(start, { pitch: note.pitch, start, length: Math.max(1, near(note.start + note.length) - start) });
  }
  const notes = [...tops.values()];
  const whole = Math.ceil(notes.reduce((end, { start, length }) => Math.max(end, start + length), 0) / bar) * bar;
  const steps = Math.min(whole, mostMelodySteps);
  const fewer = parts[0].notes.length - notes.length;
  const { beats, beatType } = piece.metre;
  return {
    melody: melodyOf(steps, notes),
    tempo: piece.tempos[0]?.perMinute ?? 120,
    ...(piece.key && { key: piece.key }),
    remarks: [
      ...(whole > steps ? [`it has ${Math.ceil(whole / bar)} bars; the first ${Math.floor(steps / bar)} are read`] : []),
      ...(parts.length > 1 ? [`it has ${parts.length} parts; the first is read as the melody`] : []),
      ...(fewer > 0 ? [`${fewer} notes sound below another or on the same sixteenth and were left out`] : []),
      ...(moved > 0 ? [`${moved} notes lie between sixteenths and were moved to the nearest`] : []),
      ...(beats * 4 !== beatType * 4 ? [`its metre is ${beats}/${beatType}`] : []),
    ],
  };
}

const isOff = ({ start, length }: PieceNote): boolean => start % ticksPerStep !== 0 || length % ticksPerStep !== 0;
