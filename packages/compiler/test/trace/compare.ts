import type { ExecutionContext } from 'ava';

type Numbers = ArrayLike<number>;

/** Asserts entries equal within `bound` relative to the larger of 1 and the entry; NaN and ±∞ must be in the same places. */
export function closeTo(t: ExecutionContext, ours: Numbers, theirs: Numbers, bound: number, what = 'values'): void {
  t.is(ours.length, theirs.length, what);
  const bad = Array.from(theirs).findIndex((value, i) => !(error(ours[i], value) <= bound));
  t.is(bad, -1, `${what}, entry ${bad} of ${theirs.length}: ${ours[bad]} where ${theirs[bad]} belongs`);
}

function error(a: number, b: number): number {
  if (Object.is(a, b)) return 0;
  return Number.isFinite(a) && Number.isFinite(b) ? Math.abs(a - b) / Math.max(1, Math.abs(b)) : Infinity;
}
