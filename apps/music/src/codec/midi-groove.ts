import { AdvectError } from '@advect/base/errors';
import { drumOfNote } from '../drum-kit.js';
import { type Groove, grooveOf, grooveStepsPerBeat, type Stroke } from '../groove.js';
import { type GroovePieceOptions, pieceOfGroove } from './groove-piece.js';
import { drumChannel, type MidiFile } from './midi.js';
import { midiOfPiece } from './piece-midi.js';

/** Bars of a performance that are read. */
const mostBars = 1024;

/**
 * The drums of a MIDI file as a groove: every stroke goes to the nearest sixteenth and keeps its distance from it. Where a file
 * has notes on channel 10 these are the drums, else all its notes are. Percussion that the kit has not is left out. Throws
 * `invalid-file` where nothing is left.
 */
export function grooveOfMidi(file: MidiFile): Groove {
  const perStep = file.ticksPerQuarter / grooveStepsPerBeat;
  const begun = file.tracks.flat().flatMap((event) => (event.kind === 'noteOn' ? [event] : []));
  const drummed = begun.some(({ channel }) => channel === drumChannel) ? begun.filter(({ channel }) => channel === drumChannel) : begun;
  const limit = mostBars * 4 * grooveStepsPerBeat;
  const strokes = drummed.flatMap(({ tick, note, velocity }): Stroke[] => {
    const drum = drumOfNote(note);
    const step = Math.round(tick / perStep);
    return drum === undefined || step >= limit ? [] : [{ step, drum, velocity: velocity / 127, offset: tick / perStep - step }];
  });
  if (strokes.length === 0) {
    throw new AdvectError('invalid-file', 'the MIDI file strikes no drum of the kit', 'Give a file with drums on channel 10.');
  }
  return grooveOf(strokes.reduce((last, { step }) => Math.max(last, step), 0) + 1, strokes);
}

/** A groove as a Standard MIDI File: `pieceOfGroove`, and the piece as MIDI. */
export const grooveToMidi = (groove: Groove, options: GroovePieceOptions): MidiFile => midiOfPiece(pieceOfGroove(groove, options));
