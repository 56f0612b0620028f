import { randomInt } from 'node:crypto';
import type { Flow } from '@advect/core';
import { AdvectError } from '@advect/core/errors';
import { choice, type CommandContext, defineCommand, flag, numeric, text, writeFileAtomic } from '@advect/node';
import { scoreToMidi } from '../codec/score-midi.js';
import { writeMidi } from '../codec/midi-write.js';
import { keyName, longKeyName, type MusicalKey, tonicOf } from '../data/musical-key.js';
import type { Tune } from '../model/compose.js';
import { instrumentNames, instruments } from '../render/instrument.js';
import { transposeScore, type Score } from '../score.js';
import { describeTune, parallels, showScore } from './describe-tune.js';
import { writeSound } from './output.js';

const options = {
  model: text({ description: 'a shipped model, or the folder of one', short: 'm', placeholder: 'NAME|DIR', default: 'chorales' }),
  seed: numeric({
    description: 'the same seed gives the same tune',
    integer: true,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    defaultText: 'a new one each time',
  }),
  index: numeric({ description: 'number of the first tune: tune I of a seed, made alone', integer: true, min: 0, max: 1e6, default: 0 }),
  count: numeric({ description: 'number of tunes', short: 'n', integer: true, min: 1, max: 1000, default: 1 }),
  bars: numeric({
    description: 'length, an even number; longer tunes grow by two bars at a time',
    integer: true,
    min: 4,
    max: 64,
    default: 4,
  }),
  key: text({
    description: 'key, such as G, F#, Bb (major) or g, f#, a (minor)',
    placeholder: 'KEY',
    defaultText: 'C or a, as the model chooses',
  }),
  best: numeric({
    description: 'candidates for each tune, of which the best by voice leading, ending, and the model itself is kept',
    integer: true,
    min: 1,
    max: 64,
    default: 8,
  }),
  polish: numeric({
    description: 'share of the noise drawn afresh in each step; 0 is the plain, invertible flow',
    min: 0,
    max: 0.9,
    default: 0.2,
  }),
  steps: numeric({ description: 'steps from noise to music', integer: true, min: 1, max: 2000, default: 60 }),
  temperature: numeric({ description: 'scale of the noise: less is more typical, more is bolder', min: 0, max: 2, default: 1 }),
  tempo: numeric({ description: 'quarter notes in a minute', min: 20, max: 300, default: 80 }),
  instrument: choice(instrumentNames, { description: 'sound', default: 'choir' }),
  score: flag({ description: 'also estimate bits for each note (tunes of four bars; takes about a minute each)' }),
  out: text({ description: 'name of the files, without .mid and .wav', short: 'o', placeholder: 'NAME', defaultText: 'chorale-SEED' }),
  force: flag({ description: 'replace files that exist' }),
};

export const compose = defineCommand({
  name: 'compose',
  summary: 'Compose a four-part chorale: a MIDI file, a WAV file, and a piano roll.',
  details:
    'The model draws noise and lets it flow to music. By default several candidates are made, and the one is kept\n' +
    'that has the least against it: faults in its voice leading, an open ending, dissonance, and the model\u2019s own surprise.\n' +
    '--best 1 --polish 0 shows the bare flow. The files hold the seed and all settings (see info).',
  options,
  examples: [
    ['compose', 'something new'],
    ['compose --seed 7 --key G --out tune', 'tune.mid and tune.wav in G major, the same every time'],
    ['compose --seed 7 --count 4 --bars 8 --instrument organ', 'four longer tunes'],
  ],
  run: runCompose,
});

type Context = CommandContext<typeof options>;

async function runCompose(context: Context): Promise<void> {
  const { options: o, note, print, progress, signal, json, quiet } = context;
  if (o.bars % 2 !== 0) throw new AdvectError('invalid-option', `--bars is ${o.bars}`, 'Give an even number from 4 to 64.');
  if (o.score && o.bars !== 4)
    throw new AdvectError('invalid-option', '--score knows tunes of four bars only', 'Leave out --bars or --score.');
  const wanted = o.key === undefined ? undefined : readKey(o.key);
  const seed = o.seed ?? randomInt(2 ** 32);
  const { modelPath } = await import('../model/shipped.js');
  await modelPath(o.model);

  const { openModel } = await import('../model/open.js');
  const { compose: composeTunes } = await import('../model/compose.js');
  const { flow, manifest } = await openModel(o.model);
  note(`composing ${o.count * o.best === 1 ? 'one tune' : `${o.count * o.best} candidates`}, seed ${seed}`);
  const tunes = await composeTunes(flow, {
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
    const settings = {
      app: 'advect-music',
      model: { name: manifest.name, sha256: manifest.weights.sha256 },
      seed,
      index: tune.index,
      bars: o.bars,
      key: keyName(key),
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
      settings,
    });
    const base = `${o.out ?? `chorale-${seed}`}${o.count > 1 || (o.out === undefined && o.index > 0) ? `-${tune.index}` : ''}`;
    const files = [`${base}.mid`, `${base}.wav`];
    await writeFileAtomic(files[0], writeMidi(midi), { force: o.force });
    await writeSound(files[1], midi, o.instrument, settings, o.force);
    const bits = o.score ? await scored(context, flow, tune, wanted, seed) : undefined;
    if (json)
      print(
        JSON.stringify({
          ...settings,
          files,
          parallels: parallels(tune),
          faults: tune.judgement.leading.faults.length,
          closes: tune.judgement.closes,
          ...(bits && { bits }),
        }),
      );
    else {
      if (!quiet) {
        print(showScore(context, score, `Chorale in ${longKeyName(key)}, ${o.bars} bars, ♩ = ${o.tempo}`));
        print(describeTune(tune, o.best));
        if (bits)
          print(
            `${bits.bitsPerNote.toFixed(2)} ± ${bits.standardError.toFixed(2)} bits per note (${bits.notes} notes; variational bound, held pitches count once)`,
          );
      }
      files.forEach(print);
    }
  }
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

/** The tune moved to the key that was asked for, by the shorter way; as it is where none was. */
function inKey({ score, key }: Tune, wanted: MusicalKey | undefined): { score: Score; key: MusicalKey } {
  if (!wanted) return { score, key };
  const home = wanted.mode === 'major' ? 0 : 9;
  const up = (wanted.tonic - home + 12) % 12;
  return { score: transposeScore(score, up > 6 ? up - 12 : up), key: wanted };
}

async function scored({ options: o, note, signal }: Context, flow: Flow, tune: Tune, wanted: MusicalKey | undefined, seed: number) {
  note('estimating its probability');
  const [{ bitsPerNote }, { conditionRow }] = await Promise.all([import('../model/bits.js'), import('../model/condition.js')]);
  return bitsPerNote(flow, tune.score, conditionRow({ mode: wanted?.mode, place: o.bars === 4 ? 'closing' : undefined }), {
    seed,
    draws: 4,
    signal,
  });
}
