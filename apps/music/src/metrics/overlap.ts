/** A histogram: how often each thing was seen. */
export type Histogram = ReadonlyMap<number | string, number>;

/** Counts things. */
export function histogram<T extends number | string>(things: Iterable<T>): Map<T, number> {
  const counts = new Map<T, number>();
  for (const thing of things) counts.set(thing, (counts.get(thing) ?? 0) + 1);
  return counts;
}

/** Σ min(p, q) of two histograms, each normalised to 1: 1 for equal shapes, 0 for disjoint ones. */
export function overlap(p: Histogram, q: Histogram): number {
  const totalP = total(p);
  const totalQ = total(q);
  let sum = 0;
  for (const [thing, count] of p) sum += Math.min(count / totalP, (q.get(thing) ?? 0) / totalQ);
  return sum;
}

/** The share of a histogram that lies on the `n` most frequent things of a reference. */
export function shareOfTop(histogram: Histogram, reference: Histogram, n: number): number {
  const top = [...reference].sort((a, b) => b[1] - a[1]).slice(0, n);
  return top.reduce((sum, [thing]) => sum + (histogram.get(thing) ?? 0), 0) / total(histogram);
}

const total = (h: Histogram): number => [...h.values()].reduce((a, b) => a + b, 0);
