import { AdvectError } from '@advect/base/errors';
import { ledgerOf } from '../ledger.js';
import type { Pending, Times, VectorField } from '../problem.js';
import { whenSettled } from '../settle.js';
import type { Solution } from '../solution.js';
import type { Gather, Pulled } from './pull.js';
import { type GradientOptions, solveWithGradient } from './solve-with-gradient.js';

type Control = 'space' | 'y0' | 't0' | 'method' | 'rtol' | 'atol' | 'maxSteps' | 'gradient' | 'signal';

export interface EventGradientOptions<V, P = unknown> extends Pick<GradientOptions<V, P>, Control> {
  readonly field: VectorField<V>;
  /** What the solve came to: under per-sample control with one time and one result for each row. */
  readonly solution: Pick<Solution<V>, 't' | 'y' | 'result' | 'rowResults'>;
  /** The field's vector–Jacobian product; t is one time for each row under per-sample control. */
  readonly pull: (t: Times, y: V, cotangent: V) => Pending<Pulled<V, P>>;
  readonly gather?: Gather<P>;
  /** ∂g/∂t (one for each row) and ∂g/∂y of the function g that crossed zero: a new state. */
  readonly ofEvent: (t: Times, y: V) => Pending<{ readonly ofT: number | Float64Array; readonly ofY: V }>;
  /** ∂L/∂τ, of the time of the event: one for each row under per-sample control. */
  readonly ofTime: number | Float64Array;
  /** ∂L/∂y, of the state there. */
  readonly ofState: V;
}

/** The gradient of a function L of an event's time and state. */
export interface EventGradient<V> {
  /** ∂L/∂y0, the caller's to free; absent where the solve for it did not arrive, for the reason in `diagnosis`. */
  readonly y0?: V;
  /** For each row, by what to multiply the gradient of g with respect to parameters of its own, if it has any. */
  readonly ofEvent: Float64Array;
  readonly diagnosis?: string;
}

/**
 * Differentiates where and when a solve ended with a terminal event, with respect to y0 and to what the field depends on
 * (through `gather`). With g(τ, y(τ)) = 0 the implicit function theorem gives dτ = −(∂g/∂y·dy)/(∂g/∂t + ∂g/∂y·f), dy at the
 * fixed time τ, and the state there moves by dy + f dτ: with κ = −(∂L/∂τ + ∂L/∂y·f)/(∂g/∂t + ∂g/∂y·f) the cotangent at the
 * fixed time is ∂L/∂y + κ ∂g/∂y. It goes back by `solveWithGradient`, all rows at once, each over its own interval. Rows that
 * ended without the event are differentiated in their end alone.
 *
 * Reference: R. T. Q. Chen, B. Amos, M. Nickel (2021), Learning neural event functions for ordinary differential equations,
 * §3. Costs a solve with its gradient. Throws `invalid-value` where a solution only touches the event: it has no derivative.
 */
export async function eventGradient<V, P = unknown>(options: EventGradientOptions<V, P>): Promise<EventGradient<V>> {
  const ledger = ledgerOf(options.space);
  const { space } = ledger;
  const { field, pull, ofEvent, ofTime, ofState, solution, t0, ...settings } = options;
  const t1 = solution.t;
  const ended = (solution.rowResults ?? [solution]).map(({ result }) => result === 'event');
  const shape = (perRow: Float64Array): Times => (typeof t1 === 'number' ? perRow[0] : perRow);
  const listed = (value: number | Float64Array): Float64Array =>
    typeof value === 'number' ? new Float64Array(ended.length).fill(value) : value;
  const products = async (a: V, b: V): Promise<Float64Array> => {
    if (!space.dot)
      throw new AdvectError(
        'invalid-option',
        'eventGradient: the space has no dot',
        'Use one that has, such as float64Space or tensorSpace.',
      );
    if (typeof t1 === 'number') return Float64Array.of(await space.dot(a, b));
    const one = space.withRows(1);
    const ofRow = async (row: number): Promise<number> => {
      const [rowOfA, rowOfB] = [a, b].map((state) => space.take(state, Int32Array.of(row)));
      const product = await one.dot!(rowOfA, rowOfB);
      for (const state of [rowOfA, rowOfB]) space.release(state);
      return product;
    };
    return Float64Array.from(await Promise.all(ended.map((_, row) => ofRow(row))));
  };
  try {
    const slope = ledger.adopt(await field(t1, solution.y), solution.y);
    const { ofT, ofY } = await ofEvent(t1, solution.y);
    const gradientOfEvent = ledger.adopt(ofY, solution.y);
    const [along, ofTimes, slopes] = [await products(gradientOfEvent, slope), listed(ofTime), await products(ofState, slope)];
    const factors = listed(ofT).map((rate, row) => {
      if (!ended[row]) return 0;
      if (rate + along[row] !== 0) return -(ofTimes[row] + slopes[row]) / (rate + along[row]);
      throw new AdvectError(
        'invalid-value',
        `row ${row} only touches its event at t = ${listed(t1)[row]}`,
        'There its time has no derivative.',
      );
    });
    const ofEnd = space.blend([ofState, gradientOfEvent], [1, shape(factors)]);
    for (const state of [slope, gradientOfEvent]) space.release(state);

    const lengths = shape(listed(t1).map((end) => end - t0));
    const at = (s: number): Times => (s === 1 ? t1 : shape(listed(lengths).map((length) => t0 + s * length)));
    const scaled = (state: V): V => space.blend([state], [lengths]);
    const { gradient, failure } = await solveWithGradient<V, P>({
      ...settings,
      space,
      t0: 0,
      t1: 1,
      field: (s, y) =>
        whenSettled(field(at(s as number), y), (given) => {
          const slope = ledger.adopt(given, y);
          const perShare = scaled(slope);
          space.release(slope);
          return perShare;
        }),
      pull(s, y, cotangent) {
        const ofSlope = scaled(cotangent);
        return whenSettled(pull(at(s), y, ofSlope), ({ ofY, ofParameters, slope }) => {
          const ofStart = ledger.adopt(ofY, ofSlope);
          for (const state of [ofSlope, ...(slope === undefined ? [] : [ledger.adopt(slope, y)])]) space.release(state);
          return { ofY: ofStart, ofParameters };
        });
      },
      ofEnd: () => ofEnd,
    });
    if (gradient) ledger.handOver(gradient.y0);
    ledger.releaseAll();
    return { ofEvent: factors, ...(gradient ? { y0: gradient.y0 } : { diagnosis: failure?.diagnosis }) };
  } catch (error) {
    ledger.releaseAll();
    throw error;
  }
}
