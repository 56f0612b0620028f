import { defineCommand, list } from '@advect/node';
import { keepVoices } from '../model/draft.js';
import { voiceNames } from '../score.js';
import { pieceFile, reworkOptions, reworkPiece } from './rework-piece.js';
import { readVoices } from './tune-options.js';

export const harmonise = defineCommand({
  name: 'harmonise',
  summary: 'Set a melody for four voices, or write the missing voices of a piece.',
  details: 'The kept voices stay exactly as they are, on the grid of eighth notes. A file of one voice is taken as the soprano.',
  positionals: [pieceFile],
  options: {
    ...reworkOptions,
    keep: list({ description: 'voices that stay: S, A, T, B', default: 'those of the file; of four, the soprano' }),
  },
  examples: [
    ['harmonise melody.mid', 'alto, tenor and bass to a melody'],
    ['harmonise chorale.mid --keep S,B --seed 3', 'other inner voices'],
  ],
  run: (context) =>
    reworkPiece(context, 'harmonise', ({ score, voices, name }, like) => {
      const words = (context.given.includes('keep') ? undefined : like?.keep?.split(',')) ?? context.options.keep;
      const keep = words.length > 0 ? readVoices(words) : voices.length === voiceNames.length ? [0] : voices;
      return {
        draft: keepVoices(score, keep),
        title: `${name}, harmonised`,
        settings: { keep: keep.map((voice) => voiceNames[voice][0]).join(',') },
      };
    }),
});
