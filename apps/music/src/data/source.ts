import { dataFile, type DataFile, type DataSettings } from '@advect/node';
import { readChorales, type Chorales } from './chorales.js';

/**
 * 382 four-part chorales by J. S. Bach on a grid of sixteenths (Boulanger-Lewandowski et al. 2012; encoded by Moray Allan).
 * The music is in the public domain; the set states no licence, so it is fetched from its source, not handed on.
 */
export const choraleFile = {
  name: 'Jsb16thSeparated.json',
  url: 'https://raw.githubusercontent.com/czhuang/JSB-Chorales-dataset/master/Jsb16thSeparated.json',
  sha256: '79294cc374f9252e95ef4b703161524c1c53dc1f712c236f00f1c1f5d54af5a7',
  limit: 4 * 2 ** 20,
} satisfies DataFile;

/** The chorales, from a local folder, the cache, or their address; see `dataFile` for what it throws. */
export async function loadChorales(settings: Omit<DataSettings, 'set'>): Promise<Chorales> {
  return readChorales(new TextDecoder().decode(await dataFile(choraleFile, { ...settings, set: 'jsb-chorales' })));
}
