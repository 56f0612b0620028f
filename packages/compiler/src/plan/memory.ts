import { readViews, writtenViews } from './kernels.js';
import type { Kernel, View } from './plan.js';
import { isRowMajor, sizeOfShape, viewKey } from './views.js';

/** A buffer that is in use from kernel `first` to kernel `last`. */
interface Lifetime {
  readonly id: number;
  readonly bytes: number;
  first: number;
  last: number;
}

/** Lifetimes of the given buffers over a list of kernels. */
function lifetimes(kernels: readonly Kernel[], lengths: ReadonlyMap<number, number>): Lifetime[] {
  const found = new Map<number, Lifetime>();
  for (const [at, kernel] of kernels.entries()) {
    for (const { buffer } of [...readViews(kernel), ...writtenViews(kernel)]) {
      const length = lengths.get(buffer);
      if (length === undefined) continue;
      const known = found.get(buffer);
      if (known) known.last = at;
      else found.set(buffer, { id: buffer, bytes: 4 * length, first: at, last: at });
    }
  }
  return [...found.values()];
}

/**
 * Lets elementwise results take the place of operands that are read for the last time, entry by entry: such a buffer gets
 * the other's number in the answer, and the other's life is prolonged. `c` of a product is left out: it may hold sums
 * before the operands are read.
 */
function inPlace(kernels: readonly Kernel[], lives: readonly Lifetime[]): ReadonlyMap<number, number> {
  const lifeOf = new Map(lives.map((life) => [life.id, life]));
  const ends = new Map(lives.map(({ id, last }) => [id, last]));
  const owner = new Map<number, number>();
  for (const [at, kernel] of kernels.entries()) {
    const work = kernel.kind === 'map' ? kernel : 'epilogue' in kernel ? kernel.epilogue : undefined;
    if (!work) continue;
    const reads = readViews(kernel).map(({ buffer }) => buffer);
    const free = new Set(
      work.expression.operands.filter(({ buffer }) => {
        return ends.get(buffer) === at && lifeOf.get(buffer)!.first < at && reads.indexOf(buffer) === reads.lastIndexOf(buffer);
      }),
    );
    for (const { view } of kernel.kind === 'map' ? work.targets : work.targets.slice(1)) {
      const life = lifeOf.get(view.buffer);
      if (life?.first !== at) continue;
      const place = [...free].find((operand) => lifeOf.get(operand.buffer)!.bytes === life.bytes && coversAlike(operand, view, life.bytes));
      if (!place) continue;
      free.delete(place);
      const slot = owner.get(place.buffer) ?? place.buffer;
      owner.set(life.id, slot);
      lifeOf.get(slot)!.last = life.last;
    }
  }
  return owner;
}

/** Whether two views reach all entries of buffers of so many bytes in the same order. */
function coversAlike(a: View, b: View, bytes: number): boolean {
  return viewKey({ ...a, buffer: 0 }) === viewKey({ ...b, buffer: 0 }) && 4 * sizeOfShape(a.shape) === bytes && isRowMajor(a);
}

/** Alignment of buffers: a cache line. */
const line = 64;

export const aligned = (bytes: number): number => Math.ceil(bytes / line) * line;

/**
 * Places the buffers whose lengths are given from byte `start` on so that those in use at one time do not overlap: the largest first, each in the
 * tightest gap that the others leave (Pisarchyk & Lee 2020, "Efficient memory management for deep neural net inference",
 * greedy by size).
 */
export function placed(
  kernels: readonly Kernel[],
  lengths: ReadonlyMap<number, number>,
  start: number,
): { offsets: Map<number, number>; end: number } {
  const lives = lifetimes(kernels, lengths);
  const owner = inPlace(kernels, lives);
  const offsets = new Map<number, number>();
  const done: { life: Lifetime; from: number; to: number }[] = [];
  let end = start;
  for (const life of lives.filter(({ id }) => !owner.has(id)).toSorted((a, b) => b.bytes - a.bytes || a.first - b.first || a.id - b.id)) {
    const size = aligned(life.bytes);
    let cursor = start;
    let best = -1;
    let tightest = Infinity;
    // `done` is kept sorted by offset.
    for (const { life: other, from, to } of done) {
      if (other.first > life.last || other.last < life.first) continue;
      const gap = from - cursor;
      if (gap >= size && gap < tightest) [best, tightest] = [cursor, gap];
      cursor = Math.max(cursor, to);
    }
    const from = best >= 0 ? best : cursor;
    const at = done.findIndex((other) => other.from > from);
    done.splice(at < 0 ? done.length : at, 0, { life, from, to: from + size });
    offsets.set(life.id, from);
    end = Math.max(end, from + size);
  }
  for (const [id, slot] of owner) offsets.set(id, offsets.get(slot)!);
  return { offsets, end };
}
