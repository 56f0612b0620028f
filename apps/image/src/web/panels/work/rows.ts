import type { NdArray } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import type { Pictures } from '../../../data/picture-set.js';

/** One picture, of no class. */
export const pictureOf = (levels: Uint8Array): Pictures => ({ count: 1, pixels: levels, labels: Int32Array.of(-1) });

/** Rows in data space as levels. Throws `solve-failed` where they are no numbers. */
export function levelsOf({ data }: NdArray): Uint8Array {
  if (data.some((v) => !Number.isFinite(v))) {
    throw new AdvectError('solve-failed', 'the model gives pixels that are not numbers', 'Take dopri5 as solver, with a lower tolerance.');
  }
  return Uint8Array.from(data);
}
