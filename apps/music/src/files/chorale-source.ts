import { AdvectError } from '@advect/base/errors';
import { choraleFile, dataFile, dataSets, type DataSettings, readLimited } from '@advect/node';
import { readChorales, type Chorales } from '../data/chorales.js';
import { ownChorale } from '../lessons/own-chorales.js';
import type { Score } from '../score.js';
import type { OpenDataSettings } from './course.js';
import { ownMusic } from './own-music.js';

/**
 * 382 four-part chorales by J. S. Bach on a grid of sixteenths (Boulanger-Lewandowski et al. 2012; encoded by Moray Allan),
 * from a local folder, the cache, or their address; see `dataFile` for what it throws. The music is in the public domain;
 * the set states no licence, so it is fetched from its source, not handed on.
 */
export async function loadChorales(settings: Omit<DataSettings, 'set'>): Promise<Chorales> {
  return readChorales(new TextDecoder().decode(await dataFile(choraleFile, { ...settings, set: 'jsb-chorales' })));
}

/**
 * Chorales from where the command line says: a .json file of the JSB set, a folder that holds it, or a folder or archive of other
 * four-part pieces, see `ownMusic`; else the JSB set from where it is found or fetched.
 */
export async function openChorales({ data, note, signal }: OpenDataSettings): Promise<Chorales> {
  if (data !== undefined && /\.json$/i.test(data))
    return readChorales(new TextDecoder().decode(await readLimited(data, choraleFile.limit)));
  refuseSetName(data, 'the JSB chorales');
  const set = loadChorales({ directory: data, env: process.env, signal, onDownload: (url) => note(`fetching ${url}`) });
  if (data === undefined) return set;
  return set.catch(async (thrown: unknown) => {
    if (!isMissing(thrown)) throw thrown;
    const { parts, credit } = await ownMusic(data, ownChorale, thrown, { note, signal });
    const scores = (part: typeof parts.train): Score[] => part.map(({ content }) => content);
    return { train: scores(parts.train), valid: scores(parts.valid), test: scores(parts.test), credit };
  });
}

/** Whether a set is not where it was looked for. */
export const isMissing = (thrown: unknown): thrown is AdvectError => thrown instanceof AdvectError && thrown.code === 'not-found';

/** A name of a data set is no folder. */
export function refuseSetName(data: string | undefined, what: string): void {
  if (!dataSets.some(({ name }) => name === data)) return;
  throw new AdvectError(
    'invalid-option',
    `--data is '${data}', the name of a data set, where a folder belongs`,
    `Leave --data out to learn from ${what}, or give a folder that holds them or pieces of your own.`,
  );
}
