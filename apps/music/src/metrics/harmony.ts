import { pitchAt, rest, voiceCount, type Score } from '../score.js';

/**
 * The chord type at each step: the pitch classes that sound, counted from the bass, as "0.4.7". Independent of key,
 * octave and doubling.
 */
export function chordTypes(score: Score): string[] {
  const types: string[] = [];
  for (let step = 0; step < score.steps; step++) {
    const sounding = soundingAt(score, step);
    if (sounding.length === 0) continue;
    const bass = sounding.at(-1) as number;
    types.push([...new Set(sounding.map((p) => (((p - bass) % 12) + 12) % 12))].sort((a, b) => a - b).join('.'));
  }
  return types;
}

/** Share of the sounding pitches that lie in the best fitting of the twelve major scales. */
export function scaleConsistency(score: Score): number {
  const pitches = [...score.pitches].filter((p) => p !== rest);
  const shares = Array.from({ length: 12 }, (_, tonic) => pitches.filter((p) => majorScale.has((p - tonic + 120) % 12)).length);
  return pitches.length === 0 ? 1 : Math.max(...shares) / pitches.length;
}

/** Entropy of the pitch classes that sound, in bits: log₂ 12 = 3.58 for all alike, 0 for a score of octaves. */
export function pitchClassEntropy(score: Score): number {
  const times = new Float64Array(12);
  for (const pitch of score.pitches) if (pitch !== rest) times[pitch % 12]++;
  const total = times.reduce((a, b) => a + b, 0);
  return times.reduce((sum, n) => (n === 0 ? sum : sum - (n / total) * Math.log2(n / total)), 0);
}

/** Major, minor, or a fourth or fifth missing its third: chords that can end a piece. */
export function isRestful(score: Score, step: number): boolean {
  const type = chordTypes({ steps: 1, pitches: score.pitches.slice(step * voiceCount, (step + 1) * voiceCount) })[0];
  return type === '0.4.7' || type === '0.3.7' || type === '0.4' || type === '0.3' || type === '0.7' || type === '0';
}

const majorScale = new Set([0, 2, 4, 5, 7, 9, 11]);

/** Sounding pitches at a step, from soprano to bass. */
const soundingAt = (score: Score, step: number): number[] =>
  Array.from({ length: voiceCount }, (_, voice) => pitchAt(score, step, voice)).filter((p) => p !== rest);
