import { float64Space, type VectorSpace } from '#src/ode/index.js';

/** A space of states with lifetimes: it throws on the use or release of a state that is not alive, and knows who is. */
export interface CountingSpace {
  readonly space: VectorSpace<Float64Array>;
  /** Makes a state by hand, as a field or a caller does. */
  make(values: ArrayLike<number>): Float64Array;
  readonly alive: ReadonlySet<Float64Array>;
}

export function countingSpace(rows: number, asynchronousNorm = false): CountingSpace {
  const alive = new Set<Float64Array>();
  const own = (state: Float64Array) => {
    alive.add(state);
    return state;
  };
  const use = (...states: readonly Float64Array[]) => {
    if (states.some((state) => !alive.has(state))) throw new Error('use after release');
  };
  const watched = (plain: VectorSpace<Float64Array>): VectorSpace<Float64Array> => ({
    rows: (state) => (use(state), plain.rows(state)),
    combine: (y, slopes, coefficients, h) => (use(y, ...slopes), own(plain.combine(y, slopes, coefficients, h))),
    blend: (states, coefficients) => (use(...states), own(plain.blend(states, coefficients))),
    select: (mask, a, b) => (use(a, b), own(plain.select(mask, a, b))),
    withRows: (count) => watched(plain.withRows(count)),
    take: (state, indices) => (use(state), own(plain.take(state, indices))),
    put: (state, indices, part) => (use(state, part), own(plain.put(state, indices, part))),
    clone: (state) => (use(state), own(plain.clone(state))),
    norm(v, a, b, tolerance, joint) {
      use(v, a, b);
      if (!asynchronousNorm) return plain.norm(v, a, b, tolerance, joint);
      return new Promise((resolve) => setImmediate(resolve)).then(() => {
        use(v, a, b);
        return plain.norm(v, a, b, tolerance, joint);
      });
    },
    release(state) {
      if (!alive.delete(state)) throw new Error('released twice');
    },
    dot: (a, b) => (use(a, b), plain.dot!(a, b)),
    coordinates: {
      ...plain.coordinates!,
      of: (state) => (use(state), plain.coordinates!.of(state)),
      from: (numbers, like) => (use(like), own(plain.coordinates!.from(numbers, like))),
    },
  });
  return { alive, make: (values) => own(Float64Array.from(values)), space: watched(float64Space({ rows })) };
}
