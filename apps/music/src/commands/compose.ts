import { AdvectError } from '@advect/base/errors';
import { type CommandContext, defineCommand, flag, numeric, text } from '@advect/node';
import { openModelFor } from '../files/open-any.js';
import { subjects } from '../model/run-settings.js';
import { styleOption } from './beat-options.js';
import { composeBeat } from './compose-beat.js';
import { composeChorale } from './compose-chorale.js';
import { composeMelody } from './compose-melody.js';
import { refuseForeign } from './foreign-options.js';
import { drawOptions, likeOption, makeOptions, modelOption, outOption, soundOptions, tempoOption } from './tune-options.js';
import { anySettingsInFile } from './tune-settings.js';

const options = {
  model: modelOption,
  ...drawOptions,
  bars: numeric({
    integer: true,
    description: 'length: of chorales and melodies an even number from 4, of drums any',
    min: 1,
    max: 64,
    defaultText: '4, of drums 2',
  }),
  key: text({
    description: 'key, such as G, F#, Bb (major) or g, f#, a (minor)',
    placeholder: 'KEY',
    defaultText: 'C or a, as the model chooses',
  }),
  chords: text({ description: 'chords under a melody, one a bar, or with bar lines: "C G Am F", "C | Dm G | C"', placeholder: 'CHORDS' }),
  style: styleOption,
  ...makeOptions,
  tempo: tempoOption('80, of drums 100'),
  ...soundOptions,
  like: likeOption('all of the above'),
  score: flag({ description: 'also estimate bits for each note (tunes of four bars; takes some ten seconds each)' }),
  out: outOption('chorale-SEED, beat-SEED or melody-SEED'),
};

const composers = { chorales: composeChorale, grooves: composeBeat, melodies: composeMelody } as const;

export const compose = defineCommand({
  name: 'compose',
  summary: 'Compose a four-part chorale, drums or a melody: a MIDI file, a WAV file (or ABC, MusicXML), and a roll.',
  details:
    'The model draws noise and lets it flow to music. By default several candidates are made, and the one is kept\n' +
    'that has the least against it: faults in its voice leading, an open ending, dissonance, and the model’s own surprise.\n' +
    '--best 1 --polish 0 --temperature 1 shows the bare flow. The files hold the seed and all settings (see info).\n' +
    'What is composed is what the model knows: --model grooves plays drums, in a --style, longer ones bar by bar, each hearing the one\n' +
    'before; --model melodies makes a tune, over --chords where they are given.',
  options,
  examples: [
    ['compose', 'something new'],
    ['compose --seed 7 --key G --out tune', 'tune.mid and tune.wav in G major, the same every time'],
    ['compose --seed 7 --count 4 --bars 8 --instrument organ', 'four longer tunes'],
    ['compose --seed 7 --out tune.musicxml', 'as a score for a notation program'],
    ['compose --model grooves --style funk --tempo 96 --bars 4', 'four bars of drums'],
    ['compose --model melodies --chords "C G Am F"', 'a melody over chords'],
    ['compose --like tune.wav --out again', 'the same tune again'],
  ],
  async run(context) {
    const { options: o, given, signal } = context;
    const made = o.like === undefined ? undefined : ((await anySettingsInFile(o.like))?.['kind'] ?? 'chorales');
    const kind = subjects.find((subject) => subject === made);
    const model = await openModelFor(given.includes('model') || !kind ? o.model : kind, 'compose', subjects, signal);
    if (kind && kind !== model.kind)
      throw new AdvectError(
        'invalid-file',
        `'${o.like}' was made by a model of ${kind}`,
        'Leave out --model, or give the one that made it.',
      );
    refuseForeign(model.kind, given);
    await composers[model.kind](context, model);
  },
});

export type ComposeContext = CommandContext<typeof options>;
