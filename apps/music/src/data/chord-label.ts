import { rest } from '../score.js';

/** Triads that a label can name. */
export const chordQualities = ['major', 'minor', 'diminished'] as const;

/** A chord by the pitch class of its root (0 = C) and its triad. */
export interface ChordLabel {
  readonly root: number;
  readonly quality: (typeof chordQualities)[number];
}

const triads = { major: [0, 4, 7], minor: [0, 3, 7], diminished: [0, 3, 6] } as const;

/**
 * The triad that fits pitches best: most of its notes sounding, and least beside them; undefined where none has two of its notes,
 * or more sounds beside it than belongs to it. Of triads that fit equally well the one on the lowest note wins, then the major one.
 */
export function labelChord(pitches: readonly number[]): ChordLabel | undefined {
  const sounding = pitches.filter((p) => p !== rest);
  const classes = new Set(sounding.map((p) => p % 12));
  const bass = Math.min(...sounding) % 12;
  let best: ChordLabel | undefined;
  let most = 0;
  for (const quality of chordQualities) {
    for (let root = 0; root < 12; root++) {
      const tones = triads[quality].map((t) => (root + t) % 12);
      const inside = tones.filter((t) => classes.has(t)).length;
      const fit = inside - (classes.size - inside) + (root === bass ? 0.3 : 0);
      if (inside >= 2 && fit > Math.max(most, 0.5)) {
        most = fit;
        best = { root, quality };
      }
    }
  }
  return best;
}

/** Whether a pitch belongs to a chord. */
export const isChordTone = (pitch: number, { root, quality }: ChordLabel): boolean =>
  (triads[quality] as readonly number[]).includes((((pitch - root) % 12) + 12) % 12);
