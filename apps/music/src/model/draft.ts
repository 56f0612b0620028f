import { AdvectError } from '@advect/base/errors';
import { highestPitch, lowestPitch, windowSteps } from '../data/windows.js';
import { rest, voiceCount, type Score } from '../score.js';
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

/**
 * The draft's cells as the model reads them, −1 where they are open. Throws `invalid-value` where locked notes lie outside the
 * model's range.
 */
export function givenOf({ score, locked }: Draft): Int32Array {
  const outside = score.pitches.filter((pitch, i) => locked[i] && codeOf(pitch) < 0);
  if (outside.length === 0) return Int32Array.from(locked, (given, i) => (given ? codeOf(score.pitches[i]) : -1));
  throw new AdvectError(
    'invalid-value',
    `${outside.length} of the notes to be kept lie outside the range of the model (MIDI ${lowestPitch} to ${highestPitch}), such as ${outside[0]}`,
    'Move the piece by an octave, or keep fewer notes.',
  );
}

/** First steps of the windows that cover a piece: each begins with the second half of the one before, the last ends with the piece. */
export function windowStarts(steps: number): number[] {
  const starts: number[] = [];
  for (let start = 0; start + windowSteps < steps; start += windowSteps / 2) starts.push(start);
  return [...starts, steps - windowSteps];
}
