import type { ExecutionContext } from 'ava';

type Numbers = ArrayLike<number>;

/** Asserts entries equal within `bound` relative to the larger of 1 and the largest finite entry; NaN and ±∞ must agree. */
export function closeTo(t: ExecutionContext, ours: Numbers, theirs: Numbers, bound: number, what = ''): void {
  const finite = Array.from(theirs).filter(Number.isFinite);
  const scale = finite.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  const worst = Array.from(theirs).reduce((at, value, i) => (differ(ours[i], value) > differ(ours[at], theirs[at]) ? i : at), 0);
  t.is(ours.length, theirs.length, what);
  if (theirs.length > 0)
    t.true(differ(ours[worst], theirs[worst]) <= bound * scale, `${what} entry ${worst}: ${ours[worst]} and ${theirs[worst]}`);
}

const differ = (a: number, b: number): number =>
  Object.is(a, b) ? 0 : Number.isFinite(a) && Number.isFinite(b) ? Math.abs(a - b) : Infinity;
