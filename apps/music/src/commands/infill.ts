import { AdvectError } from '@advect/base/errors';
import { defineCommand, list, text } from '@advect/node';
import { openBars } from '../model/draft.js';
import { stepsPerBar, voiceNames } from '../score.js';
import { grooveBar } from '../data/grooves.js';
import { barsDraft } from '../model/groove-draft.js';
import { readDrums } from './beat-options.js';
import { isBeat, reworkBeat } from './rework-beat.js';
import { pieceFile, reworkOptions, reworkPiece } from './rework-piece.js';
import { readBars, readVoices } from './tune-options.js';

export const infill = defineCommand({
  name: 'infill',
  summary: 'Compose some bars of a piece anew, or some voices of them, and keep the rest exactly.',
  positionals: [pieceFile],
  options: {
    ...reworkOptions,
    bars: text({ description: 'bars to compose anew, counted from 1, such as 3 or 2-3', placeholder: 'A-B', defaultText: 'all' }),
    keep: list({ description: 'voices that stay in these bars, too: S, A, T, B; or drums: kick, snare, …', default: 'none' }),
  },
  examples: [
    ['infill tune.mid --bars 2-3', 'two bars anew'],
    ['infill tune.mid --bars 2-3 --keep S,B', 'only alto and tenor of them'],
  ],
  run: async (context) => {
    if (await isBeat(context.positionals[0]))
      return reworkBeat(context, 'infill', ({ groove, name }, like) => {
        const { range, words } = asked(context, like);
        const keep = readDrums(words);
        const [first, last] = rangeOf(range, groove.steps / grooveBar, keep.length);
        return {
          draft: barsDraft(groove, first, last, keep),
          title: `${name}, bars ${first}–${last} anew`,
          settings: { range: `${first}-${last}`, keep: keep.join(',') },
        };
      });
    return reworkPiece(context, 'infill', ({ score, name }, like) => {
      const { range, words } = asked(context, like);
      const keep = readVoices(words);
      const [first, last] = rangeOf(range, Math.ceil(score.steps / stepsPerBar), keep.length);
      return {
        draft: openBars(score, first, last, keep),
        title: `${name}, bars ${first}–${last} anew`,
        settings: { range: `${first}-${last}`, keep: keep.map((voice) => voiceNames[voice][0]).join(',') },
      };
    });
  },
});

interface Asked {
  readonly bars?: string;
  readonly keep: readonly string[];
}

/** The bars that are open and the words for what stays in them: as the command line says, else as a file that is made again. */
const asked = (
  { options: { bars, keep }, given }: { readonly options: Asked; readonly given: readonly string[] },
  like: { readonly range?: string; readonly keep?: string } | undefined,
) => ({
  range: (given.includes('bars') ? undefined : like?.range) ?? bars,
  words: (given.includes('keep') ? undefined : like?.keep?.split(',').filter(Boolean)) ?? keep,
});

function rangeOf(range: string | undefined, bars: number, kept: number): [number, number] {
  if (range === undefined && kept === 0)
    throw new AdvectError('invalid-option', 'nothing of the piece would be kept', 'Give --bars, --keep, or both.');
  return range === undefined ? [1, bars] : readBars(range, bars);
}
