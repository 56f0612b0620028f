import { defineCommand, list } from '@advect/node';
import { drumsDraft, rhythmDraft } from '../model/groove-draft.js';
import { beatLike, requestOf } from './beat-like.js';
import { beatFile, beatOptions, readDrums } from './beat-options.js';
import { makeBeats } from './make-beats.js';
import { openBeat } from './open-beat.js';

export const drum = defineCommand({
  name: 'drum',
  summary: 'Play a whole kit around a rhythm that was tapped, or around some of its drums.',
  details:
    'Without --keep the file is a rhythm: when something is struck, how hard and how late; the model is told that, and chooses the drums.\n' +
    'It follows the rhythm as a drummer would, not to the letter. Notes that are no drums count as strokes, too, in a file of one part.\n' +
    'With --keep some drums stay exactly as they are in the file, and the model plays the others.',
  positionals: [beatFile],
  options: { ...beatOptions, keep: list({ description: 'drums of the file that stay: kick, snare, closedHat, …' }) },
  examples: [
    ['drum taps.mid --style rock', 'a beat from a rhythm'],
    ['drum beat.mid --keep kick,snare --count 4', 'four ways to play hats, toms and cymbals to it'],
  ],
  async run(context) {
    const like = await beatLike(context.options.like, 'drum');
    const { options: o, given } = context;
    const keep = readDrums(like && !given.includes('keep') ? (like.keep?.split(',') ?? []) : o.keep);
    const from = await openBeat(context.positionals[0], context.note, { anyNote: keep.length === 0 });
    const plan = {
      verb: 'drum',
      draft: keep.length > 0 ? drumsDraft(from.groove, keep) : rhythmDraft(from.groove),
      from,
      title: `Drums around ${from.name}`,
      settings: keep.length > 0 ? { keep: keep.join(',') } : {},
    } as const;
    await makeBeats(context, requestOf(o, given, like), plan, like);
  },
});
