import { AdvectError } from '@advect/base/errors';
import { defineCommand, list, text } from '@advect/node';
import { openBars } from '../model/draft.js';
import { stepsPerBar, voiceNames } from '../score.js';
import { pieceFile, reworkOptions, reworkPiece } from './rework-piece.js';
import { readBars, readVoices } from './tune-options.js';

export const infill = defineCommand({
  name: 'infill',
  summary: 'Compose some bars of a piece anew, or some voices of them, and keep the rest exactly.',
  positionals: [pieceFile],
  options: {
    ...reworkOptions,
    bars: text({ description: 'bars to compose anew, counted from 1, such as 3 or 2-3', placeholder: 'A-B', defaultText: 'all' }),
    keep: list({ description: 'voices that stay in these bars, too: S, A, T, B', default: 'none' }),
  },
  examples: [
    ['infill tune.mid --bars 2-3', 'two bars anew'],
    ['infill tune.mid --bars 2-3 --keep S,B', 'only alto and tenor of them'],
  ],
  run: (context) =>
    reworkPiece(context, 'infill', ({ score, name }, like) => {
      const bars = Math.ceil(score.steps / stepsPerBar);
      const given = like?.range ?? context.options.bars;
      const keep = readVoices(like?.keep?.split(',').filter(Boolean) ?? context.options.keep);
      if (given === undefined && keep.length === 0)
        throw new AdvectError('invalid-option', 'nothing of the piece would be kept', 'Give --bars, --keep, or both.');
      const [first, last] = given === undefined ? [1, bars] : readBars(given, bars);
      return {
        draft: openBars(score, first, last, keep),
        title: `${name}, bars ${first}–${last} anew`,
        settings: { range: `${first}-${last}`, keep: keep.map((voice) => voiceNames[voice][0]).join(',') },
      };
    }),
});
