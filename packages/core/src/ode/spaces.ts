import { AdvectError } from '@advect/base/errors';
import { scaledRms } from './norm.js';
import type { Times, VectorSpace } from './problem.js';

/** Plain arrays of float64 as states of `rows` equally long rows. All arithmetic is exact to rounding; releasing does nothing. */
export const float64Space = (options: { readonly rows?: number } = {}): VectorSpace<Float64Array> =>
  floatSpace((length) => new Float64Array(length), options.rows ?? 1);

/** Plain arrays of float32. Sums are formed in float64 and rounded once, when they are stored. */
export const float32Space = (options: { readonly rows?: number } = {}): VectorSpace<Float32Array> =>
  floatSpace((length) => new Float32Array(length), options.rows ?? 1);

/** No row's result depends on another row's numbers, not even in rounding. */
function floatSpace<A extends Float64Array | Float32Array>(create: (length: number) => A, rows: number): VectorSpace<A> {
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
      'Return dy/dt as an array of the same length, at once: a field is no async function.',
    );
  };
  const at = (times: Times, row: number): number => (typeof times === 'number' ? times : times[row]);

  return {
    rows: () => rows,
    combine(y, slopes, coefficients, h) {
      const active = slopes.map((_, j) => j).filter((j) => coefficients[j] !== 0);
      const used = active.map((j) => slopes[j]);
      for (const slope of used) assertLike(slope, y);
      const weights = active.map((j) => coefficients[j]);
      const length = rowLength(y);
      const out = create(y.length);
      for (let row = 0; row < rows; row++) {
        const step = at(h, row);
        for (let i = row * length; i < (row + 1) * length; i++) {
          let sum = 0;
          for (let j = 0; j < used.length; j++) sum += weights[j] * used[j][i];
          out[i] = y[i] + step * sum;
        }
      }
      return out;
    },
    blend(states, coefficients) {
      const active = states.map((_, j) => j).filter((j) => coefficients[j] !== 0);
      const length = rowLength(states[0]);
      const out = create(states[0].length);
      for (let row = 0; row < rows; row++) {
        const weights = active.map((j) => at(coefficients[j], row));
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
      return Float64Array.from({ length: rows }, (_, row) => scaledRms(v, a, b, tolerance, row * length, (row + 1) * length));
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
    clone(state) {
      const out = create(state.length);
      out.set(state);
      return out;
    },
    release() {},
  };
}
