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
  const { coordinates } = space;
  const owned = new Set<V>();
  const own = (state: V): V => {
    owned.add(state);
    return state;
  };
  return {
    space: {
      rows: (state) => space.rows(state),
      norm: (v, a, b, tolerance, joint) => space.norm(v, a, b, tolerance, joint),
      combine: (y, slopes, coefficients, h) => own(space.combine(y, slopes, coefficients, h)),
      blend: (states, coefficients) => own(space.blend(states, coefficients)),
      select: (mask, a, b) => own(space.select(mask, a, b)),
      clone: (state) => own(space.clone(state)),
      release(state) {
        if (owned.delete(state)) space.release(state);
      },
      ...(space.dot && { dot: (a, b) => space.dot!(a, b) }),
      ...(coordinates && { coordinates: { ...coordinates, from: (numbers, like) => own(coordinates.from(numbers, like)) } }),
    },
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
