import { notesOf, rest, type Score, stepsPerBeat } from './score.js';

/** Grid steps (sixteenth notes) in a quarter note. */
export const melodyStepsPerBeat = 4;

/**
 * A tune of one voice on a grid of sixteenth notes. Unlike a score it tells a repeated note from a held one.
 */
export interface Melody {
  readonly steps: number;
  /** The MIDI pitch that sounds at each step, −1 for silence. */
  readonly pitches: Int16Array;
  /** 1 where a note begins. */
  readonly onsets: Uint8Array;
}

/** A note of a melody: `start` and `length` in steps. */
export interface MelodyNote {
  readonly pitch: number;
  readonly start: number;
  readonly length: number;
}

/** The notes of a melody in order. */
export function melodyNotes({ steps, pitches, onsets }: Melody): MelodyNote[] {
  const notes: MelodyNote[] = [];
  for (let start = 0; start < steps;) {
    let end = start + 1;
    while (end < steps && pitches[end] === pitches[start] && !onsets[end]) end++;
    if (pitches[start] !== rest) notes.push({ pitch: pitches[start], start, length: end - start });
    start = end;
  }
  return notes;
}

/** A melody of that many steps; where notes overlap, the later one cuts the earlier off. */
export function melodyOf(steps: number, notes: readonly MelodyNote[]): Melody {
  const pitches = new Int16Array(steps).fill(rest);
  const onsets = new Uint8Array(steps);
  for (const { pitch, start, length } of [...notes].sort((a, b) => a.start - b.start)) {
    if (start >= steps) break;
    pitches.fill(rest, start);
    pitches.fill(pitch, start, start + length);
    onsets[start] = 1;
  }
  return { steps, pitches, onsets };
}

/** The soprano of a score; equal pitches in a row are one note. */
export function melodyOfScore(score: Score): Melody {
  const ratio = melodyStepsPerBeat / stepsPerBeat;
  const notes = notesOf(score, 0).map(({ pitch, start, length }) => ({ pitch, start: start * ratio, length: length * ratio }));
  return melodyOf(score.steps * ratio, notes);
}
