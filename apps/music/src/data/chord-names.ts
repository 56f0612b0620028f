import { AdvectError } from '@advect/base/errors';
import type { ChordLabel } from './chord-label.js';
import { type MusicalKey, tonicOf } from './musical-key.js';

/** What stands behind the root, and the triad that it means. */
const triads: Readonly<Record<string, ChordLabel['quality']>> = {
  '': 'major',
  maj: 'major',
  M: 'major',
  '7': 'major',
  maj7: 'major',
  m: 'minor',
  min: 'minor',
  '-': 'minor',
  m7: 'minor',
  min7: 'minor',
  dim: 'diminished',
  '°': 'diminished',
  o: 'diminished',
  dim7: 'diminished',
  m7b5: 'diminished',
};

/**
 * Chords bar by bar from their names: each of "C G Am F" is a bar; with bar lines, "C | Dm G | C", those of a bar share it. Sevenths
 * count as their triads. Throws `invalid-option` for a name that is none.
 */
export function readChords(text: string): ChordLabel[][] {
  const words = (part: string): string[] => part.split(/[\s,]+/).filter((word) => word !== '');
  const bars = text.includes('|') ? text.split('|').map(words) : words(text).map((word) => [word]);
  const read = bars.filter((bar) => bar.length > 0).map((bar) => bar.map(readChord));
  if (read.length === 0) throw new AdvectError('invalid-option', 'no chords are given', hint);
  if (read.some((bar) => ![1, 2, 4].includes(bar.length)))
    throw new AdvectError('invalid-option', `a bar of '${text}' has neither one, two nor four chords`, hint);
  return read;
}

const hint = 'Give names such as "C G Am F", one a bar, or with bar lines "C | Dm G | C".';

function readChord(name: string): ChordLabel {
  const [, tonic, kind] = /^([A-G][#b]?)(.*)$/.exec(name) ?? [];
  const root = tonicOf(tonic ?? '');
  const quality = triads[kind ?? '?'];
  if (root === undefined || quality === undefined) throw new AdvectError('invalid-option', `'${name}' is no chord that is known`, hint);
  return { root, quality };
}

/** The chord of each step: bars in turn, again from the first until the tune is full. */
export const chordSteps = (bars: readonly (readonly ChordLabel[])[], steps: number, stepsPerBar: number): ChordLabel[] =>
  Array.from({ length: steps }, (_, step) => {
    const bar = bars[Math.floor(step / stepsPerBar) % bars.length];
    return bar[Math.floor(((step % stepsPerBar) * bar.length) / stepsPerBar)];
  });

/** The triads that belong to a key, by the semitones of their roots above the tonic; in minor the dominant may be major. */
const diatonic: Readonly<Record<MusicalKey['mode'], Readonly<Record<ChordLabel['quality'], readonly number[]>>>> = {
  major: { major: [0, 5, 7], minor: [2, 4, 9], diminished: [11] },
  minor: { major: [3, 7, 8, 10], minor: [0, 5, 7], diminished: [2, 11] },
};

/** The key that most of the chords belong to; of several, that of the first chord, then of the last, then the major one. */
export function keyOfChords(bars: readonly (readonly ChordLabel[])[]): MusicalKey {
  const chords = bars.flat();
  const fit = ({ tonic, mode }: MusicalKey): number => {
    const isTonic = (chord: ChordLabel): boolean => chord.root === tonic && chord.quality === mode;
    const inside = chords.filter(({ root, quality }) => diatonic[mode][quality].includes((root - tonic + 12) % 12)).length;
    return inside + 0.5 * Number(isTonic(chords[chords.length - 1])) + 0.6 * Number(isTonic(chords[0])) + (mode === 'major' ? 0.01 : 0);
  };
  const keys = (['major', 'minor'] as const).flatMap((mode) => Array.from({ length: 12 }, (_, tonic) => ({ tonic, mode })));
  return keys.reduce((best, other) => (fit(other) > fit(best) ? other : best));
}

/** A chord a number of semitones higher. */
export const transposeChord = ({ root, quality }: ChordLabel, semitones: number): ChordLabel => ({
  root: (((root + semitones) % 12) + 12) % 12,
  quality,
});
