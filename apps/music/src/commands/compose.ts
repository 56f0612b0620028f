import { randomInt } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { AdvectError } from '@advect/base/errors';
import { choice, type CommandContext, defineCommand, flag, numeric, text, writeFileAtomic } from '@advect/node';
import { writeMidi } from '../codec/midi-write.js';
import { scoreToMidi } from '../codec/score-midi.js';
import { keyName, longKeyName, type MusicalKey, tonicOf } from '../data/musical-key.js';
import { transposeForVoices } from '../data/voice-range.js';
import { composeDefaults } from '../model/defaults.js';
import { type OpenModel, openModel } from '../files/open.js';
import type { Tune } from '../model/compose.js';
import { instrumentNames, instruments } from '../render/instrument.js';
import type { Score } from '../score.js';
import { describeTune, parallels, showScore } from './describe-tune.js';
import { writeSound } from './output.js';
import { settingsInFile, type TuneSettings } from './tune-settings.js';

const whole = { integer: true } as const;

const options = {
  model: text({
    description: 'a shipped model, a folder, an address (https://…), or an installed package (npm:NAME)',
    short: 'm',
    placeholder: 'MODEL',
    default: 'chorales',
  }),
  seed: numeric({
    ...whole,
    description: 'the same seed gives the same tune',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    defaultText: 'a new one each time',
  }),
  index: numeric({ ...whole, description: 'number of the first tune: tune N of a seed, made alone', min: 0, max: 1e6, default: 0 }),
  count: numeric({ ...whole, description: 'number of tunes', short: 'n', min: 1, max: 1000, default: 1 }),
  bars: numeric({ ...whole, description: 'length, an even number; longer tunes grow by two bars at a time', min: 4, max: 64, default: 4 }),
  key: text({
    description: 'key, such as G, F#, Bb (major) or g, f#, a (minor)',
    placeholder: 'KEY',
    defaultText: 'C or a, as the model chooses',
  }),
  best: numeric({
    ...whole,
    description: 'candidates for each tune; the best by voice leading, ending, and the model itself is kept',
    min: 1,
    max: 64,
    default: composeDefaults.best,
  }),
  polish: numeric({
    description: 'share of the noise drawn afresh in each step; 0 is the plain, invertible flow',
    min: 0,
    max: 0.9,
    default: composeDefaults.polish,
  }),
  steps: numeric({ ...whole, description: 'steps from noise to music', min: 1, max: 2000, default: composeDefaults.steps }),
  temperature: numeric({
    description: 'scale of the noise: less is more typical, more is bolder',
    min: 0,
    max: 2,
    default: composeDefaults.temperature,
  }),
  tempo: numeric({ description: 'quarter notes in a minute', min: 20, max: 300, default: 80 }),
  instrument: choice(instrumentNames, { description: 'sound', default: 'choir' }),
  like: text({ description: 'make the tune of this file again: all of the above is taken from it', placeholder: 'FILE.mid|FILE.wav' }),
  score: flag({ description: 'also estimate bits for each note (tunes of four bars; takes some ten seconds each)' }),
  out: text({ description: 'name of the files, without .mid and .wav', short: 'o', placeholder: 'NAME', defaultText: 'chorale-SEED' }),
  force: flag({ description: 'replace files that exist' }),
};

export const compose = defineCommand({
  name: 'compose',
  summary: 'Compose a four-part chorale: a MIDI file, a WAV file, and a piano roll.',
  details:
    'The model draws noise and lets it flow to music. By default several candidates are made, and the one is kept\n' +
    'that has the least against it: faults in its voice leading, an open ending, dissonance, and the model’s own surprise.\n' +
    '--best 1 --polish 0 --temperature 1 shows the bare flow. The files hold the seed and all settings (see info).',
  options,
  examples: [
    ['compose', 'something new'],
    ['compose --seed 7 --key G --out tune', 'tune.mid and tune.wav in G major, the same every time'],
    ['compose --seed 7 --count 4 --bars 8 --instrument organ', 'four longer tunes'],
    ['compose --like tune.wav --out again', 'the same tune again'],
  ],
  run: runCompose,
});

type Context = CommandContext<typeof options>;

async function runCompose(context: Context): Promise<void> {
  const { note, progress, signal } = context;
  const like = context.options.like === undefined ? undefined : await settingsInFile(context.options.like);
  const o = { ...context.options, ...(like && optionsOf(like)) };
  if (o.bars % 2 !== 0) throw new AdvectError('invalid-option', `--bars is ${o.bars}`, 'Give an even number from 4 to 64.');
  if (o.score && o.bars !== 4)
    throw new AdvectError('invalid-option', '--score knows tunes of four bars only', 'Leave out --bars or --score.');
  const wanted = o.key === undefined ? undefined : readKey(o.key);
  const seed = o.seed ?? randomInt(2 ** 32);
  const names = (index: number): [string, string] => {
    const base = `${o.out ?? `chorale-${seed}`}${o.count > 1 || (o.out === undefined && o.index > 0) ? `-${index}` : ''}`;
    return [`${base}.mid`, `${base}.wav`];
  };
  if (!o.force) for (let i = 0; i < o.count; i++) await refuseExisting(names(o.index + i));

  const model = await openModel(o.model, signal);
  const { compose: composeTunes } = await import('../model/compose.js');
  if (like && like.model.sha256 !== model.manifest.weights.sha256) throw otherModel(like);
  note(`composing ${o.count * o.best === 1 ? 'one tune' : `${o.count * o.best} candidates`}, seed ${seed}`);
  const tunes = await composeTunes(model.flow, {
    seed,
    index: o.index,
    count: o.count,
    bars: o.bars,
    best: o.best,
    mode: wanted?.mode,
    temperature: o.temperature,
    steps: o.steps,
    polish: o.polish,
    signal,
    onProgress: (done, total) => progress.update(done, total, 'composing'),
  });
  progress.clear();
  for (const tune of tunes) {
    const { score, key } = inKey(tune, wanted);
    const settings: TuneSettings = {
      app: 'advect-music',
      model: { name: model.name, sha256: model.manifest.weights.sha256 },
      seed,
      index: tune.index,
      bars: o.bars,
      key: keyName(key),
      keyAsked: wanted !== undefined,
      best: o.best,
      candidate: tune.candidate,
      polish: o.polish,
      steps: o.steps,
      temperature: o.temperature,
      tempo: o.tempo,
      instrument: o.instrument,
    };
    const midi = scoreToMidi(score, {
      tempo: o.tempo,
      key,
      program: instruments[o.instrument].program,
      title: `Chorale in ${longKeyName(key)}`,
      settings: { ...settings },
    });
    const [midiFile, wavFile] = names(tune.index);
    await writeFileAtomic(midiFile, writeMidi(midi), { force: o.force });
    await writeSound(wavFile, midi, o.instrument, settings, o.force);
    await present(
      context,
      tune,
      score,
      settings,
      [midiFile, wavFile],
      o.score ? await scored(context, model, tune, wanted, seed) : undefined,
    );
  }
}

type Bits = Awaited<ReturnType<typeof scored>>;

async function present(
  context: Context,
  tune: Tune,
  score: Score,
  settings: TuneSettings,
  files: string[],
  bits: Bits | undefined,
): Promise<void> {
  const { print, json, quiet } = context;
  const { leading, closes, surprise } = tune.judgement;
  if (json)
    return print(JSON.stringify({ ...settings, files, parallels: parallels(tune), faults: leading.faults.length, closes, surprise, bits }));
  if (!quiet) {
    const key = readKey(settings.key);
    print(showScore(context, score, `Chorale in ${longKeyName(key)}, ${settings.bars} bars, ♩ = ${settings.tempo}`));
    print(describeTune(tune, settings.best));
    if (bits) {
      const { bitsPerNote, standardError, notes } = bits;
      print(
        `${bitsPerNote.toFixed(2)} ± ${standardError.toFixed(2)} bits per note (${notes} notes; an upper bound in expectation, held pitches count once)`,
      );
    }
  }
  files.forEach((file) => print(file));
}

/** "G" is major, "g" minor, as musicians write them. */
function readKey(name: string): MusicalKey {
  const tonic = tonicOf(name);
  if (tonic === undefined) {
    throw new AdvectError(
      'invalid-option',
      `--key is '${name}'`,
      'Give a letter from A to G for major or a to g for minor, with # or b behind it where needed: G, F#, Bb, e, c#.',
    );
  }
  return { tonic, mode: name[0] === name[0].toUpperCase() ? 'major' : 'minor' };
}

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

const otherModel = ({ model }: TuneSettings): AdvectError =>
  new AdvectError(
    'invalid-file',
    `the tune was made with other weights (model '${model.name}', sha256 ${model.sha256.slice(0, 12)}…)`,
    'Give that model with --model.',
  );

/** Said before the work, not after. */
async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (exists)
      throw new AdvectError('invalid-file', `'${path}' exists already`, 'Give another name with --out, or --force to replace it.');
  }
}
