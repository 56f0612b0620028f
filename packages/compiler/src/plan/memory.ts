import { readViews, writtenViews } from './kernels.js';
import type { Kernel } from './plan.js';

/** A buffer that is in use from kernel `first` to kernel `last`. */
export interface Lifetime {
  readonly id: number;
  readonly bytes: number;
  first: number;
  last: number;
}

/** Lifetimes of the given buffers over a list of kernels. */
export function lifetimes(kernels: readonly Kernel[], lengths: ReadonlyMap<number, number>): Lifetime[] {
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

/** Alignment of buffers: a cache line. */
const line = 64;

export const aligned = (bytes: number): number => Math.ceil(bytes / line) * line;

/**
 * Places buffers from byte `start` on so that those in use at one time do not overlap: the largest first, each in the
 * tightest gap that the others leave (Pisarchyk & Lee 2020, "Efficient memory management for deep neural net inference",
 * greedy by size).
 */
export function placed(lives: readonly Lifetime[], start: number): { offsets: Map<number, number>; end: number } {
  const offsets = new Map<number, number>();
  const done: { life: Lifetime; from: number; to: number }[] = [];
  let end = start;
  for (const life of lives.toSorted((a, b) => b.bytes - a.bytes || a.first - b.first || a.id - b.id)) {
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
  return { offsets, end };
}
