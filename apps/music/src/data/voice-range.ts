import { pitchAt, rest, transposeScore, voiceCount, type Score } from '../score.js';

/** Lowest and highest pitch of each voice in the JSB chorales; the bass from E2, the low end of most singers. */
export const voiceRanges: readonly (readonly [number, number])[] = [
  [60, 81],
  [52, 74],
  [46, 69],
  [40, 66],
];

/** Semitones by which the notes of a score lie outside their voices' ranges, summed over its steps. */
export function strain(score: Score): number {
  let sum = 0;
  for (let step = 0; step < score.steps; step++) {
    for (let voice = 0; voice < voiceCount; voice++) {
      const pitch = pitchAt(score, step, voice);
      const [low, high] = voiceRanges[voice];
      if (pitch !== rest) sum += Math.max(0, low - pitch, pitch - high);
    }
  }
  return sum;
}

/** The score a number of semitones higher, or that less an octave: the way that suits the voices, the shorter where both do. */
export function transposeForVoices(score: Score, semitones: number): Score {
  const up = ((semitones % 12) + 12) % 12;
  const [near, far] = up > 6 ? [up - 12, up] : [up, up - 12];
  const [first, second] = [transposeScore(score, near), transposeScore(score, far)];
  return up !== 0 && strain(second) < strain(first) ? second : first;
}
