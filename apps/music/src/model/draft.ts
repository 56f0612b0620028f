import { highestPitch, lowestPitch, windowSteps } from '../data/windows.js';
import { rest, stepsPerBar, voiceCount, type Score } from '../score.js';
import { codeOf } from './helix-code.js';

/** A piece of which some cells are settled, [step, voice] row by row; what stands in the others does not matter. */
export interface Draft {
  readonly score: Score;
  /** 1 where the note stays as it is, 0 where it is open. */
  readonly locked: Uint8Array;
}

/** A piece with nothing in it yet. */
export const emptyDraft = (steps: number): Draft => ({
  score: { steps, pitches: new Int16Array(steps * voiceCount).fill(rest) },
  locked: new Uint8Array(steps * voiceCount),
});

/** A score with the cells locked for which `keep` says so. */
export function lockedWhere(score: Score, keep: (step: number, voice: number) => boolean): Draft {
  return { score, locked: Uint8Array.from(score.pitches, (_, i) => Number(keep(Math.floor(i / voiceCount), i % voiceCount))) };
}

/** A piece whose voices are all open but some. */
export const keepVoices = (score: Score, voices: readonly number[]): Draft => lockedWhere(score, (_, voice) => voices.includes(voice));

/** A piece that is open in bars `first` to `last` (counted from 1), but for some voices. */
export const openBars = (score: Score, first: number, last: number, keep: readonly number[]): Draft =>
  lockedWhere(score, (step, voice) => {
    const bar = Math.floor(step / stepsPerBar) + 1;
    return bar < first || bar > last || keep.includes(voice);
  });

/** A piece with open bars behind it; a last bar that is not full is filled, too. */
export function withOpenEnd(score: Score, bars: number): Draft {
  const steps = (Math.ceil(score.steps / stepsPerBar) + bars) * stepsPerBar;
  const pitches = new Int16Array(steps * voiceCount).fill(rest);
  pitches.set(score.pitches);
  return lockedWhere({ steps, pitches }, (step) => step < score.steps);
}

/** The draft's cells as the model reads them: numbers of its alphabet, and −1 where they are open. */
export const givenOf = ({ score, locked }: Draft): Int32Array =>
  Int32Array.from(locked, (given, i) => (given ? codeOf(foldIntoRange(score.pitches[i])) : -1));

/** A pitch outside the model's range as it stands nearest inside, octaves off. */
export const foldIntoRange = (pitch: number): number =>
  pitch === rest
    ? rest
    : pitch < lowestPitch
      ? pitch + 12 * Math.ceil((lowestPitch - pitch) / 12)
      : pitch - 12 * Math.max(0, Math.ceil((pitch - highestPitch) / 12));

/** Notes of some cells that lie outside the model's range. */
export const countFolded = ({ score, locked }: Draft): number =>
  score.pitches.filter((pitch, i) => locked[i] && foldIntoRange(pitch) !== pitch).length;

/** First steps of the windows that cover a piece: each begins with the second half of the one before, the last ends with the piece. */
export function windowStarts(steps: number): number[] {
  const starts: number[] = [];
  for (let start = 0; start + windowSteps < steps; start += windowSteps / 2) starts.push(start);
  return [...starts, steps - windowSteps];
}
