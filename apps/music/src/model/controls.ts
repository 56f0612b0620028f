import { integers, key, split } from '@advect/core/random';
import { scoreOf, voiceCount, type Score } from '../score.js';

const controls = split(key(0), 'controls');

/** Each voice from another window. */
export function mixVoices(windows: readonly Score[]): Score[] {
  const from = integers(split(controls, 'voices'), windows.length * voiceCount, windows.length);
  return windows.map(({ steps }, i) =>
    scoreOf(
      Array.from({ length: steps }, (_, step) =>
        Array.from({ length: voiceCount }, (_, v) => windows[from[i * voiceCount + v]].pitches[step * voiceCount + v]),
      ),
    ),
  );
}

/** The steps of a window in random order. */
export function shuffleSteps(score: Score, number: number): Score {
  const draws = integers(split(controls, number), score.steps, 2 ** 31);
  const order = Array.from(draws.keys()).sort((a, b) => draws[a] - draws[b]);
  return scoreOf(order.map((step) => [...score.pitches.subarray(step * voiceCount, (step + 1) * voiceCount)]));
}
