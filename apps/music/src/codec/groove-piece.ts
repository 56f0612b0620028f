import { AdvectError } from '@advect/base/errors';
import { drumNotes, drumOfNote } from '../drum-kit.js';
import { type Groove, grooveOf, grooveStepsPerBeat, strokesOf } from '../groove.js';
import { fromWholeBar } from './arrange.js';
import { byStart, type Metre, type Piece, type PieceNote, ticksPerQuarter } from './piece.js';

const ticksPerStep = ticksPerQuarter / grooveStepsPerBeat;

/** Ticks that a stroke lasts in a file: drums ring as long as they do. */
const strokeTicks = ticksPerStep / 2;

export interface GroovePieceOptions {
  /** Quarter notes in a minute. */
  readonly tempo: number;
  readonly title: string;
  /** Default 4/4. */
  readonly metre?: Metre;
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A groove as a piece of one part of drums, each stroke as early or late as it is, to 1/120 of a step. */
export function pieceOfGroove(groove: Groove, { tempo, title, metre = { beats: 4, beatType: 4 }, settings }: GroovePieceOptions): Piece {
  const notes = strokesOf(groove).map(({ step, drum, velocity, offset }): PieceNote => ({
    start: Math.max(0, Math.round((step + offset) * ticksPerStep)),
    length: strokeTicks,
    pitch: drumNotes[drum],
    velocity,
  }));
  return {
    title,
    tempos: [{ tick: 0, perMinute: tempo }],
    metre,
    pickup: 0,
    parts: [{ name: 'Drums', program: 0, drums: true, notes: notes.sort(byStart) }],
    ...(settings && { settings }),
  };
}

/** A groove as read from a piece that may hold anything. */
export interface ReadGroove {
  readonly groove: Groove;
  /** Quarter notes in a minute, at the beginning. */
  readonly tempo: number;
  /** What the grid or the kit could not hold, one sentence each. */
  readonly remarks: readonly string[];
}

/** Steps of a groove that are read; what follows is left out, and said: 512 bars of four quarters. */
export const mostGrooveSteps = 8192;

/**
 * The drums of a piece on the grid of sixteenths: each stroke at its nearest step, with its offset. The groove begins
 * with a whole bar, a pick-up at its end, and ends with one. Where a piece has no drums, notes that are drums' in General MIDI count in a piece of one part. As a rhythm (`anyNote`)
 * every note is a stroke, of the snare where it is no drum. Throws `invalid-file` where nothing is struck.
 */
export function grooveOfPiece(piece: Piece, { anyNote = false }: { readonly anyNote?: boolean } = {}): ReadGroove {
  const all = fromWholeBar(piece).parts;
  const marked = all.filter(({ drums }) => drums);
  const parts = marked.length > 0 || (all.length > 1 && !anyNote) ? marked : all;
  const notes = parts.flatMap((part) => part.notes);
  const strokes = notes.flatMap(({ start, pitch, velocity }) => {
    const drum = drumOfNote(pitch) ?? (anyNote ? 'snare' : undefined);
    const step = Math.round(start / ticksPerStep);
    return drum ? [{ step, drum, velocity, offset: start / ticksPerStep - step }] : [];
  });
  if (strokes.length === 0) {
    throw new AdvectError(
      'invalid-file',
      notes.length === 0 ? 'the piece has no drums' : `none of the ${notes.length} drum notes of the piece is part of a kit`,
      'Give a drum pattern on MIDI channel 10: kick 36, snare 38, hi-hat 42 and 46, toms 43, 47 and 50, crash 49, ride 51.',
    );
  }
  const bar = Math.max(1, Math.round((piece.metre.beats * 16) / piece.metre.beatType));
  const whole = Math.ceil((strokes.reduce((last, { step }) => Math.max(last, step), 0) + 1) / bar) * bar;
  const steps = Math.min(whole, mostGrooveSteps);
  const groove = grooveOf(steps, strokes);
  const kept = groove.hits.reduce((sum, hit) => sum + hit, 0);
  const within = strokes.filter(({ step }) => step < steps).length;
  return {
    groove,
    tempo: piece.tempos[0]?.perMinute ?? 120,
    remarks: [
      ...(whole > steps ? [`it has ${Math.ceil(whole / bar)} bars; the first ${Math.floor(steps / bar)} are read`] : []),
      ...(strokes.length < notes.length
        ? [`${notes.length - strokes.length} strokes of percussion that the kit has not were left out`]
        : []),
      ...(kept < within ? [`${within - kept} strokes of a drum fell on the same sixteenth as a harder one and were left out`] : []),
      ...(piece.tempos.length > 1 ? ['its tempo changes on the way; the grid follows it'] : []),
    ],
  };
}
