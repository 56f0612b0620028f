import test from 'ava';
import { spareMemories } from '#src/wasm/spare-memories.js';

const PAGE = 65_536;
const memoryOf = (pages: number): WebAssembly.Memory => new WebAssembly.Memory({ initial: pages, maximum: 64, shared: true });

test('spare memories are as many and as large together as they may be, and no more', (t) => {
  const spares = spareMemories(3, 10 * PAGE);
  const [two, five, four, three, one] = [2, 5, 4, 3, 1].map(memoryOf);
  for (const memory of [two, five, four, three, one]) spares.keep(memory);
  // 2 + 5 pages leave no room for 4, then 3 make 10; the last would be the fourth.
  const taken = [1, 1, 1, 1].map((pages) => spares.take(pages * PAGE));
  t.deepEqual(taken, [two, three, five, undefined]);
  t.is(taken[1], three);
});

test('a memory larger than all of them may be is not kept', (t) => {
  const spares = spareMemories(3, 10 * PAGE);
  spares.keep(memoryOf(11));
  t.is(spares.take(PAGE), undefined);
});

test('the smallest that is large enough is taken, else the largest', (t) => {
  const spares = spareMemories();
  const [two, five, three] = [2, 5, 3].map(memoryOf);
  for (const memory of [two, five, three]) spares.keep(memory);
  t.is(spares.take(3 * PAGE), three);
  t.is(spares.take(9 * PAGE), five);
  t.is(spares.take(PAGE), two);
  t.is(spares.take(PAGE), undefined);
});

test('one that grew while it was in use counts with what it has grown to', (t) => {
  const spares = spareMemories(3, 10 * PAGE);
  const grown = memoryOf(1);
  spares.keep(grown);
  t.is(spares.take(PAGE), grown);
  grown.grow(10);
  spares.keep(grown);
  t.is(spares.take(PAGE), undefined);
});
