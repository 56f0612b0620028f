import { type ChordLabel, isChordTone } from '../data/chord-label.js';
import { type Note, notesOf, rest, type Score, scoreOf, stepsPerBar, stepsPerBeat } from '../score.js';
import { longestCopy } from './copies.js';
import { histogram, overlap, type Histogram } from './overlap.js';
import { melodicIntervals, stepwiseShare } from './melody.js';

/** A melody as its pitches on the grid, and the chord of each step where they are known. */
export interface Line {
  readonly pitches: Int16Array;
  readonly chords?: readonly (ChordLabel | undefined)[];
}

/** The statistics of a set of melodies beside a reference set; shares are 0 … 1. */
export interface MelodyReport {
  readonly melodies: number;
  /** Overlap of the histograms of intervals, of lengths, and of places in the bar at which notes begin. */
  readonly intervalOverlap: number;
  readonly durationOverlap: number;
  readonly onsetOverlap: number;
  readonly stepwise: number;
  /** Share of the notes that lie in the best fitting major scale, melody by melody. */
  readonly scale: number;
  /** Share of the bars whose intervals and lengths have stood in an earlier bar of the melody. */
  readonly repetition: number;
  /** Share of the notes on beats that belong to the chord there; absent where no chords are known. */
  readonly inChord?: number;
  /** Longest run of steps that stands in a source in any key, as a share of the melody: the mean, and the share above 0.9. */
  readonly copyMean?: number;
  readonly copied?: number;
}

export interface MelodyReference {
  readonly intervals: Histogram;
  readonly durations: Histogram;
  readonly onsets: Histogram;
}

export const melodyReferenceOf = (lines: readonly Line[]): MelodyReference => ({
  intervals: histogram(lines.flatMap(({ pitches }) => intervalsOf(pitches))),
  durations: histogram(lines.flatMap(({ pitches }) => notesIn(pitches).map(({ length }) => length))),
  onsets: histogram(lines.flatMap(({ pitches }) => notesIn(pitches).map(({ start }) => start % stepsPerBar))),
});

/** Measures melodies against a reference; with `sources`, also looks for copied ones. */
export function reportMelodies(lines: readonly Line[], reference: MelodyReference, sources?: readonly Line[]): MelodyReport {
  const scores = sources?.map(asScore);
  const copies = scores && lines.map((line) => longestCopy(asScore(line), scores));
  const own = melodyReferenceOf(lines);
  const onBeats = lines.flatMap(({ pitches, chords }) =>
    (chords ?? []).flatMap((chord, step) =>
      step % stepsPerBeat === 0 && chord && pitches[step] !== rest ? [Number(isChordTone(pitches[step], chord))] : [],
    ),
  );
  return {
    melodies: lines.length,
    intervalOverlap: overlap(own.intervals, reference.intervals),
    durationOverlap: overlap(own.durations, reference.durations),
    onsetOverlap: overlap(own.onsets, reference.onsets),
    stepwise: stepwiseShare(lines.flatMap(({ pitches }) => intervalsOf(pitches))),
    scale: mean(lines.map(({ pitches }) => inScale(pitches))),
    repetition: mean(lines.map(({ pitches }) => repeatedBars(pitches))),
    ...(onBeats.length > 0 && { inChord: mean(onBeats) }),
    ...(copies && { copyMean: mean(copies), copied: copies.filter((c) => c > 0.9).length / copies.length }),
  };
}

/** A line as the soprano of a score. */
const asScore = ({ pitches }: Line): Score => scoreOf(Array.from(pitches, (pitch) => [pitch, rest, rest, rest]));

const notesIn = (pitches: Int16Array): Note[] => notesOf(asScore({ pitches }), 0);

const intervalsOf = (pitches: Int16Array): number[] => melodicIntervals(asScore({ pitches }));

function inScale(pitches: Int16Array): number {
  const notes = notesIn(pitches);
  const scale = new Set([0, 2, 4, 5, 7, 9, 11]);
  const shares = Array.from({ length: 12 }, (_, tonic) => notes.filter(({ pitch }) => scale.has((pitch - tonic + 120) % 12)).length);
  return notes.length === 0 ? 1 : Math.max(...shares) / notes.length;
}

/** A bar as its moves from step to step, so that it is known in any transposition. */
function repeatedBars(pitches: Int16Array): number {
  const bars = Array.from({ length: Math.floor(pitches.length / stepsPerBar) }, (_, bar) => {
    const steps = [...pitches.subarray(bar * stepsPerBar, (bar + 1) * stepsPerBar)];
    return steps.map((pitch, i) => (i === 0 ? Number(pitch === rest) : pitch === rest ? 'r' : pitch - steps[i - 1])).join();
  });
  return bars.length < 2 ? 0 : bars.filter((bar, i) => bars.indexOf(bar) < i).length / (bars.length - 1);
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
