import { frechetDistance, type PictureClassifier } from '@advect/core';
import { key, permutation, split } from '@advect/core/random';

/** Fréchet distances between features at one sample size. */
export interface FrechetRow {
  /** Pictures on each side. */
  readonly count: number;
  readonly generated: number;
  /** The same between two samples of real pictures. */
  readonly real: number;
  /** What the real ones are. */
  readonly realPair: string;
}

type Features = Awaited<ReturnType<PictureClassifier['classify']>>['features'];

/**
 * Squared Fréchet distances of generated pictures from the test pictures, beside distances between real ones of the same number: the
 * test pictures' two halves, and training pictures against them. The estimate is biased upwards by the size of the samples,
 * alike for both; and the classifier has learned the training pictures, whose features lie a little further apart.
 */
export function frechetRows(generated: Features, test: Features, training: Features, seed: number): FrechetRow[] {
  const count = Math.min(generated.shape[0], test.shape[0]);
  const order = permutation(split(key(seed), 'halves'), test.shape[0]);
  const half = Math.floor(count / 2);
  const [first, second] = [rows(test, order.subarray(0, half)), rows(test, order.subarray(half, 2 * half))];
  const all = { shape: [count, test.shape[1]], data: rows(test, order.subarray(0, count)).data };
  const some = rows(
    training,
    Array.from({ length: Math.min(count, training.shape[0]) }, (_, i) => i),
  );
  const made = (n: number): Features =>
    rows(
      generated,
      Array.from({ length: n }, (_, i) => i),
    );
  return [
    {
      count,
      generated: frechetDistance(made(count), all).squared,
      real: frechetDistance(some, all).squared,
      realPair: `${some.shape[0]} training and ${count} test pictures`,
    },
    {
      count: half,
      generated: frechetDistance(made(half), first).squared,
      real: frechetDistance(second, first).squared,
      realPair: 'the two halves of the test pictures',
    },
  ];
}

function rows({ shape: [, width], data }: Features, indices: ArrayLike<number>): Features {
  const taken = new Float32Array(indices.length * width);
  for (let i = 0; i < indices.length; i++) taken.set(data.subarray(indices[i] * width, (indices[i] + 1) * width), i * width);
  return { shape: [indices.length, width], data: taken };
}
