import { longestCopy } from './copies.js';
import { chordTypes, pitchClassEntropy, scaleConsistency } from './harmony.js';
import { durations, melodicIntervals, stepwiseShare } from './melody.js';
import { histogram, overlap, shareOfTop, type Histogram } from './overlap.js';
import { checkVoiceLeading } from './voice-leading.js';
import type { Score } from '../score.js';

/** The statistics of a set of scores beside a reference set; shares are 0 … 1. */
export interface StyleReport {
  readonly scores: number;
  /** Overlap of the chord-type, melodic-interval and note-length histograms with the reference's. */
  readonly chordOverlap: number;
  readonly intervalOverlap: number;
  readonly durationOverlap: number;
  /** Share of the chords that are among the sixty most frequent types of the reference. */
  readonly topChords: number;
  readonly stepwise: number;
  readonly scale: number;
  /** Entropy of the twelve pitch classes by sounding time, in bits, score by score; keys and chromatics raise it. */
  readonly pitchClassEntropy: number;
  readonly crossing: number;
  readonly parallelsPerHundred: number;
  /** Longest copied run as a share of a score: the mean, and the share of scores above 0.9. Absent without sources. */
  readonly copyMean?: number;
  readonly copied?: number;
}

/** The histograms of a reference set, made once. */
export interface Reference {
  readonly chords: Histogram;
  readonly intervals: Histogram;
  readonly durations: Histogram;
}

export const referenceOf = (scores: readonly Score[]): Reference => ({
  chords: histogram(scores.flatMap(chordTypes)),
  intervals: histogram(scores.flatMap(melodicIntervals)),
  durations: histogram(scores.flatMap(durations)),
});

/** Measures scores against a reference; with `sources`, also looks for copied passages (slow: every score against every source). */
export function reportStyle(scores: readonly Score[], reference: Reference, sources?: readonly Score[]): StyleReport {
  const chords = histogram(scores.flatMap(chordTypes));
  const intervals = scores.flatMap(melodicIntervals);
  const leading = scores.map(checkVoiceLeading);
  const changes = leading.reduce((sum, l) => sum + l.changes, 0);
  const parallels = leading.reduce((sum, l) => sum + l.faults.filter((f) => f.kind !== 'crossing').length, 0);
  const copies = sources && scores.map((score) => longestCopy(score, sources));
  return {
    scores: scores.length,
    chordOverlap: overlap(chords, reference.chords),
    intervalOverlap: overlap(histogram(intervals), reference.intervals),
    durationOverlap: overlap(histogram(scores.flatMap(durations)), reference.durations),
    topChords: shareOfTop(chords, reference.chords, 60),
    stepwise: stepwiseShare(intervals),
    scale: mean(scores.map(scaleConsistency)),
    pitchClassEntropy: mean(scores.map(pitchClassEntropy)),
    crossing: mean(leading.map((l) => l.crossing)),
    parallelsPerHundred: changes === 0 ? 0 : (100 * parallels) / changes,
    ...(copies && { copyMean: mean(copies), copied: copies.filter((c) => c > 0.9).length / copies.length }),
  };
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
