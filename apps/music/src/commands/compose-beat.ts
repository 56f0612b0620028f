import type { ModelOfKind } from '../files/open-any.js';
import { beatTitle } from '../model/beat-piece.js';
import { emptyBars } from '../model/groove-draft.js';
import { beatLike, requestOf } from './beat-like.js';
import type { ComposeContext } from './compose.js';
import { makeBeats } from './make-beats.js';

/** Composes drums, and writes and shows them. */
export async function composeBeat(context: ComposeContext, model: ModelOfKind): Promise<void> {
  const { options: o, given } = context;
  const like = await beatLike(o.like, 'compose');
  const bars = o.bars ?? like?.bars ?? 2;
  const style = o.style ?? like?.style;
  const plan = {
    verb: 'compose',
    draft: emptyBars(bars),
    title: beatTitle(style),
  } as const;
  await makeBeats(context, requestOf({ ...o, model }, given, like), plan, like);
}
