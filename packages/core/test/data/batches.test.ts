import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { batches, type BatchesOptions, type LoadedBatch } from '#src/data/index.js';

const indicesOf = (items: readonly { index: number }[]): number[] => items.map(({ index }) => index);

async function collect<T>(options: BatchesOptions<T>): Promise<LoadedBatch<T>[]> {
  const all: LoadedBatch<T>[] = [];
  for await (const batch of batches(options)) all.push(batch);
  return all;
}

const plain = { count: 10, batch: 4, end: 40, load: indicesOf };

test('each epoch has every item once, in an order of its own', async (t) => {
  const row = (await collect(plain)).flatMap(({ value }) => value);
  const epochs = [0, 1, 2, 3].map((epoch) => row.slice(10 * epoch, 10 * epoch + 10));
  for (const epoch of epochs)
    t.deepEqual(
      epoch.toSorted((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
  t.is(new Set(epochs.map(String)).size, 4);
  const unshuffled = await collect({ ...plain, shuffle: false, end: 12 });
  t.deepEqual(
    unshuffled.map(({ value }) => value),
    [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 0, 1],
    ],
  );
});

test('the order of a seed is what it was when this was written', async (t) => {
  const [{ value }] = await collect({ ...plain, batch: 10, end: 10 });
  t.deepEqual(value, [0, 6, 7, 3, 4, 8, 9, 2, 5, 1]);
  const [other] = await collect({ ...plain, batch: 10, end: 10, seed: 1 });
  t.notDeepEqual(other.value, value);
});

test('a run that goes on from a position sees what it would have seen, keys included', async (t) => {
  const whole = await collect(plain);
  for (const prefetch of [0, 1, 3]) {
    const rest = await collect({ ...plain, prefetch, position: whole[3].position });
    t.deepEqual(rest, whole.slice(4));
  }
  t.deepEqual(whole.at(-1)?.position, 40);
});

test('every place of the row has randomness of its own, whatever the size of the batches', async (t) => {
  const keys = (all: LoadedBatch<unknown>[]) => all.flatMap(({ items }) => items.map(({ key }) => `${key.hi}-${key.lo}`));
  const first = keys(await collect(plain));
  t.is(new Set(first).size, 40);
  t.deepEqual(keys(await collect({ ...plain, batch: 7 })), first);
});

test('the end may cut the last batch short', async (t) => {
  t.deepEqual(
    (await collect({ ...plain, end: 10 })).map(({ value }) => value.length),
    [4, 4, 2],
  );
  t.deepEqual(await collect({ ...plain, end: 0 }), []);
});

test('as many batches as said are loaded ahead, and their order is kept', async (t) => {
  let running = 0;
  let most = 0;
  const finish: (() => void)[] = [];
  const load = async (items: readonly { index: number }[]): Promise<number[]> => {
    most = Math.max(most, ++running);
    await new Promise<void>((resolve) => finish.push(resolve));
    running--;
    return indicesOf(items);
  };
  const row = batches({ count: 8, batch: 1, end: 8, shuffle: false, prefetch: 2, load });
  const seen: number[] = [];
  const first = row.next();
  for (let i = 0; i < 3; i++) await Promise.resolve();
  t.is(finish.length, 3, 'the one that is waited for, and two ahead');
  // The later ones are ready first.
  finish
    .splice(0)
    .toReversed()
    .forEach((done) => done());
  seen.push((await first).value!.value[0]);
  const rest = (async () => {
    for await (const { value } of row) seen.push(value[0]);
  })();
  const hurry = setInterval(() => finish.splice(0).forEach((done) => done()), 1);
  await rest;
  clearInterval(hurry);
  t.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7]);
  t.is(most, 3);
});

test('a load that fails is reported at its turn, and an abort at the next batch', async (t) => {
  const failing = batches({
    count: 4,
    batch: 1,
    shuffle: false,
    prefetch: 3,
    load: ([{ index }]) => {
      if (index === 1) throw new Error('broken');
      return index;
    },
  });
  t.is((await failing.next()).value?.value, 0);
  await t.throwsAsync(failing.next(), { message: 'broken' });
  const abort = new AbortController();
  const aborted = batches({ ...plain, signal: abort.signal });
  await aborted.next();
  abort.abort();
  await t.throwsAsync(aborted.next(), { instanceOf: AdvectError, code: 'aborted' });
});
