import { AdvectError } from '@advect/base/errors';
import { choice, flag, list, numeric, text } from '@advect/node';
import { keyOfName, type MusicalKey } from '../data/musical-key.js';
import { type Making, usualMaking } from '../model/defaults.js';
import { instrumentNames } from '../render/instrument.js';
import { voiceNames } from '../score.js';
import { forms } from './output.js';

const whole = { integer: true } as const;

export const modelOption = text({
  description: 'a shipped model, a folder, an address (https://…), or an installed package (npm:NAME)',
  short: 'm',
  placeholder: 'MODEL',
  default: 'chorales',
});

/** Seed, number and count of what is made. */
export const drawOptions = {
  seed: numeric({
    ...whole,
    description: 'the same seed gives the same tune',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    defaultText: 'a new one each time',
  }),
  index: numeric({ ...whole, description: 'number of the first tune: tune N of a seed, made alone', min: 0, max: 1e6, default: 0 }),
  count: numeric({ ...whole, description: 'number of tunes', short: 'n', aliases: ['num'], min: 1, max: 1000, default: 1 }),
};

const usual = (name: keyof Making): string => {
  const { chorales, ...others } = usualMaking;
  const differing = Object.entries<Partial<Making>>(others).filter(([, own]) => (own[name] ?? chorales[name]) !== chorales[name]);
  return [`the model’s, else ${chorales[name]}`, ...differing.map(([kind, own]) => `of ${kind} ${own[name]}`)].join(', ');
};

/** How the model is asked. */
export const makeOptions = {
  best: numeric({
    ...whole,
    description: 'candidates for each tune; the best by voice leading, ending, and the model itself is kept',
    min: 1,
    max: 64,
    defaultText: usual('best'),
  }),
  polish: numeric({
    description: 'share of the noise drawn afresh in each step; 0 is the plain, invertible flow',
    min: 0,
    max: 0.9,
    defaultText: usual('polish'),
  }),
  steps: numeric({ ...whole, description: 'steps from noise to music', min: 1, max: 2000, defaultText: usual('steps') }),
  temperature: numeric({
    description: 'scale of the noise: less is more typical, more is bolder',
    min: 0,
    max: 2,
    defaultText: usual('temperature'),
  }),
};

/** The tempo; `defaultText` says what it is where it is not given. */
export const tempoOption = (defaultText: string) => numeric({ description: 'quarter notes in a minute', min: 20, max: 300, defaultText });

/** How it sounds and where it goes. */
export const soundOptions = {
  instrument: choice(instrumentNames, { description: 'sound', default: 'choir' }),
  format: list({ description: 'forms of the files', range: forms.join(' | '), default: 'mid,wav' }),
  force: flag({ description: 'replace files that exist', aliases: ['overwrite'] }),
  noMetadata: flag({ description: 'leave the settings out of the files' }),
  dryRun: flag({ description: 'say what would be made, and make nothing' }),
};

export const outOption = (name: string) =>
  text({
    description: "name of the files; one that ends in a form is the only one; '-' for standard output",
    short: 'o',
    placeholder: 'NAME',
    defaultText: name,
  });

export const likeOption = (from: string) =>
  text({ description: `take the settings of this file again, but for those given here: ${from}`, placeholder: 'FILE' });

export const pieceKeyOption = text({
  description: 'the key of the piece, such as G, F#, Bb (major) or g, f#, a (minor)',
  placeholder: 'KEY',
  defaultText: 'found from its notes',
});

/** "G" is major, "g" minor, as musicians write them. */
export function readKey(name: string): MusicalKey {
  const key = keyOfName(name);
  if (key) return key;
  throw new AdvectError(
    'invalid-option',
    `--key is '${name}'`,
    'Give a letter from A to G for major or a to g for minor, with # or b behind it where needed: G, F#, Bb, e, c#.',
  );
}

/** Numbers of the voices that letters or names stand for. */
export function readVoices(words: readonly string[]): number[] {
  const voices = words.map((word) => {
    const voice = voiceNames.findIndex((name) => name.toLowerCase() === word.toLowerCase() || name[0].toLowerCase() === word.toLowerCase());
    if (voice < 0) throw new AdvectError('invalid-option', `--keep names '${word}'`, 'Give voices by their letters: S, A, T, B.');
    return voice;
  });
  return [...new Set(voices)].sort((a, b) => a - b);
}

/** "2-3" or "4": the first and the last bar, counted from 1. */
export function readBars(given: string, bars: number): [number, number] {
  const [, first, last] = /^\s*(\d+)\s*(?:[-–]\s*(\d+)\s*)?$/.exec(given) ?? [];
  const range: [number, number] = [Number(first), Number(last ?? first)];
  if (first === undefined || range[0] < 1 || range[1] < range[0] || range[1] > bars) {
    throw new AdvectError('invalid-option', `--bars is '${given}'`, `Give a bar or a range of bars from 1 to ${bars}, such as 2-3.`);
  }
  return range;
}

/** Throws `invalid-option` for a length that windows of four bars, two bars apart, do not make. */
export function requireEven(bars: number): void {
  if (bars % 2 !== 0 || bars < 4) throw new AdvectError('invalid-option', `--bars is ${bars}`, 'Give an even number from 4 to 64.');
}
