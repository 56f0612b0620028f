import { grooveBar } from '../data/grooves.js';
import { drums } from '../drum-kit.js';
import type { Groove } from '../groove.js';
import { histogram, overlap, type Histogram } from './overlap.js';

/** The statistics of a set of two-bar grooves beside a reference set; correlations and overlaps are 1 for the reference itself. */
export interface GrooveReport {
  readonly grooves: number;
  /** Strokes in a groove: the mean and the standard deviation. */
  readonly strokes: number;
  readonly strokesSpread: number;
  /** Overlap of the histograms of the strokes in a groove, of their velocities, and of their offsets. */
  readonly densityOverlap: number;
  readonly velocityOverlap: number;
  readonly offsetOverlap: number;
  /** Correlation over drums and sixteenths of a bar: how often a drum is struck there, how hard, and how late on average. */
  readonly hitCorrelation: number;
  readonly accentCorrelation: number;
  readonly pushCorrelation: number;
  /** Standard deviation of the offsets, in sixteenths. */
  readonly offsetSpread: number;
  /** Longest likeness to a groove of the sources, as a share: the mean, and the share of grooves above 0.9. Absent without sources. */
  readonly copyMean?: number;
  readonly copied?: number;
}

/** What a reference set is compared by, made once. */
export interface GrooveReference {
  readonly density: Histogram;
  readonly velocity: Histogram;
  readonly offset: Histogram;
  readonly cells: readonly Cell[];
}

/** A drum on a sixteenth of the bar. */
interface Cell {
  /** Strokes for each bar, and their mean velocity and offset. */
  readonly rate: number;
  readonly count: number;
  readonly velocity: number;
  readonly offset: number;
}

/** Cells with fewer strokes than this in either set say nothing of accents and pushes. */
const leastStrokes = 30;

export const grooveReferenceOf = (grooves: readonly Groove[]): GrooveReference => ({
  density: histogram(grooves.map(countStrokes).map((count) => Math.floor(count / 4))),
  velocity: histogram(grooves.flatMap((groove) => struck(groove, groove.velocities).map((v) => Math.floor(v * 31.999)))),
  offset: histogram(grooves.flatMap((groove) => struck(groove, groove.offsets).map((o) => Math.floor((o + 0.5) * 39.999)))),
  cells: cellsOf(grooves),
});

/** Measures grooves against a reference; with `sources`, also looks for copied grooves (slow: every one against every source). */
export function reportGrooves(grooves: readonly Groove[], reference: GrooveReference, sources?: readonly Groove[]): GrooveReport {
  const own = grooveReferenceOf(grooves);
  const counts = grooves.map(countStrokes);
  const offsets = grooves.flatMap((groove) => struck(groove, groove.offsets));
  const heard = own.cells.map((cell, i) => cell.count >= leastStrokes && reference.cells[i].count >= leastStrokes);
  const over = (of: (cell: Cell) => number, where: (i: number) => boolean): number =>
    correlation(own.cells.filter((_, i) => where(i)).map(of), reference.cells.filter((_, i) => where(i)).map(of));
  const copies = sources && likenesses(grooves, sources);
  return {
    grooves: grooves.length,
    strokes: average(counts),
    strokesSpread: spread(counts),
    densityOverlap: overlap(own.density, reference.density),
    velocityOverlap: overlap(own.velocity, reference.velocity),
    offsetOverlap: overlap(own.offset, reference.offset),
    hitCorrelation: over(
      (cell) => cell.rate,
      () => true,
    ),
    accentCorrelation: over(
      (cell) => cell.velocity,
      (i) => heard[i],
    ),
    pushCorrelation: over(
      (cell) => cell.offset,
      (i) => heard[i],
    ),
    offsetSpread: spread(offsets),
    ...(copies && { copyMean: average(copies), copied: copies.filter((c) => c > 0.9).length / copies.length }),
  };
}

const countStrokes = ({ hits }: Groove): number => hits.reduce((sum, hit) => sum + hit, 0);

const struck = ({ hits }: Groove, values: Float32Array): number[] => [...values].filter((_, i) => hits[i] === 1);

function cellsOf(grooves: readonly Groove[]): Cell[] {
  const size = grooveBar * drums.length;
  const [count, velocity, offset] = [0, 1, 2].map(() => new Float64Array(size));
  let bars = 0;
  for (const { steps, hits, velocities, offsets } of grooves) {
    bars += steps / grooveBar;
    hits.forEach((hit, i) => {
      if (!hit) return;
      count[i % size]++;
      velocity[i % size] += velocities[i];
      offset[i % size] += offsets[i];
    });
  }
  return Array.from(count, (n, i) => ({ count: n, rate: n / bars, velocity: n ? velocity[i] / n : 0, offset: n ? offset[i] / n : 0 }));
}

const average = (values: readonly number[]): number => (values.length === 0 ? NaN : values.reduce((a, b) => a + b, 0) / values.length);

/** The standard deviation. */
function spread(values: readonly number[]): number {
  const mean = average(values);
  return Math.sqrt(average(values.map((v) => (v - mean) ** 2)));
}

/** Pearson's; NaN for fewer than three pairs, or where one side does not vary. */
function correlation(p: readonly number[], q: readonly number[]): number {
  if (p.length < 3) return NaN;
  const [meanP, meanQ] = [average(p), average(q)];
  let [pq, pp, qq] = [0, 0, 0];
  p.forEach((x, i) => {
    pq += (x - meanP) * (q[i] - meanQ);
    pp += (x - meanP) ** 2;
    qq += (q[i] - meanQ) ** 2;
  });
  return pp < 1e-12 || qq < 1e-12 ? NaN : pq / Math.sqrt(pp * qq);
}

/**
 * For each groove, how like it the likest source is: strokes at the same places with velocities within 4 of 127 and offsets within
 * a fiftieth of a sixteenth, as a share of the strokes of both (twice the common ones over the sum).
 */
export function likenesses(grooves: readonly Groove[], sources: readonly Groove[]): number[] {
  const counts = sources.map(countStrokes);
  return grooves.map((groove) => {
    const places = [...groove.hits.keys()].filter((i) => groove.hits[i] === 1);
    let best = 0;
    sources.forEach((source, s) => {
      let common = 0;
      for (const i of places) {
        if (!source.hits[i]) continue;
        if (Math.abs(source.velocities[i] - groove.velocities[i]) > 4 / 127) continue;
        if (Math.abs(source.offsets[i] - groove.offsets[i]) <= 0.02) common++;
      }
      best = Math.max(best, (2 * common) / Math.max(1, places.length + counts[s]));
    });
    return best;
  });
}
