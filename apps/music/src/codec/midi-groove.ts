import { AdvectError } from '@advect/base/errors';
import { drumNotes, drumOfNote } from '../drum-kit.js';
import { type Groove, grooveOf, grooveStepsPerBeat, type Stroke, strokesOf } from '../groove.js';
import type { MidiEvent, MidiFile } from './midi.js';
import { settingsEvent } from './score-midi.js';

export interface GrooveMidiOptions {
  /** Quarter notes in a minute. */
  readonly tempo: number;
  readonly title: string;
  /** Kept as JSON in a text event, as in `scoreToMidi`. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

const drumChannel = 9;

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

const ticksPerQuarter = 480;

/** A groove as a Standard MIDI File of format 1 on channel 10, its timing kept to a 120th of a sixteenth. */
export function grooveToMidi(groove: Groove, { tempo, title, settings }: GrooveMidiOptions): MidiFile {
  const perStep = ticksPerQuarter / grooveStepsPerBeat;
  const conductor: MidiEvent[] = [
    { tick: 0, kind: 'text', what: 'trackName', text: title },
    ...(settings ? [settingsEvent(settings)] : []),
    { tick: 0, kind: 'timeSignature', numerator: 4, denominator: 4 },
    { tick: 0, kind: 'tempo', microsecondsPerQuarter: Math.round(6e7 / tempo) },
  ];
  const strokes = strokesOf(groove).flatMap(({ step, drum, velocity, offset }): MidiEvent[] => {
    const tick = Math.max(0, Math.round((step + offset) * perStep));
    const note = drumNotes[drum];
    return [
      { tick, kind: 'noteOn', channel: drumChannel, note, velocity: Math.min(127, Math.max(1, Math.round(127 * velocity))) },
      { tick: tick + perStep / 4, kind: 'noteOff', channel: drumChannel, note, velocity: 64 },
    ];
  });
  return {
    format: 1,
    ticksPerQuarter,
    tracks: [conductor, [{ tick: 0, kind: 'text', what: 'trackName', text: 'Drums' }, ...strokes.sort((a, b) => a.tick - b.tick)]],
  };
}
