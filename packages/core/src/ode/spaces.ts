import { AdvectError } from '@advect/base/errors';
import { scaledRms } from './norm.js';
import type { VectorSpace } from './problem.js';
import { timeOf } from './times.js';

/** Plain arrays of float64 as states of `rows` equally long rows. All arithmetic is exact to rounding; releasing does nothing. */
export const float64Space = (options: { readonly rows?: number } = {}): VectorSpace<Float64Array> =>
  floatSpace((length) => new Float64Array(length), options.rows ?? 1, 2 ** -52);

/** Plain arrays of float32. Sums are formed in float64 and rounded once, when they are stored. */
export const float32Space = (options: { readonly rows?: number } = {}): VectorSpace<Float32Array> =>
  floatSpace((length) => new Float32Array(length), options.rows ?? 1, 2 ** -23);

/** No row's result depends on another row's numbers, not even in rounding. */
function floatSpace<A extends Float64Array | Float32Array>(create: (length: number) => A, rows: number, epsilon: number): VectorSpace<A> {
  if (!Number.isInteger(rows) || rows < 1) {
    throw new AdvectError('invalid-option', `rows is ${rows} where a whole number of at least 1 belongs`, 'Give the number of samples.');
  }
  const rowLength = (state: A): number => {
    if (state.length % rows !== 0) {
      throw new AdvectError(
        'invalid-shape',
        `${state.length} numbers do not divide into ${rows} rows`,
        'Give each row the same number of entries.',
      );
    }
    return state.length / rows;
  };
  /** Guards against a field whose answer is no state: too short or long, a plain number, a promise. */
  const assertLike = (slope: A, y: A): void => {
    if (slope?.length === y.length) return;
    const what = typeof slope?.length === 'number' ? `${slope.length} numbers` : `a value that is no array (${typeof slope})`;
    throw new AdvectError(
      'invalid-shape',
      `the field returned ${what} for a state of ${y.length} numbers`,
      'Return dy/dt as an array of the same length, or a promise of one.',
    );
  };
  let scratch = new Float64Array(0);
  /** Room for one sum, used again by the next. */
  const room = (length: number): Float64Array => (scratch.length === length ? scratch : (scratch = new Float64Array(length)));

  return {
    rows: () => rows,
    combine(y, slopes, coefficients, h) {
      for (let j = 0; j < slopes.length; j++) if (coefficients[j] !== 0) assertLike(slopes[j], y);
      const length = rowLength(y);
      const increment = weightedSum(slopes, coefficients, room(y.length));
      const out = create(y.length);
      if (typeof h === 'number') {
        for (let i = 0; i < out.length; i++) out[i] = y[i] + h * increment[i];
        return out;
      }
      for (let row = 0; row < rows; row++) {
        const step = h[row];
        for (let i = row * length; i < (row + 1) * length; i++) out[i] = y[i] + step * increment[i];
      }
      return out;
    },
    blend(states, coefficients) {
      const out = create(states[0].length);
      if (coefficients.every((c) => typeof c === 'number')) {
        out.set(weightedSum(states, coefficients, room(out.length)));
        return out;
      }
      const active = states.map((_, j) => j).filter((j) => coefficients[j] !== 0);
      const length = rowLength(states[0]);
      for (let row = 0; row < rows; row++) {
        const weights = active.map((j) => timeOf(coefficients[j], row));
        for (let i = row * length; i < (row + 1) * length; i++) {
          let sum = 0;
          for (let j = 0; j < active.length; j++) sum += weights[j] * states[active[j]][i];
          out[i] = sum;
        }
      }
      return out;
    },
    norm(v, a, b, tolerance, joint) {
      assertLike(v, a);
      if (joint) return Float64Array.of(scaledRms(v, a, b, tolerance, 0, v.length));
      const length = rowLength(v);
      const sizes = new Float64Array(rows);
      for (let row = 0; row < rows; row++) sizes[row] = scaledRms(v, a, b, tolerance, row * length, (row + 1) * length);
      return sizes;
    },
    select(mask, a, b) {
      const length = rowLength(a);
      const out = create(a.length);
      for (let row = 0; row < rows; row++) {
        const source = mask[row] ? b : a;
        for (let i = row * length; i < (row + 1) * length; i++) out[i] = source[i];
      }
      return out;
    },
    withRows: (count) => floatSpace(create, count, epsilon),
    take(state, indices) {
      const length = rowLength(state);
      const out = create(indices.length * length);
      indices.forEach((row, i) => out.set(state.subarray(row * length, (row + 1) * length), i * length));
      return out;
    },
    put(state, indices, part) {
      const length = rowLength(state);
      const out = create(state.length);
      out.set(state);
      indices.forEach((row, i) => out.set(part.subarray(i * length, (i + 1) * length), row * length));
      return out;
    },
    clone(state) {
      const out = create(state.length);
      out.set(state);
      return out;
    },
    release() {},
    dot(a, b) {
      let sum = 0;
      for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
      return sum;
    },
    coordinates: {
      epsilon,
      length: rowLength,
      of: (state) => Float64Array.from(state),
      from(numbers, like) {
        const out = create(like.length);
        out.set(numbers);
        return out;
      },
    },
  };
}

/**
 * Σⱼ coefficients[j] · states[j] in float64, term by term in that order, without those whose coefficient is 0. Two terms a
 * pass: half the traffic of one, and few enough operands for the engine to keep them in registers.
 */
function weightedSum(states: readonly Floats[], coefficients: readonly number[], out: Float64Array): Float64Array {
  const active: number[] = [];
  for (let j = 0; j < states.length; j++) if (coefficients[j] !== 0) active.push(j);
  out.fill(0);
  let k = 0;
  if (active.length % 2 === 1) {
    const [a, s] = [coefficients[active[0]], states[active[0]]];
    for (let i = 0; i < out.length; i++) out[i] = a * s[i];
    k = 1;
  }
  for (; k < active.length; k += 2) {
    const [a, s] = [coefficients[active[k]], states[active[k]]];
    const [b, r] = [coefficients[active[k + 1]], states[active[k + 1]]];
    if (k === 0) for (let i = 0; i < out.length; i++) out[i] = a * s[i] + b * r[i];
    else for (let i = 0; i < out.length; i++) out[i] = out[i] + a * s[i] + b * r[i];
  }
  return out;
}

type Floats = Float64Array | Float32Array;
