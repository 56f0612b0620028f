import { randomInt } from 'node:crypto';
import { AdvectError } from '@advect/base/errors';
import { keyName, type MusicalKey } from '../data/musical-key.js';
import { transposeForVoices } from '../data/voice-range.js';
import type { OpenModel } from '../files/open.js';
import type { Tune } from '../model/compose.js';
import type { Score } from '../score.js';
import { outNames } from './output.js';
import { inTurn } from './in-turn.js';
import { makingOf } from './making.js';
import { plan } from './plan.js';
import { checkModel, seriesFiles, writeTune } from './tune-files.js';
import type { ComposeContext as Context } from './compose.js';
import { readKey, requireEven } from './tune-options.js';
import { drawAgain, settingsInFile, withoutGiven } from './tune-settings.js';
import type { TuneSettings } from '../model/tune-settings.js';

/** Composes chorales, and writes and shows them. */
export async function composeChorale(context: Context, model: OpenModel): Promise<void> {
  const { note, print, json, signal, given } = context;
  const like = context.options.like === undefined ? undefined : await settingsInFile(context.options.like, 'compose');
  const { bars: length = 4, tempo: pace = 80, ...asked } = context.options;
  const o = { bars: length, tempo: pace, ...asked, ...(like && withoutGiven(optionsOf(like), given)) };
  requireEven(o.bars);
  if (o.score && o.bars !== 4)
    throw new AdvectError('invalid-option', '--score knows tunes of four bars only', 'Leave out --bars or --score.');
  const wanted = o.key === undefined ? undefined : readKey(o.key);
  const seed = o.seed ?? randomInt(2 ** 32);
  const files = await seriesFiles(outNames(o, `chorale-${seed}`), o);

  checkModel(like, model);
  const making = makingOf(o, model);
  const { index, count, bars, tempo, instrument } = o;
  const shared = {
    app: 'advect-music' as const,
    model: { name: model.name, sha256: model.manifest.weights.sha256 },
    seed,
    index,
    bars,
    ...making,
    tempo,
    instrument,
  };
  if (o.dryRun) return print(plan({ ...shared, count, key: o.key ?? 'C or a, as the model chooses' }, files.to, files.all, json));

  const { compose: composeTunes } = await import('../model/compose.js');
  note(`composing ${count * making.best === 1 ? 'one tune' : `${count * making.best} candidates`}, seed ${seed}`);
  await inTurn(
    context,
    { index, count, best: making.best },
    (part) => composeTunes(model.flow, { ...making, ...part, seed, bars, mode: wanted?.mode, signal }),
    async (tune) => {
      const { score, key } = inKey(tune, wanted);
      const settings: TuneSettings = {
        ...shared,
        index: tune.index,
        key: keyName(key),
        keyAsked: wanted !== undefined,
        candidate: tune.candidate,
      };
      const bits = o.score ? await scored(context, model, tune, wanted, seed) : undefined;
      const remarks = bits ? [describeBits(bits)] : [];
      await writeTune(context, {
        tune,
        score,
        settings,
        title: 'Chorale',
        to: files.to,
        files: files.of(tune.index),
        writing: o,
        remarks,
        values: { bits },
      });
    },
  );
}

type Bits = Awaited<ReturnType<typeof scored>>;

const describeBits = ({ bitsPerNote, standardError, notes }: Bits): string =>
  `${bitsPerNote.toFixed(2)} ± ${standardError.toFixed(2)} bits per note (${notes} notes; an upper bound in expectation, held pitches count once)`;

/** The tune moved to the key that was asked for; as it is where none was. */
function inKey({ score, key }: Tune, wanted: MusicalKey | undefined): { score: Score; key: MusicalKey } {
  if (!wanted) return { score, key };
  const home = wanted.mode === 'major' ? 0 : 9;
  return { score: transposeForVoices(score, wanted.tonic - home), key: wanted };
}

async function scored({ note, signal }: Context, { flow }: OpenModel, tune: Tune, wanted: MusicalKey | undefined, seed: number) {
  note('estimating its probability');
  const [{ bitsPerNote }, { wishRow }] = await Promise.all([import('../model/bits.js'), import('../model/condition.js')]);
  return bitsPerNote(flow, tune.score, wishRow({ mode: wanted?.mode, place: 'closing' }), { seed, draws: 4, signal });
}

const optionsOf = ({ bars, key, keyAsked, best, polish, instrument, ...made }: TuneSettings) => ({
  ...drawAgain(made),
  bars,
  key: keyAsked ? key : undefined,
  best,
  polish,
  instrument,
});
