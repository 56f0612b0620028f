import { AdvectError } from '@advect/base/errors';
import { grooveBar } from '../data/grooves.js';
import { type Drum, drums } from '../drum-kit.js';
import { type Groove, grooveOf, sliceSteps } from '../groove.js';
import { grooveWidth } from './groove-size.js';

/** Drums of which some is given; what stands in the other places does not matter. */
export interface GrooveDraft {
  /** Whole bars of 4/4. */
  readonly groove: Groove;
  /** 1 for each number of `plainGroove` that stays, [step, drum, 3]. */
  readonly marks: Uint8Array;
  /** Whether the rhythm of all drums together is given as a tapped one. */
  readonly tapped: boolean;
  /** Bars are made one after another, each told the one before; else two by two, each pair told what is given of it alone. */
  readonly grows: boolean;
}

type Keeps = (step: number, drum: number, part: number) => boolean;

/** The parts of a stroke: whether, how hard, how late. */
const struck = 0;

const draftOf = (groove: Groove, keeps: Keeps, how: Partial<Pick<GrooveDraft, 'tapped' | 'grows'>> = {}): GrooveDraft => ({
  groove,
  marks: Uint8Array.from({ length: groove.steps * grooveWidth }, (_, i) =>
    Number(keeps(Math.floor(i / grooveWidth), Math.floor((i % grooveWidth) / 3), i % 3)),
  ),
  tapped: false,
  grows: false,
  ...how,
});

const barOf = (step: number): number => Math.floor(step / grooveBar) + 1;

/** Bars with nothing in them yet. */
export const emptyBars = (bars: number): GrooveDraft => draftOf(grooveOf(bars * grooveBar, []), () => false, { grows: true });

/**
 * What is struck where stays; how hard and how late is open. Bar by bar: told the touch of the bar before, a flow is nearer to what a
 * drummer plays in the next one.
 */
export const patternDraft = (groove: Groove): GrooveDraft => draftOf(groove, (_step, _drum, part) => part === struck, { grows: true });

/** When anything is struck is given, and how hard and how late; by which drums is open. */
export const rhythmDraft = (groove: Groove): GrooveDraft => draftOf(groove, () => false, { tapped: true });

/** Some drums stay as they are played; the others are open. */
export const drumsDraft = (groove: Groove, kept: readonly Drum[]): GrooveDraft =>
  draftOf(groove, (_step, drum) => kept.includes(drums[drum]));

/** Bars `first` to `last` (counted from 1) are open, but for some drums. */
export const barsDraft = (groove: Groove, first: number, last: number, kept: readonly Drum[]): GrooveDraft =>
  draftOf(groove, (step, drum) => barOf(step) < first || barOf(step) > last || kept.includes(drums[drum]), { grows: true });

/** Bars are open behind the end. */
export const longerDraft = (groove: Groove, bars: number): GrooveDraft =>
  draftOf(sliceSteps(groove, 0, groove.steps + bars * grooveBar), (step) => step < groove.steps, { grows: true });

/**
 * Bars of another metre as the beginnings of bars of 4/4, or back. Throws `unsupported` for bars longer than that.
 *
 * @param from, to steps of a bar
 */
export function withBars(groove: Groove, from: number, to: number): Groove {
  if (Math.max(from, to) > grooveBar)
    throw new AdvectError(
      'unsupported',
      `its bars have ${Math.max(from, to)} sixteenths, and the model knows those of four quarters`,
      'Give a pattern in 4/4, or in a shorter metre such as 3/4 or 6/8.',
    );
  if (from === to) return groove;
  const bars = Math.ceil(groove.steps / from);
  const size = drums.length;
  const out = grooveOf(bars * to, []);
  for (let bar = 0; bar < bars; bar++) {
    const [at, end] = [bar * from * size, Math.min(groove.steps, bar * from + Math.min(from, to)) * size];
    out.hits.set(groove.hits.subarray(at, end), bar * to * size);
    out.velocities.set(groove.velocities.subarray(at, end), bar * to * size);
    out.offsets.set(groove.offsets.subarray(at, end), bar * to * size);
  }
  return out;
}
