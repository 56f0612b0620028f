import test from 'ava';
import {
  float32Space,
  float64Space,
  gradientModes,
  reversible,
  solve,
  solveWithGradient,
  type GradientMode,
  type GradientOptions,
  type SolveOptions,
  type Times,
} from '#src/ode/index.js';
import { countingSpace } from '../reference/counting-space.js';

const rate = [0.7, -1.3];
/** A nonlinear, non-autonomous field of two numbers with one parameter p, and its derivatives in closed form. */
const field = (p: number) => (t: Times, y: Float64Array) =>
  Float64Array.of(p * Math.sin(y[1] + (t as number)) + rate[0] * y[0], Math.cos(t as number) * y[0] * y[1] + rate[1] * p * p * y[1]);
const pull = (p: number) => (t: number, y: Float64Array, c: Float64Array) => ({
  ofY: Float64Array.of(
    c[0] * rate[0] + c[1] * Math.cos(t) * y[1],
    c[0] * p * Math.cos(y[1] + t) + c[1] * (Math.cos(t) * y[0] + rate[1] * p * p),
  ),
  ofT: c[0] * p * Math.cos(y[1] + t) - c[1] * Math.sin(t) * y[0] * y[1],
  ofParameters: c[0] * Math.sin(y[1] + t) + c[1] * 2 * p * rate[1] * y[1],
});

const P = 0.8;
const y0 = Float64Array.of(0.4, -0.9);
/** L(y) = sin(y₀) + y₀y₁. */
const loss = (y: Float64Array) => Math.sin(y[0]) + y[0] * y[1];
const ofEnd = (y: Float64Array) => Float64Array.of(Math.cos(y[0]) + y[1], y[0]);
const problem = { space: float64Space(), y0, t0: 0.2, t1: 1.9 };

/** Every derivative: of both entries of y0, of both times, of p. */
async function derivatives(mode: GradientMode, options: Partial<GradientOptions<Float64Array, number>>) {
  let ofP = 0;
  const gather = (part: number, scale: number) => (ofP += scale * part);
  const all = { ...problem, field: field(P), pull: pull(P), ofEnd, gather, gradient: mode, ...options };
  const { gradient, solution, evaluations } = await solveWithGradient<Float64Array, number>(all);
  return { values: [...gradient!.y0, gradient!.t0, gradient!.t1, ofP], solution, evaluations };
}

/** Central differences of the same solve, on its own grid, scaled to each interval. */
async function differences(method: SolveOptions<Float64Array>['method'], shares: number[]): Promise<number[]> {
  const value = async (by: readonly number[]) => {
    const [t0, t1] = [problem.t0 + by[2], problem.t1 + by[3]];
    const times = shares.map((share) => (share === 1 ? t1 : t0 + share * (t1 - t0)));
    const start = Float64Array.of(y0[0] + by[0], y0[1] + by[1]);
    return loss((await solve({ space: problem.space, field: field(P + by[4]), y0: start, t0, t1, method, times })).y);
  };
  const h = 1e-5;
  const unit = (i: number, v: number) => Array.from({ length: 5 }, (_, j) => (i === j ? v : 0));
  return Promise.all([0, 1, 2, 3, 4].map(async (i) => ((await value(unit(i, h))) - (await value(unit(i, -h)))) / (2 * h)));
}

const gap = (a: readonly number[], b: readonly number[]) => Math.max(...a.map((v, i) => Math.abs(v - b[i])));

for (const mode of gradientModes) {
  test(`${mode}: the gradients in y0, both times and a parameter are those of central differences`, async (t) => {
    for (const options of [
      { method: 'dopri5', rtol: 1e-9, atol: 1e-9 },
      { method: 'tsit5', rtol: 1e-8, atol: 1e-8 },
      { method: 'rk4', steps: 300 },
      { method: 'dopri8', steps: 40 },
    ] as const) {
      const { values, solution } = await derivatives(mode, options);
      const shares = Array.from(solution.grid!, (time) => (time - problem.t0) / (problem.t1 - problem.t0));
      const expected = await differences(mode === 'reversible' ? reversible(options.method) : options.method, shares);
      // Central differences are good to some 1e-10 here.
      const allowed = { adjoint: 5e-8, interpolated: 5e-8 }[mode as string] ?? 1e-9;
      t.log(options.method, gap(values, expected));
      t.true(gap(values, expected) < allowed, `${options.method}: ${gap(values, expected)}`);
    }
  });

  test(`${mode}: nothing is left alive but what is returned, whether it ends or anything fails`, async (t) => {
    for (const failing of [undefined, 'field', 'pull', 'ofEnd', 'maxSteps'] as const) {
      for (const at of [1, 9, 40]) {
        const counting = countingSpace(1);
        const start = counting.make(y0);
        let calls = 0;
        const fail = (where: string) => {
          if (failing === where && ++calls === (where === 'ofEnd' ? 1 : at)) throw new Error('it failed');
        };
        const run = solveWithGradient<Float64Array, number>({
          ...problem,
          space: counting.space,
          y0: start,
          field: (time, y) => (fail('field'), counting.make(field(P)(time, y))),
          pull(time, y, c) {
            fail('pull');
            if (!counting.alive.has(y) || !counting.alive.has(c)) throw new Error('a dead state');
            const { ofY, ...rest } = pull(P)(time, y, c);
            return { ...rest, ofY: counting.make(ofY) };
          },
          ofEnd: (y) => (fail('ofEnd'), counting.make(ofEnd(y))),
          gradient: mode,
          ...(failing === 'maxSteps' ? { maxSteps: 2 } : { steps: 12 }),
        });
        if (failing && failing !== 'maxSteps') {
          await t.throwsAsync(run, { message: 'it failed' });
          t.deepEqual([...counting.alive], [start]);
        } else {
          const { solution, gradient, failure } = await run;
          t.is(gradient === undefined, failing === 'maxSteps');
          t.is(failure?.result, gradient ? undefined : 'maxSteps');
          const returned = [start, solution.y, ...(gradient ? [gradient.y0] : [])];
          t.true(counting.alive.size === returned.length && returned.every((state) => counting.alive.has(state)));
        }
      }
    }
  });

  test(`${mode}: promises, float32, one step, no interval`, async (t) => {
    const plain = await derivatives(mode, { steps: 7 });
    const later = await derivatives(mode, {
      steps: 7,
      field: (time, y) => Promise.resolve(field(P)(time, y)),
      pull: (time, y, c) => Promise.resolve(pull(P)(time, y, c)),
      ofEnd: (y) => Promise.resolve(ofEnd(y)),
    });
    t.deepEqual(later.values, plain.values);
    const single = await solveWithGradient<Float32Array, number>({
      space: float32Space(),
      y0: Float32Array.from(y0),
      t0: problem.t0,
      t1: problem.t1,
      steps: 7,
      field: (time, y) => Float32Array.from(field(P)(time, Float64Array.from(y))),
      pull(time, y, c) {
        const { ofY, ...rest } = pull(P)(time, Float64Array.from(y), Float64Array.from(c));
        return { ...rest, ofY: Float32Array.from(ofY) };
      },
      ofEnd: (y) => Float32Array.from(ofEnd(Float64Array.from(y))),
      gradient: mode,
    });
    t.true(gap([...single.gradient!.y0, single.gradient!.t0, single.gradient!.t1], plain.values.slice(0, 4)) < 2e-6);
    const still = await derivatives(mode, { t1: problem.t0 });
    const slope = field(P)(problem.t0, y0);
    const power = ofEnd(y0)[0] * slope[0] + ofEnd(y0)[1] * slope[1];
    t.true(gap(still.values, [...ofEnd(y0), -power, power, 0]) < 1e-15);
  });
}

test('what keeps or finds again the same steps gives the same bits; the reversible form is a method of its own', async (t) => {
  const options = { rtol: 1e-6, atol: 1e-6 };
  const steps = await derivatives('steps', options);
  for (const mode of ['accepted', 'checkpointed'] as const) t.deepEqual((await derivatives(mode, options)).values, steps.values);
  const one = await derivatives('checkpointed', { steps: 1 });
  t.deepEqual(one.values, (await derivatives('steps', { steps: 1 })).values);
});

test('the reversible way back finds the states of a contracting field again, for any λ', async (t) => {
  for (const lambda of [0.9, 0.99, 0.9999, 1]) {
    const { gradient, solution } = await solveWithGradient({
      space: float64Space(),
      field: (_t, y) => y.map((v) => -8 * v),
      pull: (_t, _y, c) => ({ ofY: c.map((v) => -8 * v) }),
      ofEnd: (y) => y.slice(),
      y0: Float64Array.of(1),
      t0: 0,
      t1: 1,
      steps: 60,
      gradient: 'reversible',
      lambda,
    });
    // The solve is linear: y(1) = R·y0, and L = y(1)²/2. Going back multiplies rounding by some e⁸.
    t.true(Math.abs(gradient!.y0[0] / solution.y[0] ** 2 - 1) < 1e-8, `${lambda}: ${gradient!.y0[0] / solution.y[0] ** 2 - 1}`);
  }
});

test('a reversible solve that loses its way back says so, and thousands of fixed steps do not', async (t) => {
  const run = (steps: number, lambda?: number) =>
    solveWithGradient({
      ...problem,
      field: field(P),
      pull: pull(P),
      ofEnd,
      method: 'rk4',
      gradient: 'reversible',
      steps,
      lambda,
      maxSteps: steps,
    });
  const { gradient, failure } = await run(3000, 0.99);
  t.is(gradient, undefined);
  t.is(failure!.result, 'astray');
  t.regex(failure!.diagnosis, /over 3000 steps the reversible rk4 with λ = 0.99 missed its start by .* tolerances/);
  const exact = (await derivatives('steps', { method: 'rk4', steps: 3000 })).values;
  const found = (await run(3000)).gradient!;
  t.true(gap([...found.y0, found.t0, found.t1], exact.slice(0, 4)) < 1e-9);
});

test('the continuous adjoints come closer to the gradient as the tolerance shrinks, with the order of the tolerance', async (t) => {
  const exact = (await derivatives('steps', { method: 'dopri8', rtol: 1e-13, atol: 1e-13 })).values;
  for (const mode of ['adjoint', 'interpolated'] as const) {
    const tolerances = [1e-4, 1e-6, 1e-8];
    const gaps = await Promise.all(
      tolerances.map(async (tolerance) =>
        gap((await derivatives(mode, { method: 'tsit5', rtol: tolerance, atol: tolerance })).values, exact),
      ),
    );
    t.log(mode, gaps);
    gaps.forEach((value, i) => t.true(value < 100 * tolerances[i], `${mode} at ${tolerances[i]}: ${value}`));
    t.true(gaps[2] < gaps[0] / 300);
  }
});

test('memory: states alive at once, by mode and number of steps', async (t) => {
  const most = async (mode: GradientMode, steps: number): Promise<number> => {
    const counting = countingSpace(1);
    let peak = 0;
    const make = (values: Float64Array) => {
      const state = counting.make(values);
      peak = Math.max(peak, counting.alive.size);
      return state;
    };
    await solveWithGradient<Float64Array, number>({
      ...problem,
      space: counting.space,
      field: (time, y) => make(field(P)(time, y)),
      pull(time, y, c) {
        const { ofY, ...rest } = pull(P)(time, y, c);
        return { ...rest, ofY: make(ofY) };
      },
      ofEnd: (y) => make(ofEnd(y)),
      y0: make(y0),
      gradient: mode,
      method: 'rk4',
      steps,
    });
    return peak;
  };
  const peaks = async (mode: GradientMode) => Promise.all([50, 100, 800].map((n) => most(mode, n)));
  const [small, , large] = await peaks('steps');
  t.true(large > 5 * 800 && small > 5 * 50 && large < 5 * 800 + 40, `${small} ${large}`);
  const accepted = await peaks('accepted');
  t.true(accepted[2] >= 800 && accepted[2] < 800 + 40, String(accepted));
  const checkpointed = await peaks('checkpointed');
  t.true(checkpointed[2] < 2 * Math.ceil(Math.log2(802)) + Math.log2(800) + 30, String(checkpointed));
  for (const mode of ['reversible', 'adjoint'] as const) {
    const found = await peaks(mode);
    t.true(found[0] === found[2] && found[0] < 40, `${mode}: ${String(found)}`);
  }
});

test('the way back frees the steps that it has passed', async (t) => {
  for (const mode of ['steps', 'accepted', 'checkpointed'] as const) {
    const counting = countingSpace(1);
    const alive: number[] = [];
    await solveWithGradient<Float64Array, number>({
      ...problem,
      space: counting.space,
      field: (time, y) => counting.make(field(P)(time, y)),
      pull(time, y, c) {
        alive.push(counting.alive.size);
        const { ofY, ...rest } = pull(P)(time, y, c);
        return { ...rest, ofY: counting.make(ofY) };
      },
      ofEnd: (y) => counting.make(ofEnd(y)),
      y0: counting.make(y0),
      gradient: mode,
      method: 'rk4',
      steps: 64,
    });
    t.true(alive[alive.length - 1] < 20, `${mode}: ${alive[0]} at first, ${alive[alive.length - 1]} in the end`);
    if (mode === 'checkpointed') continue;
    const [quarter, half] = [alive[Math.floor(alive.length / 4)], alive[Math.floor(alive.length / 2)]];
    t.true(Math.abs(quarter / alive[0] - 0.75) < 0.1 && Math.abs(half / alive[0] - 0.5) < 0.1, `${mode}: ${alive[0]}, ${quarter}, ${half}`);
  }
});

test('a pullback may bring the slope with it: the same gradient, one evaluation less for each pullback of the adjoint', async (t) => {
  for (const mode of gradientModes) {
    const counting = countingSpace(1);
    const start = counting.make(y0);
    const options = { ...problem, gradient: mode, method: 'rk4', steps: 12 } as const;
    const run = async (brings: boolean) => {
      const { gradient, solution, evaluations } = await solveWithGradient<Float64Array, number>({
        ...options,
        space: counting.space,
        y0: start,
        field: (time, y) => counting.make(field(P)(time, y)),
        pull(time, y, c) {
          const { ofY, ...rest } = pull(P)(time, y, c);
          return { ...rest, ofY: counting.make(ofY), ...(brings && { slope: counting.make(field(P)(time, y)) }) };
        },
        ofEnd: (y) => counting.make(ofEnd(y)),
      });
      const { t0, t1 } = gradient!;
      const values = [...gradient!.y0, t0, t1];
      for (const state of [gradient!.y0, solution.y]) counting.space.release(state);
      t.deepEqual([...counting.alive], [start], mode);
      return { values, evaluations };
    };
    const [without, withSlope] = [await run(false), await run(true)];
    t.true(gap(withSlope.values, without.values) < 1e-14, mode);
    // The adjoint needs a slope with each pullback, and so does the gradient of t1 with the first.
    const saved = { adjoint: without.evaluations.pullbacks, interpolated: 1 }[mode as string] ?? 0;
    t.is(without.evaluations.again - withSlope.evaluations.again, saved, mode);
    if (saved > 0) t.is(withSlope.evaluations.again, 0, mode);
    t.is(withSlope.evaluations.pullbacks, without.evaluations.pullbacks);
  }
});

test('a field without parameters has nothing to gather', async (t) => {
  for (const mode of gradientModes) {
    const { gradient } = await solveWithGradient<Float64Array, number>({
      ...problem,
      field: field(P),
      pull: (time, y, c) => ({ ofY: pull(P)(time, y, c).ofY }),
      ofEnd,
      gather: () => t.fail(mode),
      gradient: mode,
      method: 'rk4',
      steps: 5,
    });
    t.true(gap(gradient!.y0 as unknown as number[], (await derivatives(mode, { method: 'rk4', steps: 5 })).values.slice(0, 2)) < 1e-15);
  }
});

test('cost: evaluations again and pullbacks, by mode', async (t) => {
  const n = 256;
  const counts = async (mode: GradientMode) => (await derivatives(mode, { method: 'rk4', steps: n })).evaluations;
  t.deepEqual(await counts('steps'), { again: 0, pullbacks: 4 * n });
  t.deepEqual(await counts('accepted'), { again: 4 * n, pullbacks: 4 * n });
  const { again } = await counts('checkpointed');
  t.true(again > 4 * n && again < 4 * n * (1 + Math.log2(n) / 2), String(again));
  t.deepEqual(await counts('reversible'), { again: 8 * n, pullbacks: 8 * n });
});

test('options that cannot be meant are refused', async (t) => {
  const options = { ...problem, field: field(P), pull: pull(P), ofEnd };
  await t.throwsAsync(() => solveWithGradient({ ...options, gradient: 'stepz' as 'steps' }), {
    code: 'invalid-option',
    message: /gradient is 'stepz'/,
  });
  await t.throwsAsync(() => solveWithGradient({ ...options, method: 'rodas4' as 'rk4' }), {
    code: 'invalid-option',
    message: /solveWithGradient: method/,
  });
  await t.throwsAsync(() => solveWithGradient({ ...options, rtoll: 1 } as never), { code: 'unknown-option' });
});

test('what a gradient has no use for is refused', async (t) => {
  const plain = {
    space: float64Space(),
    field: (_t: unknown, y: Float64Array) => y,
    pull: (_t: unknown, _y: Float64Array, c: Float64Array) => ({ ofY: c }),
    ofEnd: () => Float64Array.of(1),
    y0: Float64Array.of(1),
    t0: 0,
    t1: 1,
  };
  for (const [given, message] of [
    [{ lambda: 0.9 }, /lambda 0.9 is of the reversible form, and gradient is 'steps'/],
    [{ lambda: 0.9, gradient: 'adjoint' }, /gradient is 'adjoint'/],
    [{ jumpAt: [0.5] }, /jumpAt is not possible/],
    [{ events: [{ when: () => 1 }] }, /events is not possible/],
  ] as const) {
    await t.throwsAsync(solveWithGradient({ ...plain, ...(given as object) }), { code: 'invalid-option', message });
  }
  t.is((await solveWithGradient({ ...plain, lambda: 0.9, gradient: 'reversible' })).failure, undefined);
});
