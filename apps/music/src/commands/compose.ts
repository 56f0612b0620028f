import { randomInt } from 'node:crypto';
import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand, flag, numeric, text } from '@advect/node';
import { keyName, type MusicalKey } from '../data/musical-key.js';
import { type OpenModel, openModel } from '../files/open.js';
import type { Tune } from '../model/compose.js';
import { outNames } from './output.js';
import { inTurn } from './in-turn.js';
import { makingOf } from './making.js';
import { plan } from './plan.js';
import { checkModel, refuseTaken, tuneNames, writeTune } from './tune-files.js';
import { drawOptions, likeOption, makeOptions, modelOption, outOption, readKey, soundOptions } from './tune-options.js';
import { settingsInFile, withoutGiven } from './tune-settings.js';
import type { TuneSettings } from '../model/tune-settings.js';

const options = {
  model: modelOption,
  ...drawOptions,
  bars: numeric({
    integer: true,
    description: 'length, an even number; longer tunes grow by two bars at a time',
    min: 4,
    max: 64,
    default: 4,
  }),
  key: text({
    description: 'key, such as G, F#, Bb (major) or g, f#, a (minor)',
    placeholder: 'KEY',
    defaultText: 'C or a, as the model chooses',
  }),
  ...makeOptions,
  tempo: numeric({ description: 'quarter notes in a minute', min: 20, max: 300, default: 80 }),
  ...soundOptions,
  like: likeOption('all of the above'),
  score: flag({ description: 'also estimate bits for each note (tunes of four bars; takes some ten seconds each)' }),
  out: outOption('chorale-SEED'),
};

export const compose = defineCommand({
  name: 'compose',
  summary: 'Compose a four-part chorale: a MIDI file, a WAV file (or ABC, MusicXML), and a piano roll.',
  details:
    'The model draws noise and lets it flow to music. By default several candidates are made, and the one is kept\n' +
    'that has the least against it: faults in its voice leading, an open ending, dissonance, and the model’s own surprise.\n' +
    '--best 1 --polish 0 --temperature 1 shows the bare flow. The files hold the seed and all settings (see info).',
  options,
  examples: [
    ['compose', 'something new'],
    ['compose --seed 7 --key G --out tune', 'tune.mid and tune.wav in G major, the same every time'],
    ['compose --seed 7 --count 4 --bars 8 --instrument organ', 'four longer tunes'],
    ['compose --seed 7 --out tune.musicxml', 'as a score for a notation program'],
    ['compose --like tune.wav --out again', 'the same tune again'],
  ],
  run: runCompose,
});

type Context = CommandContext<typeof options>;

async function runCompose(context: Context): Promise<void> {
  const { note, print, json, signal, given } = context;
  const like = context.options.like === undefined ? undefined : await settingsInFile(context.options.like, 'compose');
  const o = { ...context.options, ...(like && withoutGiven(optionsOf(like), given)) };
  if (o.bars % 2 !== 0) throw new AdvectError('invalid-option', `--bars is ${o.bars}`, 'Give an even number from 4 to 64.');
  if (o.score && o.bars !== 4)
    throw new AdvectError('invalid-option', '--score knows tunes of four bars only', 'Leave out --bars or --score.');
  const wanted = o.key === undefined ? undefined : readKey(o.key);
  const seed = o.seed ?? randomInt(2 ** 32);
  const numbered = o.count > 1 || (o.out === undefined && o.index > 0);
  const names = outNames(o, `chorale-${seed}`);
  const { to } = names;
  const files = (index: number): string[] => tuneNames(names, index, numbered);
  const allFiles = Array.from({ length: o.count }, (_, i) => files(o.index + i)).flat();
  await refuseTaken(names, allFiles, o.count, o.force);

  const model = await openModel(o.model, signal);
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
  if (o.dryRun) return print(plan({ ...shared, count, key: o.key ?? 'C or a, as the model chooses' }, to, allFiles, json));

  const { compose: composeTunes, inKey } = await import('../model/compose.js');
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
      const own = files(tune.index);
      await writeTune(context, { tune, score, settings, title: 'Chorale', to, files: own, writing: o, remarks, values: { bits } });
    },
  );
}

type Bits = Awaited<ReturnType<typeof scored>>;

const describeBits = ({ bitsPerNote, standardError, notes }: Bits): string =>
  `${bitsPerNote.toFixed(2)} ± ${standardError.toFixed(2)} bits per note (${notes} notes; an upper bound in expectation, held pitches count once)`;

async function scored({ note, signal }: Context, { flow }: OpenModel, tune: Tune, wanted: MusicalKey | undefined, seed: number) {
  note('estimating its probability');
  const [{ bitsPerNote }, { wishRow }] = await Promise.all([import('../model/bits.js'), import('../model/condition.js')]);
  return bitsPerNote(flow, tune.score, wishRow({ mode: wanted?.mode, place: 'closing' }), { seed, draws: 4, signal });
}

/** A file's settings as options; the model is that of the command line, and checked by its sha256. */
const optionsOf = ({ seed, index, bars, key, keyAsked, best, polish, steps, temperature, tempo, instrument }: TuneSettings) => ({
  seed,
  index,
  count: 1,
  bars,
  key: keyAsked ? key : undefined,
  best,
  polish,
  steps,
  temperature,
  tempo,
  instrument,
});
