import { pitchAt, rest, stepsPerBeat, voiceCount } from '../score.js';
import { type ChordLabel, labelChord } from './chord-label.js';
import { type Place, type Window, windowSteps } from './windows.js';
import type { MusicalKey } from './musical-key.js';

/** Four bars of a melody on a grid of eighth notes, with the chord of each beat. */
export interface MelodyWindow {
  /** MIDI pitches, −1 for silence; equal pitches in a row are one held note, as in a score. */
  readonly pitches: Int16Array;
  /** One for each step; that of a beat stands at both of its eighths. Undefined where no triad fits. */
  readonly chords: readonly (ChordLabel | undefined)[];
  readonly mode: MusicalKey['mode'];
  readonly place: Place;
  /** Number of the chorale in its split. */
  readonly chorale: number;
}

/**
 * The sopranos of windows, with the chords that the four voices make under them: hymn tunes of the sixteenth century and later,
 * as Bach set them (public domain), so that no other collection is needed. Silent ones are left out.
 */
export function melodiesOf(windows: readonly Window[]): MelodyWindow[] {
  return windows
    .map(({ score, mode, place, chorale }) => ({
      pitches: Int16Array.from({ length: windowSteps }, (_, step) => pitchAt(score, step, 0)),
      chords: Array.from({ length: windowSteps }, (_, step) => {
        const beat = step - (step % stepsPerBeat);
        return labelChord([...score.pitches.subarray(beat * voiceCount, (beat + 1) * voiceCount)]);
      }),
      mode,
      place,
      chorale,
    }))
    .filter(({ pitches }) => pitches.some((p) => p !== rest));
}
