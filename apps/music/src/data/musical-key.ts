import { pitchAt, rest, voiceCount, type Score } from '../score.js';

/** A musical key: the pitch class of its tonic (0 = C) and its mode. */
export interface MusicalKey {
  readonly tonic: number;
  readonly mode: 'major' | 'minor';
}

/**
 * How well each pitch class fits a key, from its tonic upwards, as listeners rated it.
 * Reference: Krumhansl & Kessler (1982), figure 2.
 */
const profiles = {
  major: [6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88],
  minor: [6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17],
} as const;

/**
 * Estimates the key of a score. For a whole chorale (`closes`) the tonic is the last bass note, and only the mode is
 * left to find; otherwise all 24 keys compete. The fit is the correlation of the time that each pitch class sounds with
 * the profiles of Krumhansl and Kessler.
 */
export function findKey(score: Score, closes: boolean): MusicalKey {
  const time = new Float64Array(12);
  for (const pitch of score.pitches) if (pitch !== rest) time[pitch % 12]++;
  const last = closes ? lastBass(score) : rest;
  let best: MusicalKey = { tonic: 0, mode: 'major' };
  let bestFit = -Infinity;
  for (const mode of ['major', 'minor'] as const) {
    for (let tonic = 0; tonic < 12; tonic++) {
      if (last !== rest && last % 12 !== tonic) continue;
      const fit = correlation(profiles[mode], (i) => time[(tonic + i) % 12]);
      if (fit > bestFit) {
        bestFit = fit;
        best = { tonic, mode };
      }
    }
  }
  return best;
}

function lastBass(score: Score): number {
  for (let step = score.steps - 1; step >= 0; step--) {
    const pitch = pitchAt(score, step, voiceCount - 1);
    if (pitch !== rest) return pitch;
  }
  return rest;
}

function correlation(profile: readonly number[], at: (i: number) => number): number {
  const n = profile.length;
  const meanP = profile.reduce((a, b) => a + b, 0) / n;
  const meanQ = profile.reduce((sum, _, i) => sum + at(i), 0) / n;
  let pq = 0;
  let qq = 0;
  let pp = 0;
  profile.forEach((p, i) => {
    pq += (p - meanP) * (at(i) - meanQ);
    pp += (p - meanP) ** 2;
    qq += (at(i) - meanQ) ** 2;
  });
  return qq === 0 ? 0 : pq / Math.sqrt(pp * qq);
}

/** Tonics by the names that have the fewest signs in their keys: D flat is major and C sharp minor; six flats are E flat minor. */
const tonics = {
  major: ['C', 'Db', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'],
  minor: ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'G#', 'A', 'Bb', 'B'],
} as const;

/** The key of a piece in it that is moved by so many semitones. */
export const transposeKey = ({ tonic, mode }: MusicalKey, semitones: number): MusicalKey => ({
  tonic: (((tonic + semitones) % 12) + 12) % 12,
  mode,
});

/** "G", or "e" for a minor key: capital letters are major, small ones minor. */
export const keyName = ({ tonic, mode }: MusicalKey): string =>
  mode === 'major' ? tonics.major[tonic] : tonics.minor[tonic].replace(/^./, (c) => c.toLowerCase());

/** "G major". */
export const longKeyName = ({ tonic, mode }: MusicalKey): string => `${tonics[mode][tonic]} ${mode}`;

/** The pitch class that a note name such as "F#", "bb" or "c" means, or undefined. */
export function tonicOf(name: string): number | undefined {
  const match = /^([A-Ga-g])(#|b)?$/.exec(name);
  if (!match) return undefined;
  const natural = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 }[match[1].toUpperCase()] as number;
  return (natural + (match[2] === '#' ? 1 : match[2] === 'b' ? 11 : 0)) % 12;
}

/** The key that `keyName` writes so, or undefined: "G" is major, "g" minor. */
export function keyOfName(name: string): MusicalKey | undefined {
  const tonic = tonicOf(name);
  return tonic === undefined ? undefined : { tonic, mode: name[0] === name[0].toUpperCase() ? 'major' : 'minor' };
}

/** Sharps (positive) or flats (negative) of a key by its name: −5 … 6 in major, −6 … 5 in minor. */
export function signatureOf({ tonic, mode }: MusicalKey): number {
  const [major, mostFlats] = mode === 'major' ? [tonic, 5] : [tonic + 3, 6];
  return ((major * 7 + mostFlats) % 12) - mostFlats;
}
