import { AdvectError } from '@advect/base/errors';
import { integer, readOptions, value } from '@advect/base/options';
import { arePercentiles, shareAbove } from '@advect/base/percentiles';
import type { Manifest } from '@advect/core/io';
import { windowSteps } from '../data/windows.js';

/** Bits per note, or per stroke, of some held-out music. */
export interface Ranks {
  readonly count: number;
  /** At the 0th, 1st, … 100th percentile. */
  readonly percentiles: readonly number[];
}

/** How probable chorales, or melodies, that training never saw are to a model, kept in its manifest: what a new piece is compared with. */
export interface HeldOutBits {
  /** How each was measured: draws of the denoising bound, and levels of noise in each. */
  readonly draws: number;
  readonly levels: number;
  /** Passages of four bars, as a piece is cut to be measured. */
  readonly passages: Ranks;
  /** Whole chorales, or their sopranos. */
  readonly pieces: Ranks;
}

/** The same for drums: passages of two bars, told their tempo, and their style as well. */
export interface HeldOutBeats {
  readonly draws: number;
  readonly untold: Ranks;
  readonly told: Ranks;
}

/** Where a piece lies among held-out music. */
export interface Standing {
  /** How many in a hundred of them are less probable: need more bits for a note. */
  readonly percentile: number;
  readonly count: number;
  readonly among: 'passages of four bars' | 'whole chorales' | 'whole melodies' | 'passages of two bars';
}

/** Where a piece or a melody of so many steps lies, by its denoising bound: a short one among passages, from eight bars on among `whole`. */
export function standingOf(
  bitsPerNote: number,
  steps: number,
  { passages, pieces }: HeldOutBits,
  whole: 'whole chorales' | 'whole melodies' = 'whole chorales',
): Standing {
  return steps < 2 * windowSteps ? among(passages, bitsPerNote, 'passages of four bars') : among(pieces, bitsPerNote, whole);
}

/**
 * Where two bars of drums lie that were measured by at least as many draws as the held-out ones: by the first of them, as many as those, for
 * the mean of more draws is less noisy and would stand nearer to the middle. `told` where they were measured under a style.
 */
export function beatStandingOf({ draws }: { readonly draws: readonly number[] }, told: boolean, heldOut: HeldOutBeats): Standing {
  const compared = draws.slice(0, heldOut.draws);
  const bits = compared.reduce((a, b) => a + b, 0) / compared.length;
  return among(told ? heldOut.told : heldOut.untold, bits, 'passages of two bars');
}

const among = ({ percentiles, count }: Ranks, bits: number, what: Standing['among']): Standing => ({
  percentile: shareAbove(bits, percentiles),
  count,
  among: what,
});

/** "more usual than 71 % of 128 passages of two bars that training never saw" */
export const standingInWords = ({ percentile, count, among: what }: Standing): string =>
  `more usual than ${Math.round(percentile)} % of ${count} ${what} that training never saw`;

const isRanks = (v: unknown): boolean =>
  typeof v === 'object' && v !== null && 'count' in v && Number.isInteger(v.count) && 'percentiles' in v && arePercentiles(v.percentiles);

const ranks = value<Ranks>(isRanks, 'a count and 101 percentiles');

/** Of draws, or levels: what is compared is measured by as many, which must come to an end. */
const count = integer({ min: 1, max: 256 });

/** What a model of chorales or melodies keeps of held-out ones; models made before it was kept, or on few pieces, have none. Throws `invalid-file`. */
export const heldOutOf = (manifest: Pick<Manifest, 'name' | 'application'>): HeldOutBits | undefined =>
  kept<HeldOutBits>(manifest, { draws: count, levels: count, passages: ranks, pieces: ranks });

/** What a model of grooves keeps of held-out performances; as `heldOutOf`. */
export const heldOutBeatsOf = (manifest: Pick<Manifest, 'name' | 'application'>): HeldOutBeats | undefined =>
  kept<HeldOutBeats>(manifest, { draws: count, untold: ranks, told: ranks });

function kept<T extends object>(
  { name, application }: Pick<Manifest, 'name' | 'application'>,
  readers: Parameters<typeof readOptions<T>>[2],
): T | undefined {
  if (application.heldOut === undefined) return undefined;
  try {
    return readOptions<T>('model.json: application.heldOut', application.heldOut as object, readers);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError('invalid-file', `the model '${name}' is broken: ${reason}`, 'Get the model again.', cause);
  }
}
