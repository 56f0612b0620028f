import { AdvectError } from '@advect/base/errors';
import { choraleFile, dataFile, dataSets, type DataSettings, readLimited } from '@advect/node';
import { readChorales, type Chorales } from '../data/chorales.js';
import type { OpenDataSettings } from './course.js';

/**
 * 382 four-part chorales by J. S. Bach on a grid of sixteenths (Boulanger-Lewandowski et al. 2012; encoded by Moray Allan),
 * from a local folder, the cache, or their address; see `dataFile` for what it throws. The music is in the public domain;
 * the set states no licence, so it is fetched from its source, not handed on.
 */
export async function loadChorales(settings: Omit<DataSettings, 'set'>): Promise<Chorales> {
  return readChorales(new TextDecoder().decode(await dataFile(choraleFile, { ...settings, set: 'jsb-chorales' })));
}

/** The chorales from where the command line says: a .json file, or a folder; else from where they are found or fetched. */
export async function openChorales({ data, note, signal }: OpenDataSettings): Promise<Chorales> {
  if (data !== undefined && /\.json$/i.test(data))
    return readChorales(new TextDecoder().decode(await readLimited(data, choraleFile.limit)));
  refuseSetName(data, 'the JSB chorales');
  return loadChorales({ directory: data, env: process.env, signal, onDownload: (url) => note(`fetching ${url}`) });
}

/** A name of a data set is no folder. */
export function refuseSetName(data: string | undefined, what: string): void {
  if (!dataSets.some(({ name }) => name === data)) return;
  throw new AdvectError(
    'invalid-option',
    `--data is '${data}', the name of a data set, where a folder belongs`,
    `This program learns from ${what} alone here: leave --data out to fetch them, or give a folder that holds them.`,
  );
}
