import { AdvectError } from '@advect/base/errors';
import { didYouMean } from '@advect/base/options';
import { choice, list, text } from '@advect/node';
import { grooveStyles } from '../data/grooves.js';
import { type Drum, drums } from '../drum-kit.js';
import { drawOptions, likeOption, makeOptions, outOption, soundOptions, tempoOption } from './tune-options.js';

export const styleOption = choice(grooveStyles, {
  description: 'style of drums that the model is told',
  defaultText: 'as the model hears it',
});

/** How drums are drawn and where they go. */
export const beatOptions = {
  model: text({
    description: 'a model of grooves: a shipped one, a folder, an address (https://…), or an installed package (npm:NAME)',
    short: 'm',
    placeholder: 'MODEL',
    default: 'grooves',
  }),
  ...drawOptions,
  style: styleOption,
  tempo: tempoOption('that of the file'),
  temperature: makeOptions.temperature,
  steps: makeOptions.steps,
  format: list({ description: 'forms of the files', range: 'mid | wav', default: 'mid,wav' }),
  force: soundOptions.force,
  noMetadata: soundOptions.noMetadata,
  dryRun: soundOptions.dryRun,
  like: likeOption('seed, number, and all of the above but the model'),
  out: outOption('NAME-VERB-SEED'),
};

export const beatFile = { name: 'FILE', description: 'a file with drums: .mid, .abc or .musicxml', required: true } as const;

/** Drums by their names. */
export function readDrums(words: readonly string[]): Drum[] {
  return words.map((word) => {
    const plain = word.toLowerCase().replaceAll(/[^a-z]/g, '');
    const found = drums.find((drum) => drum.toLowerCase() === plain);
    if (found) return found;
    throw new AdvectError('invalid-option', `--keep names '${word}'`, `${didYouMean(word, drums)}Give one or more of ${drums.join(', ')}.`);
  });
}
