import type { VectorSpace } from './problem.js';

/** A vector space that remembers every state it made, so that none is left behind when something throws. */
export interface Ledger<V> {
  /** The same arithmetic; what it returns is owned until it is released or handed over. */
  readonly space: VectorSpace<V>;
  /** Takes a state that somebody else made (a slope from the field). One that is already in use is copied. */
  adopt(state: V, inUse: V): V;
  /** Gives a state to the caller, who frees it from now on. */
  handOver(state: V): V;
  /** Frees all that is still owned. */
  releaseAll(): void;
}

export function ledgerOf<V>(space: VectorSpace<V>): Ledger<V> {
  const owned = new Set<V>();
  const own = (state: V): V => {
    owned.add(state);
    return state;
  };
  const watched = (inner: VectorSpace<V>): VectorSpace<V> => ({
    rows: (state) => inner.rows(state),
    norm: (v, a, b, tolerance, joint) => inner.norm(v, a, b, tolerance, joint),
    combine: (y, slopes, coefficients, h) => own(inner.combine(y, slopes, coefficients, h)),
    blend: (states, coefficients) => own(inner.blend(states, coefficients)),
    select: (mask, a, b) => own(inner.select(mask, a, b)),
    withRows: (rows) => watched(inner.withRows(rows)),
    take: (state, rows) => own(inner.take(state, rows)),
    put: (state, rows, part) => own(inner.put(state, rows, part)),
    clone: (state) => own(inner.clone(state)),
    release(state) {
      if (owned.delete(state)) inner.release(state);
    },
    ...(inner.dot && { dot: (a: V, b: V) => inner.dot!(a, b) }),
    ...(inner.coordinates && {
      coordinates: { ...inner.coordinates, from: (numbers, like) => own(inner.coordinates!.from(numbers, like)) },
    }),
  });
  return {
    space: watched(space),
    adopt: (state, inUse) => own(state === inUse || owned.has(state) ? space.clone(state) : state),
    handOver(state) {
      owned.delete(state);
      return state;
    },
    releaseAll() {
      for (const state of owned) space.release(state);
      owned.clear();
    },
  };
}
