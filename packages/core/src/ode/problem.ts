/** A time, or a step: one number that the whole state shares, or one for each row of it. */
export type Times = number | Float64Array;

/**
 * The arithmetic a solver needs of a state. A state has `rows` independent samples (1 for an ordinary vector), so that
 * each row can have a time and a step of its own. Tensors, Float32Array and Float64Array are three instances.
 */
export interface VectorSpace<V> {
  /** Number of independent rows in a state. */
  rows(state: V): number;
  /** `y + h · Σⱼ coefficients[j] · slopes[j]`, a new state. `h` is shared or one for each row; zero coefficients are skipped. */
  combine(y: V, slopes: readonly V[], coefficients: readonly number[], h: Times): V;
  /** Σⱼ coefficients[j] · states[j], a new state (dense output). A coefficient may differ from row to row. */
  blend(states: readonly V[], coefficients: readonly Times[]): V;
  /**
   * Root-mean-square over each row of `vⱼ / (atol + rtol · max(|aⱼ|, |bⱼ|))`, one number for each row, or a single one
   * over the whole state when `joint`. A promise where reading back is asynchronous (GPU). NaN where `v` or `b` holds a
   * number that is not finite (also where `b` is infinite, so that the quotient alone would be 0).
   */
  norm(v: V, a: V, b: V, tolerance: Tolerance, joint: boolean): Float64Array | Promise<Float64Array>;
  /** Rows of `b` where the mask is set, of `a` elsewhere; a new state. Numbers that are not taken must not leak through (NaN). */
  select(mask: Uint8Array, a: V, b: V): V;
  /** The same arithmetic for states of another number of rows. */
  withRows(rows: number): VectorSpace<V>;
  /** The given rows of a state in that order: a new state, of the space with as many rows. */
  take(state: V, rows: Int32Array): V;
  /** A copy of `state` that has row i of `part` as its row `rows[i]`. */
  put(state: V, rows: Int32Array, part: V): V;
  /** A copy with its own lifetime. */
  clone(state: V): V;
  /** Frees a state that nobody will use again (a no-op for plain arrays). */
  release(state: V): void;
  /** Σ aᵢbᵢ over all entries; without it gradients with respect to times are NaN. */
  dot?(a: V, b: V): Pending<number>;
  /** The numbers of a state, which methods that solve linear systems need; without it they are refused. */
  readonly coordinates?: Coordinates<V>;
}

/** States as plain numbers. */
export interface Coordinates<V> {
  /** Spacing of the numbers next to 1 that a state can hold. */
  readonly epsilon: number;
  /** How many numbers a row of the state has. */
  length(state: V): number;
  /** All numbers of a state, row after row, equally many of each. */
  of(state: V): Pending<Float64Array>;
  /** A new state of the same shape as `like`. */
  from(numbers: Float64Array, like: V): V;
}

/** Absolute and relative tolerance. */
export interface Tolerance {
  readonly atol: number;
  readonly rtol: number;
}

/** A value now, or a promise of it. */
export type Pending<T> = T | Promise<T>;

/**
 * dy/dt at (t, y). With `compact`, `rows` says which rows of the whole state y holds, once finished ones have been left
 * out; until then it is absent. `t` is a number when the state shares one time, a Float64Array of one time for each row under
 * per-sample control. Returns a new state of y's shape and must not keep or change y. `solve` waits for promises; a field
 * that gives states at once costs it no wait.
 */
export type VectorField<V> = (t: Times, y: V, rows?: Int32Array) => Pending<V>;

/** ∂fᵢ/∂yⱼ of each row at (t, y): [rows, n, n], row-major. */
export type Jacobian<V> = (t: Times, y: V, rows?: Int32Array) => Pending<ArrayLike<number>>;
