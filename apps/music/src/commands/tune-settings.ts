import { AdvectError } from '@advect/base/errors';
import { readLimited } from '@advect/node';
import { largestPiece, readPiece } from '../codec/piece-file.js';
import { parseSettings } from '../codec/settings.js';
import { readWav } from '../codec/wav.js';
import type { MadeSettings } from '../model/made-settings.js';
import { readTuneSettings, type TuneSettings, type Verb } from '../model/tune-settings.js';

/** A WAV file of an hour has 605 MB. */
export const largestWav = 640 * 2 ** 20;

/** The settings that a MIDI or WAV file says it was made with. Throws `invalid-file` where there are none of this app and command. */
export async function settingsInFile(path: string, verb: Verb): Promise<TuneSettings> {
  const found = await anySettingsInFile(path);
  if (found && 'kind' in found)
    throw new AdvectError(
      'invalid-file',
      `'${path}' was made by a model of ${String(found['kind'])}`,
      `Give a file that ${verb} has made of voices.`,
    );
  if (found?.['verb'] === 'morph')
    throw new AdvectError('invalid-file', `'${path}' was made by morph`, 'Make it again from its two pieces: morph takes no --like.');
  const settings = readTuneSettings(found, path);
  const made = settings.verb ?? 'compose';
  if (made === verb) return settings;
  if (made === 'edit')
    throw new AdvectError(
      'invalid-file',
      `the notes of '${path}' were changed by hand`,
      'No command makes them again: open the file with render, harmonise, infill or continue.',
    );
  throw new AdvectError('invalid-file', `'${path}' was made by ${made}`, `Make it again with: ${made} --like '${path}'.`);
}

/** What a file says that it was made with, whatever it is; undefined where it says nothing. */
export const anySettingsInFile = async (path: string): Promise<Readonly<Record<string, unknown>> | undefined> =>
  /\.wav$/i.test(path)
    ? parseSettings(readWav(await readLimited(path, largestWav)).comment)
    : (await readPiece(path, await readLimited(path, largestPiece))).piece.settings;

type Draw = Pick<MadeSettings, 'seed' | 'index' | 'tempo' | 'temperature' | 'steps'>;

/** What a file asks of every command that makes its one tune again; the model is that of the command line, and checked by its sha256. */
export const drawAgain = ({ seed, index, tempo, temperature, steps }: Draw) => ({ seed, index, count: 1, tempo, temperature, steps });

/** Options that a file asks for, but for those that stand on the command line itself. */
export const withoutGiven = <O extends object>(options: O, given: readonly string[]): Partial<O> =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !given.includes(name))) as Partial<O>;
