import { choraleFile, dataFile, type DataSettings } from '@advect/node';
import { readChorales, type Chorales } from '../data/chorales.js';

/**
 * 382 four-part chorales by J. S. Bach on a grid of sixteenths (Boulanger-Lewandowski et al. 2012; encoded by Moray Allan),
 * from a local folder, the cache, or their address; see `dataFile` for what it throws. The music is in the public domain;
 * the set states no licence, so it is fetched from its source, not handed on.
 */
export async function loadChorales(settings: Omit<DataSettings, 'set'>): Promise<Chorales> {
  return readChorales(new TextDecoder().decode(await dataFile(choraleFile, { ...settings, set: 'jsb-chorales' })));
}
