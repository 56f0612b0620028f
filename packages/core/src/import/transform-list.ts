import { value } from '@advect/base/options';
import type { Transform } from '../flow/index.js';

/** The transforms that come before an imported net; none where nothing is given. */
export const transformList = value<readonly Transform[]>(
  (v) => Array.isArray(v) && v.every((t) => typeof t?.forward === 'function' && typeof t.inverse === 'function'),
  'a list of transforms',
  [],
);
