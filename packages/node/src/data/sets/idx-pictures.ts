import type { NdArray, NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { readIdx } from '@advect/core/io';
import type { Samples } from '../data-set.js';

/**
 * Grey pictures [count, height, width] and their classes from two IDX files, with the axis of channels put behind.
 *
 * @param first the number of the first class in the file
 */
export function idxPictures(images: Uint8Array, labels: Uint8Array, classes: number, first = 0): Samples {
  const x = readIdx(images);
  const y = readIdx(labels);
  if (x.shape.length !== 3 || !isBytes(x)) throw invalid(`pictures of shape [${x.shape.join(', ')}]`);
  if (y.shape.length !== 1 || y.shape[0] !== x.shape[0]) throw invalid(`${y.data.length} labels for ${x.shape[0]} pictures`);
  const known = Int32Array.from(y.data, (label) => label - first);
  const wrong = known.find((label) => label < 0 || label >= classes);
  if (wrong !== undefined) throw invalid(`the label ${wrong + first}, beyond ${classes} classes`);
  return { x: { shape: [...x.shape, 1], data: x.data }, labels: known };
}

const isBytes = (array: NdArray<NumericArray>): boolean => array.data instanceof Uint8Array;

const invalid = (what: string): AdvectError =>
  new AdvectError('invalid-file', `the IDX files hold ${what}`, 'Give images and labels of one set, as bytes.');
