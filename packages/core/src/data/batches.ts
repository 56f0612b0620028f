import { throwIfAborted } from '@advect/base/errors';
import { abortSignal, boolean, callback, integer, readOptions, seed } from '@advect/base/options';
import { key, permutation, split, type Key } from '../random/index.js';

/** One item of a batch. */
export interface BatchItem {
  /** Which of the items it is, from 0 to count − 1. */
  readonly index: number;
  /** Randomness of its own, for augmentation: it depends on the seed and on its place in the endless row of items. */
  readonly key: Key;
}

export interface BatchesOptions<T> {
  /** Number of items there are. */
  readonly count: number;
  /** Items of each batch. */
  readonly batch: number;
  /** Loads the items of a batch; several run at once with `prefetch`, and answers keep their order. */
  readonly load: (items: readonly BatchItem[]) => T | Promise<T>;
  readonly seed?: number;
  /** A new order in each epoch; true by default. Otherwise items come by their number. */
  readonly shuffle?: boolean;
  /** Items that were seen before: the `position` of the batch after which one goes on. */
  readonly position?: number;
  /** Batches that are loaded ahead while one is used; 1 by default. */
  readonly prefetch?: number;
  /** Items in all, after which the row ends (the last batch may be smaller); endless by default. */
  readonly end?: number;
  readonly signal?: AbortSignal;
}

/** A batch, and from where to go on after it. */
export interface LoadedBatch<T> {
  readonly value: T;
  readonly items: readonly BatchItem[];
  readonly position: number;
}

/**
 * Batches of an endless row of shuffled epochs. Item p of the row lies in epoch ⌊p / count⌋, which has an order of its own;
 * batches do not stop at the end of an epoch. The order depends on the seed alone, is the same on every machine, and is
 * taken up at any `position`: a run that is stopped and resumed sees the very items that it would have seen.
 *
 * Leaving the loop early leaves loads that have begun to end by themselves. Throws `aborted` for the signal, and what
 * `load` throws, at the batch that it concerns.
 */
export async function* batches<T>(options: BatchesOptions<T>): AsyncGenerator<LoadedBatch<T>, void, void> {
  const o = readOptions<BatchesOptions<T>>('batches', options, {
    count: integer({ min: 1, max: 2 ** 31 - 1 }),
    batch: integer({ min: 1, max: 2 ** 31 - 1 }),
    load: callback<BatchesOptions<T>['load']>(),
    seed: seed(),
    shuffle: boolean(true),
    position: integer({ default: 0, min: 0 }),
    prefetch: integer({ default: 1, min: 0, max: 1024 }),
    end: integer({ default: Number.MAX_SAFE_INTEGER, min: 0 }),
    signal: abortSignal,
  });
  const row = endlessRow(o.count, key(o.seed!), o.shuffle!);
  const begun: { items: BatchItem[]; value: Promise<T> }[] = [];
  let next = o.position!;
  let position = next;
  const begin = (): void => {
    const items = Array.from({ length: Math.min(o.batch, o.end! - next) }, (_, i) => row(next + i));
    next += items.length;
    const value = (async () => o.load(items))();
    // A load that fails before its turn is reported at its turn.
    value.catch(() => {});
    begun.push({ items, value });
  };
  while (position < o.end!) {
    throwIfAborted(o.signal, 'batches');
    while (begun.length <= o.prefetch! && next < o.end!) begin();
    const { items, value } = begun.shift()!;
    const loaded = await value;
    position += items.length;
    yield { value: loaded, items, position };
  }
}

function endlessRow(count: number, seeded: Key, shuffle: boolean): (position: number) => BatchItem {
  const orders = split(seeded, 'order');
  const items = split(seeded, 'items');
  let cached: { epoch: number; order: Int32Array } | undefined;
  return (position) => {
    const epoch = Math.floor(position / count);
    if (shuffle && cached?.epoch !== epoch) cached = { epoch, order: permutation(split(orders, epoch), count) };
    return { index: cached ? cached.order[position % count] : position % count, key: split(items, position) };
  };
}
