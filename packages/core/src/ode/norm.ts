import type { Tolerance } from './problem.js';

/**
 * Root-mean-square of v / (atol + rtol·max(|a|, |b|)) over the entries [start, end) of plain arrays: the size of an error
 * in units of what is allowed (E. Hairer, S. P. Nørsett, G. Wanner, Solving ODEs I, eq. II.4.11). An entry of 0 counts as 0
 * also where nothing is allowed (atol 0 at a state of 0). NaN where v or b is not finite; 0 for an empty range.
 */
export function scaledRms(
  v: ArrayLike<number>,
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { atol, rtol }: Tolerance,
  start: number,
  end: number,
): number {
  let sum = 0;
  for (let i = start; i < end; i++) {
    if (!Number.isFinite(v[i]) || !Number.isFinite(b[i])) return NaN;
    if (v[i] === 0) continue;
    const scaled = v[i] / (atol + rtol * Math.max(Math.abs(a[i]), Math.abs(b[i])));
    sum += scaled * scaled;
  }
  return end > start ? Math.sqrt(sum / (end - start)) : 0;
}
