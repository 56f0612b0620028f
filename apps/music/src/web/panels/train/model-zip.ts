import { zipSync } from 'fflate';
import type { KeptModel } from './store.js';

/** A model's folder as a .zip, which this page and the command line open. */
export const modelZip = ({ name, files }: Pick<KeptModel, 'name' | 'files'>): Uint8Array =>
  zipSync(Object.fromEntries([...files].map(([file, bytes]) => [`${name}/${file}`, bytes])), { level: 6 });
