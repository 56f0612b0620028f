import { AdvectError } from '@advect/base/errors';
import { type BeatSettings, type BeatVerb, readBeatSettings } from '../model/made-settings.js';
import type { BeatRequest } from './make-beats.js';
import { anySettingsInFile, drawAgain, withoutGiven } from './tune-settings.js';

/** The settings in a file of drums that the verb has made. Throws `invalid-file` for another one. */
export async function beatLike(path: string | undefined, verb: BeatVerb): Promise<BeatSettings | undefined> {
  if (path === undefined) return undefined;
  const settings = readBeatSettings(await anySettingsInFile(path), path);
  if (settings.verb === verb) return settings;
  throw new AdvectError('invalid-file', `'${path}' was made by ${settings.verb}`, `Make it again with: ${settings.verb} --like '${path}'.`);
}

/** What is asked for: as a file says that it was made, but for what the command line gives itself. */
export const requestOf = <O extends BeatRequest>(o: O, given: readonly string[], like: BeatSettings | undefined): O => {
  if (!like) return o;
  return { ...o, ...withoutGiven({ ...drawAgain(like), style: like.style }, given) };
};
