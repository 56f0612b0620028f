import test from 'ava';
import { float64Space, type Times } from '#src/ode/index.js';
import { firstSteps, leastStep } from '#src/ode/step-size.js';

const tolerance = { atol: 1e-6, rtol: 1e-3 };
const K = 5;

interface Case {
  readonly y: number;
  readonly field: (t: number, y: number) => number;
  readonly t0?: number;
  readonly t1?: number;
}

/** The first steps of rows of one number each, and the times that the field was asked for. */
async function measured(cases: readonly Case[], [t0, t1]: readonly [number, number], joint = false) {
  const space = float64Space({ rows: cases.length });
  const asked: Times[] = [];
  const field = (t: Times, y: Float64Array) => {
    asked.push(t);
    return y.map((v, i) => cases[i].field(typeof t === 'number' ? t : t[i], v));
  };
  const y = Float64Array.from(cases, (one) => one.y);
  const slope = y.map((v, i) => cases[i].field(t0, v));
  const clocks = joint ? 1 : cases.length;
  const steps = await firstSteps(space, field, { t0, t1, y, slope, tolerance, k: K, joint, clocks });
  return { steps, asked };
}

/** Hairer, Nørsett and Wanner's rule (Solving ODEs I, II.4, "starting step size", a to f), of one number, for an interval. */
function byTheBook({ y, field }: Case, [t0, t1]: readonly [number, number]): number {
  const scale = tolerance.atol + tolerance.rtol * Math.abs(y);
  const slope = field(t0, y);
  const [d0, d1] = [Math.abs(y) / scale, Math.abs(slope) / scale];
  const h0 = Math.min(Math.abs(t1 - t0), d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : (0.01 * d0) / d1);
  const signed = Math.sign(t1 - t0) * h0;
  const d2 = Math.abs(field(t0 + signed, y + signed * slope) - slope) / scale / h0;
  const h1 = Math.max(d1, d2) <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / Math.max(d1, d2)) ** (1 / K);
  return Math.min(100 * h0, h1, Math.abs(t1 - t0));
}

const cases: readonly Case[] = [
  { y: 1, field: (_t, y) => -y },
  { y: 1, field: (_t, y) => -1000 * y },
  { y: 0, field: (t) => Math.cos(t) },
  { y: 1e-12, field: () => 1 },
  { y: 3, field: () => 0 },
  { y: 0, field: () => 0 },
  { y: 5, field: (t) => 1e-9 * t },
  { y: 2, field: (t, y) => y * Math.sin(50 * t) + 1e-3 },
];

test('the first step is that of the book, row by row, in both directions of time', async (t) => {
  for (const interval of [
    [0, 2],
    [2, -1],
    [0.3, 0.3004],
  ] as const) {
    const { steps } = await measured(cases, interval);
    for (const [i, one] of cases.entries()) {
      const expected = byTheBook(one, interval);
      t.true(Math.abs(steps[i] / expected - 1) < 1e-6, `case ${i} on ${interval.join(' to ')}: ${steps[i]}, by the book ${expected}`);
    }
  }
});

test('under joint control one number counts for all, and the field is asked for one time', async (t) => {
  const { steps, asked } = await measured([cases[0], cases[0]], [0, 2], true);
  t.is(steps.length, 1);
  t.true(Math.abs(steps[0] / byTheBook(cases[0], [0, 2]) - 1) < 1e-6);
  t.true(asked.every((time) => typeof time === 'number'));
});

test('a probe over the whole interval ends on its end, not on what rounding makes of it', async (t) => {
  for (const [t0, t1] of [
    [0.1, 0.1 + 1e-9],
    [0.7, 0.1 + 0.6 - 1e-9],
    [-0.3, 0.1 + 0.2],
  ] as const) {
    for (const joint of [true, false]) {
      const { asked } = await measured([{ y: 1, field: () => 1e-3 }], [t0, t1], joint);
      t.deepEqual(asked, [joint ? t1 : Float64Array.of(t1)], `${t0} to ${t1}`);
    }
  }
});

test('what is not finite: NaN for a state or slope that is not, the trial step where only the probe is not', async (t) => {
  const [nan, infinite, beyond] = (
    await measured(
      [
        { y: NaN, field: (_t, y) => y },
        { y: 1, field: () => Infinity },
        { y: 1, field: (time) => (time > 0 ? Infinity : 1) },
      ],
      [0, 1],
    )
  ).steps;
  t.true(Number.isNaN(nan) && Number.isNaN(infinite));
  t.is(beyond, 0.01);
});

test('the least step is four roundings of the time, or of a thousandth of the interval near 0', (t) => {
  t.is(leastStep(8, 1), 8 * 2 ** -50);
  t.is(leastStep(-8, 1), 8 * 2 ** -50);
  t.is(leastStep(0, -4), 4 * 2 ** -60);
});
