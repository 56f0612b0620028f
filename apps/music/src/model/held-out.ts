import { AdvectError } from '@advect/base/errors';
import { integer, readOptions, value } from '@advect/base/options';
import { arePercentiles, shareAbove } from '@advect/base/percentiles';
import type { Manifest } from '@advect/core/io';
import { windowSteps } from '../data/windows.js';

/** Bits per note of some held-out music. */
export interface Ranks {
  readonly count: number;
  /** At the 0th, 1st, … 100th percentile. */
  readonly percentiles: readonly number[];
}

/** How probable chorales that training never saw are to a model, kept in its manifest: what a new piece is compared with. */
export interface HeldOutBits {
  /** How each was measured: draws of the denoising bound, and levels of noise in each. */
  readonly draws: number;
  readonly levels: number;
  /** Passages of four bars, as a piece is cut to be measured. */
  readonly passages: Ranks;
  /** Whole chorales. */
  readonly pieces: Ranks;
}

/** Where a piece lies among held-out music. */
export interface Standing {
  /** How many in a hundred of them are less probable: need more bits for a note. */
  readonly percentile: number;
  readonly count: number;
  readonly among: 'passages of four bars' | 'whole chorales';
}

/** Where a piece of so many steps lies, by its denoising bound: a short one among passages, from eight bars on among whole chorales. */
export function standingOf(bitsPerNote: number, steps: number, { passages, pieces }: HeldOutBits): Standing {
  const [ranks, among] = steps < 2 * windowSteps ? ([passages, 'passages of four bars'] as const) : ([pieces, 'whole chorales'] as const);
  return { percentile: shareAbove(bitsPerNote, ranks.percentiles), count: ranks.count, among };
}

const isRanks = (v: unknown): boolean =>
  typeof v === 'object' && v !== null && 'count' in v && Number.isInteger(v.count) && 'percentiles' in v && arePercentiles(v.percentiles);

/** What a model of chorales keeps of held-out ones; models made before it was kept, or on few pieces, have none. Throws `invalid-file`. */
export function heldOutOf({ name, application }: Pick<Manifest, 'name' | 'application'>): HeldOutBits | undefined {
  if (application.heldOut === undefined) return undefined;
  try {
    return readOptions<HeldOutBits>('model.json: application.heldOut', application.heldOut as object, {
      draws: integer({ min: 1 }),
      levels: integer({ min: 1 }),
      passages: value<Ranks>(isRanks, 'a count and 101 percentiles'),
      pieces: value<Ranks>(isRanks, 'a count and 101 percentiles'),
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdvectError('invalid-file', `the model '${name}' is broken: ${reason}`, 'Get the model again.', cause);
  }
}
