import { findKey, type MusicalKey } from './musical-key.js';
import { rest, sliceScore, transposeScore, type Score } from '../score.js';

/** Steps of a window: four bars of eighth notes. */
export const windowSteps = 32;

/** A window starts every two quarter notes, so that strong and weak beats stay where they are. */
const stride = 4;

/** The lowest and the highest pitch of the set. */
export const lowestPitch = 36;
export const highestPitch = 81;

/** Where a window lies in its chorale. */
export const places = ['opening', 'middle', 'closing'] as const;

export type Place = (typeof places)[number];

/** Where the window that begins at a step lies in a piece of that many steps. */
export const placeOf = (start: number, steps: number): Place =>
  start + windowSteps === steps ? 'closing' : start === 0 ? 'opening' : 'middle';

export interface Window {
  readonly score: Score;
  readonly mode: MusicalKey['mode'];
  readonly place: Place;
  /** Number of the chorale in its split. */
  readonly chorale: number;
}

/**
 * Cuts chorales into windows of four bars. A window starts at a whole half bar counted from the beginning; one more ends
 * with the chorale's last chord. Every chorale is first moved to the key of C major or A minor, by at most seven semitones
 * (the way that keeps it inside the set's range), so that one model need not learn every pattern twelve times over: what
 * it composes is transposed afterwards. Windows that leave the range, or are silent for a whole step, are left out.
 */
export function windowsOf(chorales: readonly Score[]): Window[] {
  return chorales.flatMap((chorale, i) => {
    const key = findKey(chorale, true);
    const moved = moveTo(chorale, (key.mode === 'major' ? 0 : 9) - key.tonic);
    const starts: { start: number; place: Place }[] = [];
    const last = moved.steps - windowSteps;
    for (let start = 0; start < last; start += stride) starts.push({ start, place: start === 0 ? 'opening' : 'middle' });
    if (last >= 0) starts.push({ start: last, place: 'closing' });
    return starts
      .map(({ start, place }) => ({ score: sliceScore(moved, start, start + windowSteps), mode: key.mode, place, chorale: i }))
      .filter(({ score }) => isInside(score));
  });
}

/** Of the two ways to a key a fifth or less apart, the one that leaves fewer notes outside the range. */
function moveTo(score: Score, semitones: number): Score {
  const up = ((semitones % 12) + 12) % 12;
  const candidates = [up, up - 12].filter((move) => move >= -7 && move <= 7).map((move) => transposeScore(score, move));
  return candidates.reduce((best, other) => (countOutside(other) < countOutside(best) ? other : best));
}

const countOutside = (score: Score): number =>
  score.pitches.reduce((n, p) => n + (p !== rest && (p < lowestPitch || p > highestPitch) ? 1 : 0), 0);

function isInside(score: Score): boolean {
  if (countOutside(score) > 0) return false;
  for (let step = 0; step < score.steps; step++) if (score.pitches.subarray(step * 4, step * 4 + 4).every((p) => p === rest)) return false;
  return true;
}
