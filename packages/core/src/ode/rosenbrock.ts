import { AdvectError } from '@advect/base/errors';
import { factorise, solveFactorised } from './lu.js';
import type { Jacobian, Pending, Times, VectorField, VectorSpace } from './problem.js';
import type { RosenbrockMethod } from './rosenbrock-method.js';
import { settle, whenSettled } from './settle.js';
import { type Attempt, type Step, stageTime, type Stepper, type Stepping } from './step.js';
import { addScaled, timeOf } from './times.js';

/** Numbers in a row up to which a dense Jacobian for each row is reasonable. */
const MOST_NUMBERS = 128;

/** The derivatives of the field at one point: [rows, n, n] by the state and [rows, n] by time. */
interface Linearisation {
  readonly jacobian: ArrayLike<number>;
  readonly ofTime: Float64Array;
}

/**
 * The steps of a Rosenbrock method, in float64 whatever the space. Rows are systems of their own: with more than one, the
 * field must treat them apart. The Jacobian is the caller's or taken by differences, one evaluation for each number of a
 * row; the derivative by time always costs one. Both are kept for the next attempt where one is rejected.
 */
export function rosenbrockStepper<V>(
  space: VectorSpace<V>,
  field: VectorField<V>,
  method: RosenbrockMethod,
  jacobian?: Jacobian<V>,
): Stepper<V> {
  const { coordinates } = space;
  if (!coordinates) {
    throw new AdvectError('unsupported', `${method.name} needs the numbers of a state, which its space does not give`, 'Use a space with `coordinates`, such as float64Space, or an explicit method.'); // prettier-ignore
  }
  let known: { readonly y: V; readonly linearisation: Linearisation } | undefined;
  /** f at a state given by its numbers. */
  const evaluate = (t: Times, numbers: Float64Array, like: V): Pending<Float64Array> => {
    const state = coordinates.from(numbers, like);
    const slope = settle(numbersOf(field(t, state)));
    return whenSettled(slope, (result) => {
      space.release(state);
      return result;
    });
  };
  /** The numbers of a state, which is freed. */
  function* numbersOf(pending: Pending<V>): Generator<Pending<V | Float64Array>, Float64Array, V | Float64Array> {
    const state = (yield pending) as V;
    const numbers = (yield coordinates!.of(state)) as Float64Array;
    space.release(state);
    return numbers;
  }
  function* go(attempt: Attempt<V>): Stepping<Float64Array, Step<V>> {
    const { t, h, next, y, first } = attempt;
    const rows = space.rows(y);
    const n = coordinates!.length(y);
    if (n > MOST_NUMBERS) throw tooLarge(method, n);
    const start = yield coordinates!.of(y);
    const slope = yield coordinates!.of(first);
    if (known?.y !== y) {
      const given = jacobian && (yield whenSettled(jacobian(t, y), (values) => Float64Array.from(values)));
      const moved = (times: Times, state: Float64Array) => evaluate(times, state, y);
      known = { y, linearisation: yield* linearise(moved, coordinates!.epsilon, { t, h, start, slope, rows, given }) };
    }
    const { linearisation } = known;
    const systems = new Float64Array(rows * n * n);
    const pivots = new Int32Array(rows * n);
    for (let row = 0; row < rows; row++) {
      const scale = method.gamma * timeOf(h, row);
      for (let k = row * n * n; k < (row + 1) * n * n; k++) systems[k] = -scale * linearisation.jacobian[k];
      for (let i = 0; i < n; i++) systems[(row * n + i) * n + i] += 1;
      factorise(systems, row * n * n, n, pivots, row * n);
    }
    const u: Float64Array[] = [];
    for (let stage = 0; stage < method.c.length; stage++) {
      const f = stage === 0 ? slope : yield evaluate(stageTime(method, stage, t, h, next), sum(start, u, method.a[stage]), y);
      const right = sum(new Float64Array(start.length), u, method.coupling[stage]);
      for (let row = 0; row < rows; row++) {
        const step = timeOf(h, row);
        for (let i = row * n; i < (row + 1) * n; i++) {
          right[i] = method.gamma * (step * f[i] + right[i] + method.ofTime[stage] * step * step * linearisation.ofTime[i]);
        }
        solveFactorised(systems, row * n * n, n, pivots, row * n, right, row * n);
      }
      u.push(right);
    }
    const perTime = (values: Float64Array): V =>
      coordinates!.from(
        values.map((value, i) => value / (timeOf(h, Math.floor(i / n)) || 1)),
        y,
      );
    return { slopes: [first, ...u.map(perTime)], y: coordinates!.from(sum(start, u, method.b.slice(1)), y) };
  }
  return (attempt) => settle(go(attempt));
}

/** Forward differences, row by row: each row's step depends on its own numbers only. */
function* linearise(
  evaluate: (t: Times, numbers: Float64Array) => Pending<Float64Array>,
  epsilon: number,
  at: { t: Times; h: Times; start: Float64Array; slope: Float64Array; rows: number; given?: Float64Array },
): Stepping<Float64Array, Linearisation> {
  const { t, h, start, slope, rows } = at;
  const n = start.length / rows;
  const increment = (value: number): number => Math.sqrt(epsilon * Math.max(1e-5, Math.abs(value)));
  const jacobian = at.given ?? new Float64Array(rows * n * n);
  for (let column = 0; !at.given && column < n; column++) {
    const moved = start.slice();
    const by = Float64Array.from({ length: rows }, (_, row) => {
      const k = row * n + column;
      moved[k] = representable(start[k] + increment(start[k]), epsilon);
      return moved[k] - start[k];
    });
    const f = yield evaluate(t, moved);
    for (let i = 0; i < f.length; i++) jacobian[i * n + column] = (f[i] - slope[i]) / by[Math.floor(i / n)];
  }
  const forward = (time: number, step: number): number => Math.sign(step) * Math.min(Math.abs(step), increment(time));
  const by = typeof t === 'number' ? forward(t, h as number) : t.map((time, row) => forward(time, (h as Float64Array)[row]));
  const f = yield evaluate(addScaled(t, 1, by), start);
  const ofTime = f.map((value, i) => {
    const span = timeOf(by, Math.floor(i / n));
    return span === 0 ? 0 : (value - slope[i]) / span;
  });
  return { jacobian, ofTime };
}

/** The nearest number that a space of this spacing holds. */
const representable = (value: number, epsilon: number): number => (epsilon > 2 ** -50 ? Math.fround(value) : value);

/** start + Σⱼ coefficients[j]·u[j]. */
function sum(start: Float64Array, u: readonly Float64Array[], coefficients: readonly number[]): Float64Array {
  const out = start.slice();
  coefficients.forEach((c, j) => {
    if (c !== 0) for (let i = 0; i < out.length; i++) out[i] += c * u[j][i];
  });
  return out;
}

const tooLarge = (method: RosenbrockMethod, n: number): AdvectError =>
  new AdvectError(
    'unsupported',
    `${method.name} solves dense linear systems, here of ${n} numbers a row`,
    `Use an explicit method for rows of more than ${MOST_NUMBERS} numbers.`,
  );
