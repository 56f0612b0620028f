/** Times on which steps end, whatever the controller wants: forced ones, jumps of the field, and t1. */
export interface Stops {
  /** In the order of the integration, each once, strictly after t0; t1 is the last. */
  readonly times: Float64Array;
  /** The time that the field sees at the start of a step: just after a jump, the time itself elsewhere. */
  leaving(t: Float64Array): Float64Array;
  /** The time that the field sees at the end of a step: just before a jump, the time itself elsewhere. */
  arriving(t: Float64Array): Float64Array;
  jumpsAt(t: number): boolean;
}

/** @param epsilon spacing of the numbers next to 1 in which the field sees its time */
export function stopsOf(t0: number, t1: number, stepAt: ArrayLike<number>, jumpAt: ArrayLike<number>, epsilon = 2 ** -52): Stops {
  const direction = t1 < t0 ? -1 : 1;
  const jumps = new Set(Array.from(jumpAt));
  const distinct = new Set([...Array.from(stepAt), ...jumps, t1]);
  distinct.delete(t0);
  const times = Float64Array.from(distinct).sort((a, b) => direction * (a - b));
  const beside = (side: number) => (t: Float64Array) =>
    jumps.size === 0 ? t : t.map((time) => (jumps.has(time) ? time + side * direction * nudge(time, epsilon) : time));
  return { times, leaving: beside(1), arriving: beside(-1), jumpsAt: (t) => jumps.has(t) };
}

/** Two to four roundings of t: as little as makes another number of it, whichever way both are rounded. */
const nudge = (t: number, epsilon: number): number =>
  Math.max(Math.abs(t) * 2 * epsilon, epsilon > 2 ** -50 ? 2 ** -126 : Number.MIN_VALUE);
