import { percentilesOf } from '@advect/base/percentiles';
import { nearestDistances, type NearestDistances } from '@advect/core';
import { type PictureForm, pictureDim, type Pictures } from '../data/picture-set.js';
import { type Share, shareOf } from './recognition.js';

/** Whether generated pictures are nearer to the training pictures than pictures are that were kept apart. */
export interface CopyTest {
  /** Quantiles of the distance to the nearest training picture, root mean square of a pixel as a share of its range. */
  readonly quantiles: readonly { readonly percentile: number; readonly generated: number; readonly heldOut: number }[];
  /** Of generated pictures nearer to a training picture than 99 of 100 held-out ones are: 1 % where nothing is copied. */
  readonly nearerThanFirstPercentile: Share;
  /** Generated pictures that are a training picture, level by level. */
  readonly identical: number;
  /** Chance that a generated picture is nearer than a held-out one, 1/2 where neither is; by ranks. */
  readonly chanceNearer: number;
  /** Standard score of that chance against 1/2: the Mann–Whitney test. */
  readonly score: number;
  /** The nearest generated pictures, nearest first, and the training picture of each. */
  readonly closest: readonly { readonly generated: number; readonly training: number; readonly distance: number }[];
  readonly generated: number;
  readonly heldOut: number;
  readonly training: number;
}

export interface CopyTestSettings {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

const PERCENTILES = [1, 5, 25, 50, 75, 95];
const SHOWN = 12;

/**
 * The nearest training picture of each generated and of each held-out one, compared: a model that repeats what it has learned
 * from is nearer to it than new pictures are. A model of smooth or simple pictures is nearer, too, without copying: look at
 * the closest pairs.
 *
 * Cost: (generated + held-out) · training · dim products.
 */
export async function copyTest(
  generated: Pictures,
  heldOut: Pictures,
  training: Pictures,
  form: PictureForm,
  { signal, onProgress }: CopyTestSettings = {},
): Promise<CopyTest> {
  const dim = pictureDim(form);
  const rows = ({ pixels, count }: Pictures) => ({ shape: [count, dim], data: pixels });
  const ofPixel = 1 / (Math.sqrt(dim) * (form.levels - 1));
  const search = (from: Pictures, already: number): Promise<NearestDistances> =>
    nearestDistances(rows(from), rows(training), {
      signal,
      onProgress: (done, total) => onProgress?.(already * total + done, 2 * total),
    });
  const made = await search(generated, 0);
  const real = await search(heldOut, 1);
  const [near, far] = [made.distance, real.distance].map((distances) => distances.map((d) => d * ofPixel));
  const [ofGenerated, ofHeldOut] = [percentilesOf(near), percentilesOf(far)];
  const order = Array.from(near.keys()).sort((a, b) => near[a] - near[b]);
  const rank = rankTest(near, far);
  return {
    quantiles: PERCENTILES.map((percentile) => ({
      percentile,
      generated: ofGenerated[percentile],
      heldOut: ofHeldOut[percentile],
    })),
    nearerThanFirstPercentile: shareOf(near.filter((d) => d < ofHeldOut[1]).length, near.length),
    identical: near.filter((d) => d === 0).length,
    ...rank,
    closest: order.slice(0, SHOWN).map((i) => ({ generated: i, training: made.index[i], distance: near[i] })),
    generated: generated.count,
    heldOut: heldOut.count,
    training: training.count,
  };
}

/**
 * The chance that a value of `a` is below one of `b`, equal ones counted half, and its standard score against 1/2 with the correction
 * for ties (Mann and Whitney 1947; Lehmann 1975, §1.4).
 */
export function rankTest(a: Float64Array, b: Float64Array): { chanceNearer: number; score: number } {
  const [n, m] = [a.length, b.length];
  const all = [...Array.from(a, (v) => ({ v, first: 1 })), ...Array.from(b, (v) => ({ v, first: 0 }))].sort((x, y) => x.v - y.v);
  let [rankSum, ties] = [0, 0];
  for (let i = 0; i < all.length;) {
    let j = i;
    let firsts = 0;
    while (j < all.length && all[j].v === all[i].v) firsts += all[j++].first;
    const tied = j - i;
    rankSum += firsts * (i + (tied + 1) / 2);
    ties += tied ** 3 - tied;
    i = j;
  }
  const total = n + m;
  // U counts the pairs in which b's value is below.
  const above = rankSum - (n * (n + 1)) / 2;
  const chanceNearer = 1 - above / (n * m);
  const variance = (total + 1 - ties / (total * (total - 1))) / (12 * n * m);
  return { chanceNearer, score: (chanceNearer - 0.5) / Math.sqrt(variance) };
}
