import { defineCommand, numeric } from '@advect/node';
import { withOpenEnd } from '../model/draft.js';
import { longerDraft } from '../model/groove-draft.js';
import { isBeat, reworkBeat } from './rework-beat.js';
import { pieceFile, reworkOptions, reworkPiece } from './rework-piece.js';

export const continuePiece = defineCommand({
  name: 'continue',
  summary: 'Go on from the end of a piece, to a close.',
  details:
    'The piece stays exactly as it is, on the grid of eighth notes. New bars come two at a time, each time seeing two that are there.\n' +
    'A file of drums goes on with drums, bar by bar, by the model of grooves.',
  positionals: [pieceFile],
  options: {
    ...reworkOptions,
    bars: numeric({ integer: true, description: 'bars to add', min: 1, max: 64, default: 4 }),
  },
  examples: [['continue tune.mid --bars 8 --seed 5', 'eight more bars']],
  run: async (context) => {
    if (await isBeat(context.positionals[0]))
      return reworkBeat(context, 'continue', ({ groove, name }, like) => {
        const bars = barsToAdd(context, like);
        return { draft: longerDraft(groove, bars), title: `${name}, continued`, settings: { range: String(bars) } };
      });
    return reworkPiece(context, 'continue', ({ score, name }, like) => {
      const bars = barsToAdd(context, like);
      return { draft: withOpenEnd(score, bars), title: `${name}, continued`, settings: { range: String(bars) } };
    });
  },
});

/** How long it goes on: as the command line says, else as a file that is made again, else by default. */
const barsToAdd = (
  { options: { bars }, given }: { readonly options: { readonly bars: number }; readonly given: readonly string[] },
  like: { readonly range?: string } | undefined,
): number => (like?.range === undefined || given.includes('bars') ? bars : Number(like.range));
