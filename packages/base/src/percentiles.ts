/** The 101 percentiles of some numbers, one at least, from their least to their greatest, linear between neighbours. */
export function percentilesOf(values: ArrayLike<number>): number[] {
  const sorted = Float64Array.from(values).sort();
  return Array.from({ length: 101 }, (_, p) => {
    const at = (p / 100) * (sorted.length - 1);
    const low = Math.floor(at);
    return sorted[low] + (at - low) * (sorted[Math.min(low + 1, sorted.length - 1)] - sorted[low]);
  });
}

/** How many in a hundred of the numbers that gave these percentiles lie above `value`: 100 for the least, 0 for the greatest. */
export function shareAbove(value: number, percentiles: readonly number[]): number {
  if (value <= percentiles[0]) return 100;
  if (value >= percentiles[100]) return 0;
  const above = percentiles.findIndex((p) => p > value);
  const below = percentiles[above - 1];
  return 100 - (above - 1 + (value - below) / (percentiles[above] - below));
}

/** Whether something read from a file is 101 finite numbers that do not fall. */
export const arePercentiles = (v: unknown): v is number[] =>
  Array.isArray(v) && v.length === 101 && v.every((p, i) => Number.isFinite(p) && (i === 0 || p >= v[i - 1]));
