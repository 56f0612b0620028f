import { notesOf, stepsPerBar, stepsPerBeat, voiceNames, type Score } from '../score.js';
import { signatureOf, type MusicalKey } from '../data/musical-key.js';
import type { MidiEvent, MidiFile } from './midi.js';

export interface ScoreMidiOptions {
  /** Quarter notes in a minute. */
  readonly tempo: number;
  readonly key: MusicalKey;
  /** General MIDI program of all four voices, 0 … 127. */
  readonly program: number;
  readonly title: string;
  /** Kept as JSON in a text event, behind the word `advect`; `settingsOf` reads it back. */
  readonly settings: Readonly<Record<string, unknown>>;
}

const ticksPerQuarter = 480;
const ticksPerStep = ticksPerQuarter / stepsPerBeat;
const marker = 'advect ';

/** How much of the tempo is left on the last beats: the piece slows down into its last chord. */
const slowing = [0.95, 0.88, 0.78] as const;

/**
 * A score as a Standard MIDI File of format 1: a track with title, settings, tempo, time and key signature, then one track
 * for each voice. Equal pitches in a row are one held note. The last three beats slow down.
 */
export function scoreToMidi(score: Score, { tempo, key, program, title, settings }: ScoreMidiOptions): MidiFile {
  const conductor: MidiEvent[] = [
    { tick: 0, kind: 'text', what: 'trackName', text: title },
    settingsEvent(settings),
    { tick: 0, kind: 'timeSignature', numerator: stepsPerBar / stepsPerBeat, denominator: 4 },
    { tick: 0, kind: 'keySignature', fifths: signatureOf(key), minor: key.mode === 'minor' },
    { tick: 0, kind: 'tempo', microsecondsPerQuarter: Math.round(6e7 / tempo) },
  ];
  slowing.forEach((factor, i) => {
    const tick = (score.steps / stepsPerBeat - slowing.length + i) * ticksPerQuarter;
    if (tick > 0) conductor.push({ tick, kind: 'tempo', microsecondsPerQuarter: Math.round(6e7 / (tempo * factor)) });
  });
  const voices = voiceNames.map((name, voice): MidiEvent[] => [
    { tick: 0, kind: 'text', what: 'trackName', text: name },
    { tick: 0, kind: 'program', channel: voice, program },
    ...notesOf(score, voice).flatMap((note): MidiEvent[] => {
      const tick = note.start * ticksPerStep;
      const velocity = note.start % stepsPerBar === 0 ? 88 : note.start % stepsPerBeat === 0 ? 82 : 74;
      return [
        { tick, kind: 'noteOn', channel: voice, note: note.pitch, velocity },
        { tick: tick + note.length * ticksPerStep, kind: 'noteOff', channel: voice, note: note.pitch, velocity: 64 },
      ];
    }),
  ]);
  return { format: 1, ticksPerQuarter, tracks: [conductor, ...voices] };
}

/** Settings as the text event that `settingsOf` reads back. */
export const settingsEvent = (settings: Readonly<Record<string, unknown>>): MidiEvent => ({
  tick: 0,
  kind: 'text',
  what: 'text',
  text: marker + JSON.stringify(settings),
});

/** The settings that a file of ours was made with, or undefined for any other file. */
export function settingsOf(file: MidiFile): Record<string, unknown> | undefined {
  for (const event of file.tracks.flat()) {
    if (event.kind !== 'text' || event.what !== 'text' || !event.text.startsWith(marker)) continue;
    try {
      const settings: unknown = JSON.parse(event.text.slice(marker.length));
      if (typeof settings === 'object' && settings !== null) return settings as Record<string, unknown>;
    } catch {
      return undefined;
    }
  }
  return undefined;
}
