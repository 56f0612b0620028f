import { defineCommand, numeric } from '@advect/node';
import { between } from '../model/groove-amount.js';
import { patternDraft } from '../model/groove-draft.js';
import { beatFile, beatOptions } from './beat-options.js';
import { beatLike, requestOf } from './beat-like.js';
import { makeBeats } from './make-beats.js';
import { openBeat } from './open-beat.js';

export const humanise = defineCommand({
  name: 'humanise',
  summary: 'Play a drum pattern as a drummer would: how hard and how late each stroke is, drawn by a model of grooves.',
  details:
    'What is struck where stays exactly, on the grid of sixteenths. The model is told the pattern, the tempo, and the style where one is\n' +
    'given, bar by bar, and draws velocities and timing; those of the file are not looked at. --amount goes from the file’s own\n' +
    '(0) to the drawn ones (1) in a straight line.',
  positionals: [beatFile],
  options: {
    ...beatOptions,
    amount: numeric({ description: 'how far from the file’s own touch (0) to the drawn one (1)', min: 0, max: 1, default: 1 }),
  },
  examples: [
    ['humanise beat.mid', 'beat-humanise-SEED.mid and .wav'],
    ['humanise beat.mid --style funk --seed 3 -o funky', 'the same every time'],
    ['humanise beat.mid --amount 0.5 --count 4', 'four ways, each half of the way'],
  ],
  async run(context) {
    const like = await beatLike(context.options.like, 'humanise');
    const from = await openBeat(context.positionals[0], context.note);
    const amount = context.given.includes('amount') ? context.options.amount : (like?.amount ?? context.options.amount);
    const plan = {
      verb: 'humanise',
      draft: patternDraft(from.groove),
      from,
      title: `${from.name}, humanised`,
      settings: { amount },
      finish: (played: typeof from.groove) => between(from.groove, played, amount),
    } as const;
    await makeBeats(context, requestOf(context.options, context.given, like), plan, like);
  },
});
