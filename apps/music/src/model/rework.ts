import type { Flow } from '@advect/core';
import type { MusicalKey } from '../data/musical-key.js';
import { rest, transposeScore } from '../score.js';
import type { Draft } from './draft.js';
import { fill, type Filled, type FillSettings } from './fill.js';
import { bringHome } from './home.js';

/** A piece made from another one, in its key. */
export interface Reworked extends Filled {
  readonly key: MusicalKey;
}

export interface ReworkSettings extends Omit<FillSettings, 'mode'> {
  /** The key of the piece. Default: found from its notes. */
  readonly key?: MusicalKey;
}

/**
 * Composes the open cells of a draft that is in any key: moved to where the model lives, filled (see `fill`), and moved back. The
 * locked cells come back exactly. Throws as `fill` does.
 */
export async function rework(flow: Flow, draft: Draft, { key: given, ...settings }: ReworkSettings): Promise<Reworked[]> {
  const settled = { ...draft.score, pitches: draft.score.pitches.map((pitch, i) => (draft.locked[i] ? pitch : rest)) };
  const { score, key, move } = bringHome(settled, given);
  const { onForming } = settings;
  const filled = await fill(
    flow,
    { score, locked: draft.locked },
    {
      ...settings,
      mode: key.mode,
      ...(onForming && { onForming: (share, look) => onForming(share, () => transposeScore(look(), -move)) }),
    },
  );
  return filled.map((tune) => ({ ...tune, key, score: transposeScore(tune.score, -move) }));
}
