import test from 'ava';
import { coupled, dampedRotation, maxError } from '@advect/testkit';
import { float64Space, methods, type Solution, solve, type SolveOptions, type StepReport, type Times } from '#src/ode/index.js';
import { adaptiveMethods } from './reference/detest-runs.js';

const space = float64Space();
const number = (t: Times) => t as number;

/** Solves and keeps the reports of all attempts. */
async function watched(
  options: Omit<SolveOptions<Float64Array>, 'space'>,
): Promise<Solution<Float64Array> & { reports: StepReport<Float64Array>[] }> {
  const reports: StepReport<Float64Array>[] = [];
  const solution = await solve({ space, ...options, onStep: (report) => reports.push(report) });
  return { ...solution, reports };
}

const oscillation = { field: (_t: Times, y: Float64Array) => Float64Array.of(y[1], -y[0]), y0: Float64Array.of(1, 0), t0: 0, t1: 10 };

test('the controller is the formula: each step from the errors of the last three', async (t) => {
  const controller = { proportional: 0.3, integral: 0.4, derivative: 0.1, safety: 0.8, maxFactor: 4 };
  const { reports } = await watched({
    ...oscillation,
    field: (time, y) => Float64Array.of(y[1], -y[0] * (1 + Math.sin(3 * number(time)) / 2)),
    controller,
  });
  const errors: number[] = [];
  let compared = 0;
  reports.forEach(({ accepted, error, h }, i) => {
    const [before, next] = [reports[i - 1], reports[i + 1]];
    if (!accepted[0]) return t.true(Math.abs(next.h[0] - h[0] * Math.max(0.2, 0.8 * error![0] ** (-1 / 5))) < 1e-12);
    errors.push(Math.max(1e-4, error![0]));
    const [e, e1, e2] = errors.slice(-3).toReversed();
    if (e2 === undefined || !before?.accepted[0] || i + 3 > reports.length) return;
    const expected = 0.8 * error![0] ** (-0.8 / 5) * e1 ** (0.5 / 5) * e2 ** (-0.1 / 5);
    t.true(e > 0 && Math.abs(next.h[0] / h[0] - Math.min(4, Math.max(0.2, expected))) < 1e-9);
    compared++;
  });
  t.true(compared > 15);
});

test('more proportional control is smoother where stability limits the step', async (t) => {
  const stiff = {
    field: (time: Times, y: Float64Array) => y.map((v) => -1000 * (v - Math.cos(number(time)))),
    y0: Float64Array.of(1),
    t0: 0,
    t1: 3,
  };
  const variation = async (controller: object) => {
    const { reports, stats } = await watched({ ...stiff, controller });
    const steps = reports.filter(({ accepted }) => accepted[0]).map(({ h }) => Math.log(h[0]));
    return { rejected: stats.rejected, sum: steps.slice(1).reduce((sum, h, i) => sum + Math.abs(h - steps[i]), 0) / steps.length };
  };
  const [integral, both] = [await variation({ proportional: 0, integral: 1 }), await variation({ proportional: 0.4, integral: 0.3 })];
  t.true(both.sum < 0.7 * integral.sum && both.rejected < 0.3 * integral.rejected, JSON.stringify([integral, both]));
});

test('no step is longer than allowed', async (t) => {
  const { reports, y } = await watched({ ...oscillation, maxStep: 0.11, firstStep: 3 });
  t.true(reports.every(({ h }) => h[0] <= 0.11 * 1.01 * (1 + 1e-12)));
  t.is(reports[0].h[0], 0.11);
  t.true(maxError(y, [Math.cos(10), -Math.sin(10)]) < 1e-6);
});

test('a first step below the smallest is the smallest', async (t) => {
  const { reports, result } = await watched({ ...oscillation, minStep: 0.02, firstStep: 1e-5 });
  t.deepEqual([reports[0].h[0], result], [0.02, 'done']);
});

test('steps end on the times that they are to hit, at no more than one step for each', async (t) => {
  const stepAt = [7, 0, 3.3, Math.PI, 10];
  for (const [t0, t1] of [
    [0, 10],
    [10, 0],
  ]) {
    const plain = await watched({ ...oscillation, t0, t1 });
    const forced = await watched({ ...oscillation, t0, t1, stepAt });
    for (const time of stepAt) t.true(forced.grid!.includes(time));
    t.true(forced.stats.steps <= plain.stats.steps + 6, `${forced.stats.steps} ${plain.stats.steps}`);
  }
  const fixed = await solve({ space, ...oscillation, steps: 4, stepAt, method: 'rk4' });
  t.deepEqual([...fixed.grid!], [0, 2.5, Math.PI, 3.3, 5, 7, 7.5, 10]);
  const rows = await solve({
    space: float64Space({ rows: 2 }),
    ...oscillation,
    stepAt,
    control: 'per-sample',
    field: (_t, y) => y.map((v) => -v),
  });
  t.is(rows.result, 'done');
});

/** y' = 1 before 1/3, −1 from it on, 2y from 1.2 on; the field itself decides with t < … or t <= …. */
const kinked =
  (before: (t: number, jump: number) => boolean) =>
  (t: Times, y: Float64Array): Float64Array =>
    y.map((v, row) => {
      const time = typeof t === 'number' ? t : t[row];
      return before(time, 1 / 3) ? 1 : before(time, 1.2) ? -1 : 2 * v;
    });
const kinkedEnd = (y0: number) => (y0 + 1 / 3 - (1.2 - 1 / 3)) * Math.exp(2 * 0.8);

for (const method of adaptiveMethods) {
  test(`${method}: jumps of the field cost nothing in accuracy and few evaluations, whichever side the field takes at them`, async (t) => {
    const tolerance = methods[method].order === 2 ? 1e-5 : 1e-8;
    const options = { t0: 0, t1: 2, method, rtol: tolerance, atol: tolerance, jumpAt: [1.2, 1 / 3], saveAt: [1 / 3, 1], dense: true };
    for (const before of [(a: number, b: number) => a < b, (a: number, b: number) => a <= b]) {
      const field = kinked(before);
      const known = await solve({ ...options, space, field, y0: Float64Array.of(1) });
      const found = await solve({ ...options, jumpAt: [], space, field, y0: Float64Array.of(1) });
      t.true(Math.abs(known.y[0] - kinkedEnd(1)) < 30 * tolerance);
      t.true(known.stats.evaluations < found.stats.evaluations, `${known.stats.evaluations} ${found.stats.evaluations}`);
      t.true(Math.abs(known.saved[0][0] - 4 / 3) < 1e-12 && Math.abs(known.saved[1][0] - 2 / 3) < 1e-12);
      t.true(
        Math.abs(known.at!(1 / 3 - 0.01)[0] - (4 / 3 - 0.01)) < 1e-12 && Math.abs(known.at!(1 / 3 + 0.01)[0] - (4 / 3 - 0.01)) < 1e-12,
      );
      const rows = await solve({ ...options, space: float64Space({ rows: 2 }), field, y0: Float64Array.of(1, 5), control: 'per-sample' });
      t.is(rows.y[0], known.y[0]);
      t.true(Math.abs(rows.y[1] - kinkedEnd(5)) < 200 * tolerance);
      const back = await solve({ ...options, saveAt: [], space, field, y0: known.y, t0: 2, t1: 0 });
      t.true(Math.abs(back.y[0] - 1) < 60 * tolerance);
    }
  });
}

test('fixed steps meet jumps too, also at both ends, and multistep methods forget the slopes before', async (t) => {
  const field = kinked((a, b) => a < b);
  const { y } = await solve({ space, field, y0: Float64Array.of(1), t0: 0, t1: 1.2, method: 'euler', steps: 2, jumpAt: [1 / 3, 0, 1.2] });
  t.true(Math.abs(y[0] - (1 + 1 / 3 - (1.2 - 1 / 3))) < 1e-14);
  const long = { space, field, y0: Float64Array.of(1), t0: 0, t1: 2, method: 'abm4', steps: 60 } as const;
  t.true(Math.abs((await solve({ ...long, jumpAt: [1 / 3, 1.2] })).y[0] - kinkedEnd(1)) < 1e-6);
  t.true(Math.abs((await solve(long)).y[0] - kinkedEnd(1)) > 1e-3);
});

test('a solve without jumps evaluates what it did before', async (t) => {
  const options = {
    space,
    field: (time: Times, y: Float64Array) => coupled.field(number(time), y),
    y0: coupled.exact(0.25),
    t0: 0.25,
    t1: 2.25,
  };
  const [plain, empty] = [await solve(options), await solve({ ...options, jumpAt: [], stepAt: [], controller: {} })];
  t.deepEqual(plain.y, empty.y);
  t.deepEqual(plain.stats, empty.stats);
  t.is((await solve({ ...options, y0: dampedRotation.exact(0), jumpAt: [1] })).result, 'done');
});

const still = { field: (_t: Times, y: Float64Array) => y.map(() => 1), y0: Float64Array.of(0), t0: 0, t1: 1 };

test('a step that would leave less than a hundredth of itself before a stop is stretched to it', async (t) => {
  const lengths = async (options: object) =>
    (await watched({ ...still, maxStep: 1, ...options })).reports.map(({ h }) => Number(h[0].toFixed(9)));
  t.deepEqual(await lengths({ firstStep: 0.992 }), [1]);
  t.deepEqual(await lengths({ firstStep: 0.98 }), [0.98, 0.02]);
  t.deepEqual(await lengths({ firstStep: 0.495, stepAt: [0.499] }), [0.499, 0.501]);
});

test('a stop that cuts a step short does not shorten the steps after it', async (t) => {
  const { reports } = await watched({ ...still, firstStep: 0.3, maxStep: 0.3, stepAt: [0.31] });
  // Of a controller that took the cut for its own choice the step after it would be 0.1.
  const expected = [0.3, 0.01, 0.3, 0.3, 0.09];
  const lengths = reports.map(({ h }) => h[0]);
  t.is(lengths.length, expected.length, String(lengths));
  lengths.forEach((h, i) => t.true(Math.abs(h - expected[i]) < 1e-9, String(lengths)));
});

test('stops may be named twice, in any order and of both kinds', async (t) => {
  const { reports } = await watched({ ...still, stepAt: [0.75, 0.25, 0.75], jumpAt: [0.5, 0.5, 0.1] });
  const ends = reports.map(({ next }) => next[0]);
  t.deepEqual(
    ends,
    ends.toSorted((a, b) => a - b),
  );
  for (const time of [0.1, 0.25, 0.5, 0.75, 1]) t.is(ends.filter((end) => end === time).length, 1, String(ends));
});

test('one of the two tolerances is enough', async (t) => {
  for (const tolerance of [
    { rtol: 0, atol: 1e-6 },
    { rtol: 1e-6, atol: 0 },
  ]) {
    const { y, result } = await solve({ space, ...oscillation, y0: Float64Array.of(1, 1), t1: 1, ...tolerance });
    t.is(result, 'done');
    t.true(maxError(y, Float64Array.of(Math.cos(1) + Math.sin(1), Math.cos(1) - Math.sin(1))) < 1e-4);
  }
});
