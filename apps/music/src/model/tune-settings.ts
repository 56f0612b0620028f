import { AdvectError } from '@advect/base/errors';
import { boolean, integer, number, oneOf, optional, readOptions, value } from '@advect/base/options';
import { type InstrumentName, instrumentNames } from '../render/instrument.js';
import type { FillMethod } from './fill.js';
import { madeReaders, type MadeSettings } from './made-settings.js';

/** What a tune was made with; kept in its files, and enough to make it again. */
export interface TuneSettings extends MadeSettings {
  /** The command that made it; `compose` where none is named, `edit` where somebody changed its notes since. */
  readonly verb?: Verb | 'edit';
  /** The key it is in, as keyName writes it, and whether it was asked for (else the model chose the mode). */
  readonly key: string;
  readonly keyAsked: boolean;
  readonly best: number;
  /** Number of the candidate that was kept, from 0. */
  readonly candidate: number;
  readonly polish: number;
  readonly instrument: InstrumentName;
  /** Of a tune made from another one: sha256 of that file, how the model was held to what was kept, the voices and bars. */
  readonly parent?: string;
  readonly method?: FillMethod;
  readonly keep?: string;
  readonly range?: string;
  /** The notes as a short text, where the page wrote it and they are not what the seed gives. */
  readonly notes?: string;
}

const verbs = ['compose', 'continue', 'harmonise', 'infill'] as const;

export type Verb = (typeof verbs)[number];

const word = optional(value<string>((v) => typeof v === 'string', 'a text'));

/** A tune's settings from what its file holds. Throws `invalid-file` where they are none of this app's tunes. */
export function readTuneSettings(found: Readonly<Record<string, unknown>> | undefined, file: string): TuneSettings {
  const hint = 'Give a .mid, .wav, .abc or .musicxml file that compose has written.';
  if (found?.['app'] !== 'advect-music' || !('seed' in found))
    throw new AdvectError('invalid-file', `'${file}' does not say how it was made`, hint);
  // How it was rendered since does not change the tune.
  const { rendering: _, ...made } = found;
  try {
    return readOptions<TuneSettings>(file, made, {
      ...madeReaders,
      verb: optional(oneOf([...verbs, 'edit'] as const)),
      key: value<string>((v) => typeof v === 'string', 'a key'),
      keyAsked: boolean(),
      best: integer({ min: 1, max: 64 }),
      candidate: integer({ min: 0 }),
      polish: number({ min: 0, max: 0.9 }),
      instrument: oneOf(instrumentNames),
      parent: word,
      method: optional(oneOf(['told', 'replaced'] as const)),
      keep: word,
      range: word,
      notes: word,
    });
  } catch (cause) {
    if (!(cause instanceof AdvectError)) throw cause;
    throw new AdvectError('invalid-file', `the settings in '${file}' cannot be used: ${cause.message}`, hint, cause);
  }
}
