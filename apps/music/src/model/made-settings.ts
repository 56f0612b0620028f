import { AdvectError } from '@advect/base/errors';
import { integer, number, oneOf, optional, type Readers, readOptions, seed, value } from '@advect/base/options';
import { grooveStyles, type GrooveStyle } from '../data/grooves.js';
import { type InstrumentName, instrumentNames } from '../render/instrument.js';

/** What every piece of music of a flow was made with; kept in its files. */
export interface MadeSettings {
  readonly app: 'advect-music';
  readonly model: { readonly name: string; readonly sha256: string };
  readonly seed: number;
  readonly index: number;
  readonly bars: number;
  readonly steps: number;
  readonly temperature: number;
  /** Quarter notes in a minute. */
  readonly tempo: number;
}

/** What drums were made with; enough to make them again, with the file that they were made from where there is one. */
export interface BeatSettings extends MadeSettings {
  readonly kind: 'grooves';
  readonly verb: BeatVerb;
  readonly style?: GrooveStyle;
  /** The drum patterns' way from as given (0) to as drawn (1). */
  readonly amount?: number;
  /** The drums that stayed, and the bars that did not. */
  readonly keep?: string;
  readonly range?: string;
  /** sha256 of the file that it was made from. */
  readonly parent?: string;
}

const beatVerbs = ['compose', 'continue', 'infill', 'humanise', 'drum'] as const;

export type BeatVerb = (typeof beatVerbs)[number];

/** What a melody was made with. */
export interface MelodySettings extends MadeSettings {
  readonly kind: 'melodies';
  readonly verb: 'compose';
  /** The key that it is in, as keyName writes it, and whether it was asked for. */
  readonly key: string;
  readonly keyAsked: boolean;
  /** As they were given. */
  readonly chords?: string;
  readonly polish: number;
  readonly instrument: InstrumentName;
}

const text = value<string>((v) => typeof v === 'string', 'a text');

/** How each of them is read. */
export const madeReaders: Readers<MadeSettings> = {
  app: oneOf(['advect-music'] as const),
  model: value<MadeSettings['model']>(isModel, 'a model’s name and sha256'),
  seed: seed(),
  index: integer({ min: 0 }),
  bars: integer({ min: 1, max: 512 }),
  steps: integer({ min: 1, max: 2000 }),
  temperature: number({ min: 0, max: 2 }),
  tempo: number({ min: 20, max: 300 }),
};

/** The settings of drums from what a file holds. Throws `invalid-file` where they are none. */
export const readBeatSettings = (found: Found, file: string): BeatSettings =>
  readMade<BeatSettings>(found, file, 'grooves', {
    ...madeReaders,
    kind: oneOf(['grooves'] as const),
    verb: oneOf(beatVerbs),
    style: optional(oneOf(grooveStyles)),
    amount: optional(number({ min: 0, max: 1 })),
    keep: optional(text),
    range: optional(text),
    parent: optional(text),
  });

/** The settings of a melody from what a file holds. Throws `invalid-file` where they are none. */
export const readMelodySettings = (found: Found, file: string): MelodySettings =>
  readMade<MelodySettings>(found, file, 'melodies', {
    ...madeReaders,
    kind: oneOf(['melodies'] as const),
    verb: oneOf(['compose'] as const),
    key: text,
    keyAsked: value<boolean>((v) => typeof v === 'boolean', 'true or false'),
    chords: optional(text),
    polish: number({ min: 0, max: 0.9 }),
    instrument: oneOf(instrumentNames),
  });

type Found = Readonly<Record<string, unknown>> | undefined;

function readMade<S extends MadeSettings>(found: Found, file: string, kind: string, readers: Readers<S>): S {
  if (found?.['app'] !== 'advect-music' || found['kind'] !== kind || !('seed' in found))
    throw new AdvectError(
      'invalid-file',
      `'${file}' does not say that a model of ${kind} made it`,
      'Give a file that this app has written.',
    );
  // How it was rendered since does not change the music.
  const { rendering: _, ...made } = found;
  try {
    return readOptions<S>(file, made, readers);
  } catch (cause) {
    if (!(cause instanceof AdvectError)) throw cause;
    throw new AdvectError('invalid-file', `the settings in '${file}' cannot be used: ${cause.message}`, 'Make it without --like.', cause);
  }
}

function isModel(v: unknown): boolean {
  return typeof v === 'object' && v !== null && 'name' in v && typeof v.name === 'string' && 'sha256' in v && typeof v.sha256 === 'string';
}
