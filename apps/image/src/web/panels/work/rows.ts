import { ndarray, type NdArray } from '@advect/core';
import { AdvectError } from '@advect/base/errors';
import { pictureDim, type PictureForm, type Pictures } from '../../../data/picture-set.js';

/** One picture, of no class. */
export const pictureOf = (levels: Uint8Array): Pictures => ({ count: 1, pixels: levels, labels: Int32Array.of(-1) });

/** Some pictures' levels as the rows that a flow takes, [count, size, size, channels]. */
export function rowsOf(pictures: readonly Uint8Array[], { size, channels }: PictureForm): NdArray {
  const dim = pictureDim({ size, channels });
  const data = new Float32Array(pictures.length * dim);
  pictures.forEach((levels, i) => data.set(levels, i * dim));
  return ndarray(data, [pictures.length, size, size, channels]);
}

/** Rows in data space as levels. Throws `solve-failed` where they are no numbers. */
export function levelsOf({ data }: NdArray): Uint8Array {
  if (data.some((v) => !Number.isFinite(v))) {
    throw new AdvectError('solve-failed', 'the model gives pixels that are not numbers', 'Take dopri5 as solver, with a lower tolerance.');
  }
  return Uint8Array.from(data);
}
