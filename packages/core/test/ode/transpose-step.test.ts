import test from 'ava';
import { advance, float64Space, solve } from '#src/ode/index.js';
import { explicitMethodNames, explicitMethods } from '#src/ode/methods/index.js';
import { transposeStep, type TakenStep } from '#src/ode/transpose-step.js';
import { countingSpace } from './reference/counting-space.js';

const rate = [0.7, -1.3];
/** A nonlinear, non-autonomous field of two numbers with one parameter p, and its three derivatives in closed form. */
const field = (p: number) => (t: number, y: Float64Array) =>
  Float64Array.of(p * Math.sin(y[1] + t) + rate[0] * y[0], Math.cos(t) * y[0] * y[1] + rate[1] * p * p * y[1]);
const pullback = (p: number, t: number, y: Float64Array, c: Float64Array) => ({
  ofY: Float64Array.of(
    c[0] * rate[0] + c[1] * Math.cos(t) * y[1],
    c[0] * p * Math.cos(y[1] + t) + c[1] * (Math.cos(t) * y[0] + rate[1] * p * p),
  ),
  ofP: c[0] * Math.sin(y[1] + t) + c[1] * 2 * p * rate[1] * y[1],
  ofT: c[0] * p * Math.cos(y[1] + t) - c[1] * Math.sin(t) * y[0] * y[1],
});

const y0 = Float64Array.of(0.4, -0.9);
const weights = Float64Array.of(1.3, -0.6);
const space = float64Space();
const start = (p: number) => (t: number | Float64Array, y: Float64Array) => field(p)(t as number, y);

for (const name of explicitMethodNames) {
  test(`${name}: the transposed steps give the gradient of the computed end, in state, parameter and shift of time`, async (t) => {
    const p = 0.8;
    const grid = [0, 0.2, 0.35, 0.7];
    const steps: TakenStep<Float64Array>[] = [];
    const { y } = await solve({
      space,
      field: start(p),
      y0,
      t0: 0,
      t1: 0.7,
      method: name,
      times: grid,
      onStep: ({ slopes, t: from, step, y: end }) => steps.push({ t: from[0], next: grid[step + 1], y: end, slopes }),
    });
    const starts = [y0, ...steps.map((step) => step.y)];
    const gathered = { p: 0, t: 0 };
    let cotangent: Float64Array = weights;
    for (const [i, step] of [...steps.entries()].reverse()) {
      cotangent = await transposeStep(space, explicitMethods[name], { ...step, y: starts[i] }, cotangent, (time, state, c) => {
        const { ofY, ofP, ofT } = pullback(p, time, state, c);
        gathered.p += ofP;
        gathered.t += ofT;
        return i === 1 ? Promise.resolve(ofY) : ofY;
      });
    }
    const value = (start: Float64Array, parameter: number, shift = 0): number => {
      const end = advance(space, (time, v) => field(parameter)((time as number) + shift, v), name, start, grid);
      return weights[0] * end[0] + weights[1] * end[1];
    };
    t.deepEqual(advance(space, start(p), name, y0, grid), y);
    const h = 1e-5;
    const differences = {
      y0: value(Float64Array.of(y0[0] + h, y0[1]), p) - value(Float64Array.of(y0[0] - h, y0[1]), p),
      y1: value(Float64Array.of(y0[0], y0[1] + h), p) - value(Float64Array.of(y0[0], y0[1] - h), p),
      p: value(y0, p + h) - value(y0, p - h),
      t: value(y0, p, h) - value(y0, p, -h),
    };
    for (const [what, found] of Object.entries({ y0: cotangent[0], y1: cotangent[1], ...gathered })) {
      const expected = differences[what as keyof typeof differences] / (2 * h);
      t.true(Math.abs(found - expected) < 1e-8, `${what}: ${found} ${expected}`);
    }
  });
}

test('the transposed step frees all it made but its result, also when the pullback throws', async (t) => {
  for (const broken of [undefined, 0, 2, 5]) {
    const counting = countingSpace(1);
    const { space, make, alive } = counting;
    const step = { t: 0, next: 0.1, y: make([1, 2]), slopes: [1, 2, 3, 4, 5, 6].map((v) => make([v, -v])) };
    const cotangent = make([1, 1]);
    const before = alive.size;
    let calls = 0;
    const pull = (_t: number, state: Float64Array, c: Float64Array) => {
      t.true(alive.has(state) && alive.has(c));
      if (calls++ === broken) throw new Error('the pullback failed');
      return make(c);
    };
    const result = transposeStep(space, explicitMethods.dopri5, step, cotangent, pull);
    if (broken === undefined) {
      t.true(alive.has(await result));
      t.is(alive.size, before + 1);
    } else {
      await t.throwsAsync(result, { message: 'the pullback failed' });
      t.is(alive.size, before);
    }
  }
});
