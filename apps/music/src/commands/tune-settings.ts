import { AdvectError } from '@advect/base/errors';
import { boolean, integer, number, oneOf, optional, readOptions, seed, value } from '@advect/base/options';
import { readLimited } from '@advect/node';
import { largestPiece, readPiece } from '../codec/piece-file.js';
import { readWav } from '../codec/wav.js';
import type { FillMethod } from '../model/fill.js';
import { type InstrumentName, instrumentNames } from '../render/instrument.js';

/** What a tune was made with; kept in its files, and enough to make it again. */
export interface TuneSettings {
  readonly app: 'advect-music';
  /** The command that made it; `compose` where none is named. */
  readonly verb?: Verb;
  readonly model: { readonly name: string; readonly sha256: string };
  readonly seed: number;
  readonly index: number;
  readonly bars: number;
  /** The key it is in, as keyName writes it, and whether it was asked for (else the model chose the mode). */
  readonly key: string;
  readonly keyAsked: boolean;
  readonly best: number;
  /** Number of the candidate that was kept, from 0. */
  readonly candidate: number;
  readonly polish: number;
  readonly steps: number;
  readonly temperature: number;
  readonly tempo: number;
  readonly instrument: InstrumentName;
  /** Of a tune made from another one: sha256 of that file, how the model was held to what was kept, the voices and bars. */
  readonly parent?: string;
  readonly method?: FillMethod;
  readonly keep?: string;
  readonly range?: string;
}

const verbs = ['compose', 'continue', 'harmonise', 'infill'] as const;

export type Verb = (typeof verbs)[number];

/** A WAV file of an hour has 605 MB. */
export const largestWav = 640 * 2 ** 20;

const word = optional(value<string>((v) => typeof v === 'string', 'a text'));

/** The settings that a MIDI or WAV file says it was made with. Throws `invalid-file` where there are none of this app and command. */
export async function settingsInFile(path: string, verb: Verb): Promise<TuneSettings> {
  const settings = await anySettingsInFile(path);
  const made = settings.verb ?? 'compose';
  if (made === verb) return settings;
  throw new AdvectError('invalid-file', `'${path}' was made by ${made}`, `Make it again with: ${made} --like '${path}'.`);
}

async function anySettingsInFile(path: string): Promise<TuneSettings> {
  const found = /\.wav$/i.test(path)
    ? settingsInComment(readWav(await readLimited(path, largestWav)).comment)
    : (await readPiece(path, await readLimited(path, largestPiece))).piece.settings;
  const hint = 'Give a .mid, .wav, .abc or .musicxml file that compose has written.';
  if (found?.app !== 'advect-music' || !('seed' in found))
    throw new AdvectError('invalid-file', `'${path}' does not say how it was made`, hint);
  // How it was rendered since does not change the tune.
  const { rendering: _, ...made } = found;
  try {
    return readOptions<TuneSettings>(path, made, {
      app: oneOf(['advect-music'] as const),
      verb: optional(oneOf(verbs)),
      model: value<TuneSettings['model']>(isModel, 'a model’s name and sha256'),
      seed: seed(),
      index: integer({ min: 0 }),
      bars: integer({ min: 1, max: 512 }),
      key: value<string>((v) => typeof v === 'string', 'a key'),
      keyAsked: boolean(),
      best: integer({ min: 1, max: 64 }),
      candidate: integer({ min: 0 }),
      polish: number({ min: 0, max: 0.9 }),
      steps: integer({ min: 1, max: 2000 }),
      temperature: number({ min: 0, max: 2 }),
      tempo: number({ min: 20, max: 300 }),
      instrument: oneOf(instrumentNames),
      parent: word,
      method: optional(oneOf(['told', 'replaced'] as const)),
      keep: word,
      range: word,
    });
  } catch (cause) {
    if (!(cause instanceof AdvectError)) throw cause;
    throw new AdvectError('invalid-file', `the settings in '${path}' cannot be used: ${cause.message}`, hint, cause);
  }
}

/** The settings in a WAV file's comment, or undefined for a comment of another program. */
export function settingsInComment(comment: string | undefined): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(comment ?? '');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const isModel = (v: unknown): boolean =>
  typeof v === 'object' && v !== null && 'name' in v && typeof v.name === 'string' && 'sha256' in v && typeof v.sha256 === 'string';
