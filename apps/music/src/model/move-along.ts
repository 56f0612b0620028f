import type { Flow } from '@advect/core';
import type { Score } from '../score.js';
import { bringHome } from './home.js';
import { boundPerNote, denoisingBound } from './denoising-bound.js';
import type { Draft } from './draft.js';
import { nudge, type NudgeSettings } from './nudge.js';

/** 1: bolder, −1: more ordinary. */
export type Direction = 1 | -1;

/** What the length of the noise is multiplied by, from the smallest change to the largest. */
const scales = { 1: [1.06, 1.12, 1.2, 1.3, 1.45], [-1]: [0.97, 0.94, 0.9, 0.86, 0.8, 0.7] } as const;

/** Draws of the blur that are tried: each is another noise of the same notes. */
const blurs = 3;

/** Draws of the bound: the noise is the same for all that is compared. */
const draws = 4;

/** No note has to come back, so the solver need not be exact. */
const roughly = 1e-4;

/** A piece that was moved along the density. */
export interface Moved {
  readonly score: Score;
  readonly scale: number;
  /** Bits per note by the denoising bound, of the piece and of what it became. */
  readonly before: number;
  readonly after: number;
}

/**
 * Makes a piece bolder or more ordinary, by the smallest of some steps (`nudge`) that changes a note and moves its bits per note that way,
 * measured by the denoising bound with one noise for all. A shorter noise alone does not promise fewer bits: it is one of two terms of
 * the log-density, and a piece whose noise is short already has little to gain. Undefined where no step does it, as where every note
 * is locked, or nothing near is more ordinary. Throws as `nudge` does.
 */
export async function moveAlong(
  flow: Flow,
  draft: Draft,
  { direction, seed, onProgress, ...settings }: Omit<NudgeSettings, 'scales'> & { readonly direction: Direction },
): Promise<Moved | undefined> {
  if (draft.locked.every(Boolean)) return undefined;
  const key = settings.key ?? bringHome(draft.score).key;
  const shared = { tolerance: roughly, ...settings, key };
  const bitsOf = async (score: Score): Promise<number> => {
    const { executor, signal } = settings;
    const found = boundPerNote(await denoisingBound(flow, score, { key, draws, executor, signal, seed: 0 }));
    return found.reduce((sum, bits) => sum + bits, 0) / draws;
  };
  let before: number | undefined;
  for (let blur = 0; blur < blurs; blur++) {
    const tried = await nudge(flow, draft, {
      ...shared,
      scales: scales[direction],
      seed: seed + blur,
      onProgress: (done, total) => onProgress?.(blur * total + done, blurs * total),
    });
    for (const [i, score] of tried.entries()) {
      if (score.pitches.every((pitch, cell) => pitch === draft.score.pitches[cell])) continue;
      before ??= await bitsOf(draft.score);
      const after = await bitsOf(score);
      if ((after - before) * direction > 0) return { score, scale: scales[direction][i], before, after };
    }
  }
  return undefined;
}
