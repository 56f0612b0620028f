import test from 'ava';
import { detest, DETEST_END } from '@advect/testkit';
import { float32Space, float64Space, reversible, solve, type SolveOptions, type SolveResult, type Times } from '#src/ode/index.js';
import { explicitMethods } from '#src/ode/methods/index.js';
import { stabilityLimit } from '#src/ode/gauge.js';

const space = float64Space();
const number = (t: Times) => t as number;
const relaxing = (rate: number): Pick<SolveOptions<Float64Array>, 'field' | 'y0' | 't0' | 't1' | 'space'> => ({
  space,
  field: (t, y) => y.map((v) => -rate * (v - Math.cos(number(t)))),
  y0: Float64Array.of(1),
  t0: 0,
  t1: 2,
});

test('the limits of stability on the negative axis are those of the literature', (t) => {
  // E. Hairer, G. Wanner, Solving ODEs II, IV.2: 2 for order 2, 2.51, 2.79 and 3.3 (DOPRI5).
  const expected = { euler: 2, midpoint: 2, heun: 2, bosh3: 2.5127, rk4: 2.785, dopri5: 3.307 };
  for (const [name, limit] of Object.entries(expected)) {
    const short = limit - stabilityLimit(explicitMethods[name as keyof typeof expected]);
    t.true(short >= 0 && short < 0.01, `${name}: ${short}`);
  }
});

test('the Lipschitz constant along the way: exact for rates of relaxation, bounded for a nonlinear field', async (t) => {
  for (const method of ['heun', 'rk4', 'dopri5', 'tsit5', 'dopri8'] as const) {
    const steps = method === 'rk4' ? 40 : undefined;
    const { gauge } = await solve({ ...relaxing(7), method, steps });
    t.true(Math.abs(gauge.lipschitz / 7 - 1) < 1e-3, `${method}: ${gauge.lipschitz}`);
    t.is(gauge.stiff, false);
  }
  // |d(y − y³)/dy| on the way from 0.1 to 1 is largest, 2, at the end.
  const { gauge } = await solve({ space, field: (_t, y) => y.map((v) => v - v ** 3), y0: Float64Array.of(0.1), t0: 0, t1: 8 });
  t.true(gauge.lipschitz > 1.5 && gauge.lipschitz < 2.05 && gauge.at > 2, JSON.stringify(gauge));
});

test('a reversible form tells the constant of the stages at its companion, and no stiffness', async (t) => {
  const growing = { space, field: (_t: Times, y: Float64Array) => y.map((v) => 3 * v), y0: Float64Array.of(1, 2), t0: 0, t1: 2 };
  for (const name of ['midpoint', 'rk4', 'dopri5', 'tsit5', 'dopri8'] as const) {
    const steps = name === 'midpoint' || name === 'rk4' ? 40 : undefined;
    const { gauge } = await solve({ ...growing, method: reversible(name), steps });
    t.true(Math.abs(gauge.lipschitz / 3 - 1) < 1e-6 && !gauge.stiff, `${name}: ${gauge.lipschitz}`);
  }
  const { gauge } = await solve({ ...growing, method: reversible('euler'), steps: 40 });
  t.true(Number.isNaN(gauge.lipschitz), 'one stage has nothing to differ from');
});

test('of a rate that rises and falls, the largest and its time stay', async (t) => {
  const rate = (time: number) => 2 + 28 * Math.exp(-((time - 1) ** 2) / 0.08);
  const field = (time: Times, y: Float64Array) => y.map((v) => -rate(number(time)) * (v - Math.cos(9 * number(time))));
  for (const [t0, t1] of [
    [0, 4],
    [0.5, 2],
  ]) {
    const { gauge } = await solve({ space, field, y0: Float64Array.of(1), t0, t1, maxStep: 0.05 });
    t.true(Math.abs(gauge.lipschitz - 30) < 3 && Math.abs(gauge.at - 1) < 0.2, JSON.stringify(gauge));
  }
});

test('a solve that ends well says so and no more; large numbers are shown short', async (t) => {
  const { stats, diagnosis } = await solve({ ...relaxing(1), method: 'tsit5' });
  const { accepted, rejected, evaluations } = stats;
  t.is(diagnosis, `Reached t = 2 from 0 in ${accepted} accepted and ${rejected} rejected steps of tsit5 (${evaluations} evaluations).`);
  const stiff = await solve({ ...relaxing(3e8), maxSteps: 300 });
  t.regex(stiff.diagnosis, /Lipschitz constant about (3\.0\d|2\.9\d)e\+8\)/);
});

test('growth is counted from the size that the state began with', async (t) => {
  // y = 1 / (1 / y0 − t), which has no value at 1 / y0.
  for (const y0 of [0.01, 20]) {
    const options = { space, field: (_t: Times, y: Float64Array) => y.map((v) => v * v), t0: 0, t1: 2 / y0 };
    const { y, diagnosis } = await solve({ ...options, y0: Float64Array.of(y0) });
    const [, told] = /its state has grown (\S+)-fold/.exec(diagnosis)!;
    t.true(Math.abs(Number(told) / (y[0] / y0) - 1) < 0.01, `${diagnosis}, from ${y0} to ${y[0]}`);
  }
});

test('stiff fields are told from those that are only hard', async (t) => {
  const vanDerPol = (_t: Times, y: Float64Array) => Float64Array.of(y[1], 1000 * (1 - y[0] * y[0]) * y[1] - y[0]);
  for (const method of ['heun', 'dopri5', 'tsit5', 'dopri8'] as const) {
    const tolerances = { method, rtol: 1e-5, atol: 1e-5 };
    t.true((await solve({ ...relaxing(1000), ...tolerances })).gauge.stiff, method);
    t.true((await solve({ space, field: vanDerPol, y0: Float64Array.of(2, 0), t0: 0, t1: 1, ...tolerances })).gauge.stiff, method);
    const oscillation = (_t: Times, y: Float64Array) => Float64Array.of(50 * y[1], -50 * y[0]);
    t.false((await solve({ space, field: oscillation, y0: Float64Array.of(1, 0), t0: 0, t1: 1, ...tolerances })).gauge.stiff, method);
  }
  // Decays whose fast parts have died out: C1 to C4 with rates up to 4. Nothing else of the suite is stiff.
  for (const problem of detest) {
    const { gauge } = await solve({
      space,
      field: (time, y) => problem.field(number(time), y),
      y0: Float64Array.from(problem.y0),
      t0: 0,
      t1: DETEST_END,
      rtol: 1e-6,
      atol: 1e-6,
    });
    t.is(gauge.stiff, problem.name === 'C2', problem.name);
  }
});

test('rows are gauged one by one, the worst is reported, and the sentence is about it', async (t) => {
  for (const rates of [
    [1, 3000],
    [3000, 1],
  ]) {
    const options: SolveOptions<Float64Array> = {
      space: float64Space({ rows: 2 }),
      field: (time, y) => y.map((v, row) => -rates[row] * (v - Math.cos((time as Float64Array)[row]))),
      y0: Float64Array.of(1, 1),
      t0: 0,
      t1: 1,
      control: 'per-sample',
    };
    const [short, whole] = [await solve({ ...options, maxSteps: 300 }), await solve(options)];
    t.is(short.result, 'maxSteps');
    t.is(whole.result, 'done');
    for (const { gauge } of [short, whole]) t.true(gauge.stiff && Math.abs(gauge.lipschitz / 3000 - 1) < 0.01);
    const sentence = /the field is stiff for dopri5 \(Lipschitz constant about 3000\); take method 'rodas4'/;
    t.regex(short.diagnosis, /^1 of 2 rows stopped /);
    t.regex(short.diagnosis, sentence);
    t.regex(whole.diagnosis, /the field is stiff there \(Lipschitz constant about 3000\): take method 'rodas4'/);
  }
});

const failures: [string, SolveResult, RegExp, Partial<SolveOptions<Float64Array>>][] = [
  [
    'exploding',
    'stepTooSmall',
    /the solution explodes, its state has grown .*-fold; end before that time/,
    { field: (_t, y) => y.map((v) => v * v) },
  ],
  [
    'overflowing',
    'nonFinite',
    /explodes, its state has grown (beyond all numbers|\d\.\d+e\+3\d-fold)/,
    { field: (_t, y) => y.map((v) => 400 * v) },
  ],
  ['stiff', 'maxSteps', /the field is stiff for dopri5/, { ...relaxing(1e4), maxSteps: 400 }],
  [
    'NaN',
    'nonFinite',
    /not finite there, however small the step: look at the field near that time/,
    { field: (t, y) => y.map((v) => (number(t) > 0.5 ? NaN : v)) },
  ],
  [
    'out of steps',
    'maxSteps',
    /at that pace it would take about \d+; raise maxSteps/,
    { field: (t, y) => y.map(() => 50 * Math.cos(50 * number(t))), maxSteps: 20 },
  ],
];

for (const [name, expected, sentence, options] of failures) {
  test(`${name}, in float64 and float32: a typed result with the state so far and a sentence that helps`, async (t) => {
    const field = options.field as (time: Times, y: Float64Array) => Float64Array;
    const base = { t0: 0, t1: 2, rtol: 1e-5, atol: 1e-5, maxSteps: options.maxSteps };
    const wide = await solve({ ...base, space, field, y0: Float64Array.of(1) });
    const narrow = await solve({
      ...base,
      space: float32Space(),
      field: (time, y: Float32Array) => Float32Array.from(field(time, Float64Array.from(y))),
      y0: Float32Array.of(1),
    });
    for (const { result, diagnosis, y, t: reached } of [wide, narrow]) {
      // Beside the largest number of float32 steps shrink and grow in turn.
      t.true(result === expected || (name === 'overflowing' && result === 'maxSteps'), result);
      t.regex(diagnosis, sentence);
      t.true(Number.isFinite(y[0]) && number(reached) > 0 && number(reached) < 2);
    }
  });
}

test('a tolerance finer than the arithmetic is named, whether or not the end was reached', async (t) => {
  const field = <A extends Float64Array | Float32Array>(time: Times, y: A): A => y.map((v) => Math.cos(number(time)) - v) as A;
  const single = await solve({ space: float32Space(), field, y0: Float32Array.of(1), t0: 0, t1: 2, rtol: 1e-9, atol: 1e-9 });
  t.regex(single.diagnosis, /tolerance is finer than the arithmetic, whose rounding alone is/);
  const double = await solve({ space, field, y0: Float64Array.of(1), t0: 0, t1: 2, rtol: 1e-40, atol: 1e-40 });
  t.regex(double.diagnosis, /tolerance is finer than the arithmetic/);
  const fine = await solve({ space, field, y0: Float64Array.of(1), t0: 0, t1: 2, rtol: 1e-12, atol: 1e-12 });
  t.notRegex(fine.diagnosis, /arithmetic/);
});
