import { AdvectError } from '@advect/base/errors';
import { key, permutation, split } from '@advect/core/random';
import { choosePictures, type PictureSet } from '../data/picture-set.js';

/** Pictures that a training watches, at most: each measurement scores all of them. */
export const mostWatched = 100;

/** Pictures to set apart for validation: a twentieth, and no more than are watched. */
export const validationCount = (train: number): number => Math.min(mostWatched, Math.max(1, Math.round(train / 20)));

/**
 * A set of which `count` training pictures, drawn by the seed, are kept apart to watch. Weights that are chosen by what was
 * watched look better on it than they are, so it must not be the pictures that measure the end.
 *
 * Throws `invalid-value` where no picture would be left to learn from.
 */
export function withValidation(set: PictureSet, count: number, seed: number): PictureSet {
  const all = set.train.count;
  if (count >= all) {
    throw new AdvectError(
      'invalid-value',
      `of ${all} training ${all === 1 ? 'picture' : 'pictures'} ${count} cannot be set apart to watch`,
      'Give more pictures, or leave --patience out.',
    );
  }
  const order = permutation(split(key(seed), 'validation'), all);
  const part = (from: number, to: number) => choosePictures(set.train, order.slice(from, to).sort());
  return { ...set, validation: part(0, count), train: part(count, all) };
}
