import { defineCommand, numeric } from '@advect/node';
import { withOpenEnd } from '../model/draft.js';
import { pieceFile, reworkOptions, reworkPiece } from './rework-piece.js';

export const continuePiece = defineCommand({
  name: 'continue',
  summary: 'Go on from the end of a piece, to a close.',
  details:
    'The piece stays exactly as it is, on the grid of eighth notes. New bars come two at a time, each time seeing two that are there.',
  positionals: [pieceFile],
  options: {
    ...reworkOptions,
    bars: numeric({ integer: true, description: 'bars to add', min: 1, max: 64, default: 4 }),
  },
  examples: [['continue tune.mid --bars 8 --seed 5', 'eight more bars']],
  run: (context) =>
    reworkPiece(context, 'continue', ({ score, name }, like) => {
      const bars = like?.range === undefined ? context.options.bars : Number(like.range);
      return { draft: withOpenEnd(score, bars), title: `${name}, continued`, settings: { range: String(bars) } };
    }),
});
