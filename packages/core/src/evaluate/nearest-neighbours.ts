import type { NdArray, NumericArray } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import { integer, readOptions } from '@advect/base/options';
import { toRows } from './rows.js';

export interface FitNearestNeighboursOptions {
  /** Neighbours that vote; 5 unless given. */
  readonly neighbours?: number;
}

/**
 * A classifier by the k nearest known samples in Euclidean distance, found exactly. Most votes win; among equals, the class
 * of the nearest neighbour of theirs.
 *
 * @param x known samples, [batch, ...event]
 * @param labels their classes, whole numbers from 0
 * @returns a function that gives the class of each row of an array. Cost: known · asked · dim products
 */
export function fitNearestNeighbours(
  x: NdArray<NumericArray>,
  labels: ArrayLike<number>,
  options?: FitNearestNeighboursOptions,
): (x: NdArray<NumericArray>) => Int32Array {
  const known = toRows(x, 'The known samples');
  if (labels.length !== known.count) {
    throw new AdvectError(
      'invalid-shape',
      `${labels.length} labels were given for ${known.count} samples`,
      'Give one label for each sample.',
    );
  }
  const { neighbours } = readOptions<Required<FitNearestNeighboursOptions>>('fitNearestNeighbours', options, {
    neighbours: integer({ default: Math.min(5, known.count), min: 1, max: known.count }),
  });
  return (asked) => {
    const rows = toRows(asked, 'The samples to classify', known.dim);
    return Int32Array.from({ length: rows.count }, (_, n) => vote(nearest(rows.data, n * known.dim, known, neighbours), labels));
  };
}

/** The k known rows nearest to the one of `data` that begins at `at`, nearest first; of equally near ones, the earlier. */
function nearest(data: NumericArray, at: number, known: ReturnType<typeof toRows>, k: number): number[] {
  const indices: number[] = [];
  const distances: number[] = [];
  for (let m = 0; m < known.count; m++) {
    let distance = 0;
    for (let i = 0; i < known.dim; i++) distance += (data[at + i] - known.data[m * known.dim + i]) ** 2;
    if (indices.length === k && distance >= distances[k - 1]) continue;
    let place = indices.length;
    while (place > 0 && distances[place - 1] > distance) place--;
    indices.splice(place, 0, m);
    distances.splice(place, 0, distance);
    if (indices.length > k) {
      indices.pop();
      distances.pop();
    }
  }
  return indices;
}

function vote(indices: readonly number[], labels: ArrayLike<number>): number {
  const votes = new Map<number, number>();
  for (const index of indices) votes.set(labels[index], (votes.get(labels[index]) ?? 0) + 1);
  // A map keeps the order of first entry, so that a stable sort leaves the nearest of equals in front.
  return [...votes].sort((a, b) => b[1] - a[1])[0][0];
}
