import { type CommandContext, readLimited, type Values } from '@advect/node';
import { largestPiece, readPiece } from '../codec/piece-file.js';
import type { BeatVerb } from '../model/made-settings.js';
import { beatLike, requestOf } from './beat-like.js';
import { refuseForeign } from './foreign-options.js';
import { type BeatPlan, makeBeats } from './make-beats.js';
import { type Beat, openBeat } from './open-beat.js';
import type { reworkOptions } from './rework-piece.js';

/** Whether a file has drums and nothing else, so that a model of grooves is to work on it. */
export async function isBeat(path: string): Promise<boolean> {
  const { piece } = await readPiece(path, await readLimited(path, largestPiece));
  const sounding = piece.parts.filter(({ notes }) => notes.length > 0);
  return sounding.length > 0 && sounding.every(({ drums }) => drums);
}

type Context = Pick<
  CommandContext<typeof reworkOptions>,
  'given' | 'positionals' | 'note' | 'progress' | 'signal' | 'print' | 'write' | 'json' | 'quiet' | 'terminal'
> & { readonly options: Values<typeof reworkOptions> };

/** Reads drums, plays what a plan leaves open, and writes and shows the results. */
export async function reworkBeat(
  context: Context,
  verb: BeatVerb,
  planOf: (from: Beat, like: Awaited<ReturnType<typeof beatLike>>) => Omit<BeatPlan, 'verb' | 'from'>,
): Promise<void> {
  refuseForeign('grooves', context.given);
  const like = await beatLike(context.options.like, verb);
  const from = await openBeat(context.positionals[0], context.note);
  const { options: o, given } = context;
  const request = requestOf({ ...o, model: given.includes('model') ? o.model : 'grooves' }, given, like);
  await makeBeats(context, request, { verb, from, ...planOf(from, like) }, like);
}
