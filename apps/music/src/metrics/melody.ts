import { notesOf, rest, pitchAt, voiceCount, type Score } from '../score.js';

/** The intervals (semitones, signed) between successive notes of each voice, across no rest. */
export function melodicIntervals(score: Score): number[] {
  const intervals: number[] = [];
  for (let voice = 0; voice < voiceCount; voice++) {
    for (let step = 1; step < score.steps; step++) {
      const from = pitchAt(score, step - 1, voice);
      const to = pitchAt(score, step, voice);
      if (from !== to && from !== rest && to !== rest) intervals.push(to - from);
    }
  }
  return intervals;
}

/** Share of the moves that are a semitone or a whole tone. */
export const stepwiseShare = (intervals: readonly number[]): number =>
  intervals.length === 0 ? 0 : intervals.filter((i) => Math.abs(i) <= 2).length / intervals.length;

/** Lengths (steps) of all notes, those cut by the ends of the score included. */
export const durations = (score: Score): number[] =>
  Array.from({ length: voiceCount }, (_, voice) => notesOf(score, voice).map((note) => note.length)).flat();
