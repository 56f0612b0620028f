import test from 'ava';
import { coupled, dampedRotation, logistic, maxError, observedOrder, rational, type ExactProblem } from '@advect/testkit';
import { float32Space, float64Space, methods, solve, type SolveOptions, type StepReport, type Times } from '#src/ode/index.js';
import { methodNames } from '#src/ode/methods/index.js';
import { adaptiveMethods } from './reference/detest-runs.js';
import { countingSpace } from './reference/counting-space.js';

const space = float64Space();
const options = (problem: ExactProblem, extra: Partial<SolveOptions<Float64Array>> = {}): SolveOptions<Float64Array> => {
  const t0 = extra.t0 ?? problem.t0;
  return { space, field: (t: Times, y) => problem.field(t as number, y), y0: problem.exact(t0), t0, t1: problem.t1, ...extra };
};

for (const method of adaptiveMethods) {
  const second = [1e-3, 1e-4, 1e-5, 1e-6];
  const tolerances = { heun: second, ralston: second, bosh3: [1e-4, 1e-5, 1e-6, 1e-7], dopri8: [1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11] }[
    method as string
  ] ?? [1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];

  // Of order 8, a step is over before its error is worth the estimate.
  const least = method === 'dopri8' ? 2e-3 : 0.05;

  test(`${method}: the error stays within a factor 20 of the tolerance and falls with it`, async (t) => {
    for (const problem of [dampedRotation, coupled, rational, logistic]) {
      const errors = await Promise.all(
        tolerances.map(async (tolerance) => {
          let worst = 0;
          const onStep = ({ accepted, t: from, h, y }: StepReport<Float64Array>) => {
            if (accepted[0]) worst = Math.max(worst, maxError(y, problem.exact(from[0] + h[0])));
          };
          await solve(options(problem, { method, rtol: tolerance, atol: tolerance, onStep }));
          return worst;
        }),
      );
      const ratios = errors.map((error, i) => error / tolerances[i]);
      t.log(`${problem.name}: error / tolerance ${ratios.map((ratio) => ratio.toPrecision(2)).join(', ')}`);
      for (const ratio of ratios) t.true(ratio > least && ratio < 20, `${problem.name}: ${ratio}`);
      for (let i = 1; i < errors.length; i++) t.true(errors[i] < errors[i - 1], `${problem.name}: ${errors.join(', ')}`);
    }
  });

  test(`${method}: there and back again ends where it began`, async (t) => {
    for (const problem of [dampedRotation, coupled, rational]) {
      const tolerance = 1e-5;
      const there = await solve(options(problem, { method, rtol: tolerance, atol: tolerance }));
      const back = await solve(options(problem, { method, rtol: tolerance, atol: tolerance, t0: problem.t1, t1: problem.t0, y0: there.y }));
      const error = maxError(back.y, problem.exact(problem.t0));
      t.true(error > 0 && error < 30 * tolerance, `${problem.name}: ${error}`);
    }
  });
}

for (const method of methodNames) {
  const steps = { 1: 4096, 2: 1024, 3: 256, 4: 64, 5: 64, 8: 32 }[methods[method].order as 1];

  test(`${method}: saved and dense states are those of the solution`, async (t) => {
    for (const [t0, t1] of [
      [coupled.t0, coupled.t1],
      [coupled.t1, coupled.t0],
    ]) {
      const saveAt = [0, 0.011, 0.37, 0.5, 0.5, 0.93, 1].map((part) => (part === 1 ? t1 : t0 + part * (t1 - t0)));
      const solution = await solve(options(coupled, { method, t0, t1, steps, saveAt, dense: true }));
      t.is(solution.saved.length, saveAt.length);
      const allowed = { 1: 2e-3, 2: 2e-5, 3: 1e-6, 4: 1e-6, 5: 1e-8, 8: 1e-8 }[methods[method].order as 1];
      saveAt.forEach((time, i) => {
        t.true(
          maxError(solution.saved[i], coupled.exact(time)) < allowed,
          `t = ${time}: ${maxError(solution.saved[i], coupled.exact(time))}`,
        );
        t.true(maxError(solution.at!(time), solution.saved[i]) < 1e-13);
      });
      t.deepEqual(solution.saved[0], coupled.exact(t0));
      t.deepEqual(solution.saved[6], solution.y);
    }
  });

  test(`${method}: fixed steps cost exactly their stages, and land on the end`, async (t) => {
    const stages = {
      euler: 1,
      midpoint: 2,
      heun: 2,
      ralston: 2,
      rk4: 4,
      rk38: 4,
      bosh3: 3,
      dopri5: 6,
      tsit5: 6,
      dopri8: 13,
      abm4: 20 / 7,
      rodas4: 9,
    }[method];
    let evaluations = 0;
    const field = (time: Times, y: Float64Array) => (evaluations++, coupled.field(time as number, y));
    const { stats, t: end, grid } = await solve(options(coupled, { method, steps: 7, field }));
    t.deepEqual(stats, { evaluations: 7 * stages, rowEvaluations: 7 * stages, steps: 7, accepted: 7, rejected: 0 });
    t.is(evaluations, stats.evaluations);
    t.is(end, coupled.t1);
    t.is(grid!.length, 8);
  });
}

test('native dense output has errors of steps of its own order, Hermite of cubic ones', async (t) => {
  const steps = [8, 12, 16, 24];
  for (const [method, expected] of [
    ['dopri8', 6],
    ['dopri5', 5],
    ['tsit5', 5],
    ['rk4', 4],
    ['bosh3', 3],
  ] as const) {
    const errors = await Promise.all(
      steps.map(async (n) => {
        const solution = await solve(options(dampedRotation, { method, steps: n, dense: true }));
        const times = Array.from({ length: 331 }, (_, i) => (i * dampedRotation.t1) / 330);
        return Math.max(...times.map((time) => maxError(solution.at!(time), dampedRotation.exact(time))));
      }),
    );
    const observed = observedOrder(
      steps.map((n) => 1 / n),
      errors,
    );
    t.true(Math.abs(observed - expected) < 0.35, `${method}: ${observed}`);
  }
});

test('the counts are honest: what the field saw is what is reported', async (t) => {
  for (const method of adaptiveMethods) {
    for (const extra of [{}, { firstStep: 0.9 }, { dense: true }, { saveAt: [0.5] }]) {
      const times: number[] = [];
      const reports: StepReport<Float64Array>[] = [];
      const field = (time: Times, y: Float64Array) => (times.push(time as number), coupled.field(time as number, y));
      const { stats } = await solve(options(coupled, { ...extra, method, field, onStep: (report) => reports.push(report) }));
      const perStep = { heun: 1, ralston: 1, bosh3: 3, dopri5: 6, tsit5: 6, dopri8: 12 }[method];
      const start = 'firstStep' in extra ? 1 : 2;
      const ends = !methods[method].fsal ? stats.accepted - (Object.keys(extra)[0] === 'dense' ? 0 : 1) : 0;
      t.is(stats.evaluations, times.length);
      t.is(stats.evaluations, start + perStep * stats.steps + ends, `${method} ${JSON.stringify(extra)}`);
      t.is(stats.steps, stats.accepted + stats.rejected);
      t.is(reports.length, stats.steps);
      t.is(reports.filter(({ accepted }) => accepted[0]).length, stats.accepted);
      t.true(times.every((time) => time >= coupled.t0 && time <= coupled.t1));
    }
  }
});

test('a step is accepted if and only if its error is at most 1, and never grows right after a rejection', async (t) => {
  const reports: StepReport<Float64Array>[] = [];
  const burst = (time: Times, y: Float64Array) => y.map((v) => -v + 50 * Math.exp(-2000 * ((time as number) - 1) ** 2));
  await solve({
    space,
    field: burst,
    y0: Float64Array.of(1),
    t0: 0,
    t1: 2,
    rtol: 1e-6,
    atol: 1e-6,
    onStep: (report) => reports.push(report),
  });
  t.true(reports.filter(({ accepted }) => !accepted[0]).length >= 3);
  reports.forEach(({ accepted, error, h, t: from }, i) => {
    t.is(accepted[0] === 1, error![0] <= 1);
    const [before, next] = [reports[i - 1], reports[i + 1]];
    if (!accepted[0]) t.true(next.h[0] < h[0] && next.t[0] === from[0]);
    else if (before && !before.accepted[0] && next) t.true(next.h[0] <= h[0] * (1 + 1e-12));
    else if (next) t.true(next.h[0] <= 10.2 * h[0]);
  });
});

test('t1 = t0 returns a copy at no cost, with saved states', async (t) => {
  for (const control of ['joint', 'per-sample'] as const) {
    const y0 = Float64Array.of(3, 4);
    const solution = await solve({ space, field: () => t.fail(), y0, t0: 2, t1: 2, saveAt: [2, 2], control, dense: true });
    t.is(solution.result, 'done');
    t.deepEqual(solution.y, y0);
    t.not(solution.y, y0);
    t.deepEqual(solution.saved, [y0, y0]);
    t.deepEqual(solution.at!(2), y0);
    t.is(solution.stats.evaluations, 0);
  }
});

test('times of fixed steps may be uneven', async (t) => {
  const times = [0, 0.1, 0.15, 0.7, 2];
  const seen: number[] = [];
  const { grid } = await solve(
    options(dampedRotation, { method: 'euler', times, field: (time, y) => (seen.push(time as number), y.map(() => 1)) }),
  );
  t.deepEqual(seen, times.slice(0, -1));
  t.deepEqual(Array.from(grid!), times);
});

test('an asynchronous norm gives the same bits', async (t) => {
  const counting = countingSpace(1, true);
  const y0 = counting.make(coupled.exact(coupled.t0));
  const field = (time: Times, y: Float64Array) => counting.make(coupled.field(time as number, y));
  const later = await solve({ ...options(coupled), space: counting.space, field, y0 });
  const now = await solve(options(coupled));
  t.deepEqual(later.y, now.y);
  t.deepEqual(later.stats, now.stats);
});

test('float32 states reach float32 accuracy', async (t) => {
  const field = (time: Times, y: Float32Array) => Float32Array.from(coupled.field(time as number, y));
  const { y, result } = await solve({
    space: float32Space(),
    field,
    y0: Float32Array.from(coupled.exact(coupled.t0)),
    t0: coupled.t0,
    t1: coupled.t1,
    rtol: 1e-6,
    atol: 1e-6,
  });
  t.is(result, 'done');
  t.true(y instanceof Float32Array && maxError(y, coupled.exact(coupled.t1)) < 1e-5);
});

test('no field sees a time outside the interval, by no rounding either', async (t) => {
  for (let i = 1; i <= 200; i++) {
    // Across zero t + (t1 − t) often misses t1 by some roundings.
    const [t0, t1] = [-10 * ((i * 0.6180339887) % 1), 0.3 * ((i * 0.7548776662) % 1)];
    // So slow that the probe for the first step goes to the end at once.
    const slow = i % 2 ? 1 : 1e-3;
    for (const [from, to] of [
      [t0, t1],
      [-t0, -t1],
    ]) {
      for (const settings of [{}, { steps: 1 + (i % 7) }, { control: 'per-sample' as const }, { method: 'heun' as const, firstStep: 20 }]) {
        const seen: number[] = [];
        const field = (time: Times, y: Float64Array) => (seen.push(...(typeof time === 'number' ? [time] : time)), y.map((v) => -v * slow));
        const solution = await solve({ space, field, y0: Float64Array.of(1), t0: from, t1: to, rtol: 1e-3, atol: 1e-3, ...settings });
        t.is(solution.result, 'done');
        const [least, most] = from < to ? [from, to] : [to, from];
        t.deepEqual(
          seen.filter((time) => !(time >= least && time <= most)),
          [],
        );
      }
    }
  }
});

test('a time within the last step, also the only one, is saved as dense output has it', async (t) => {
  for (const method of methodNames) {
    for (const steps of [1, 3]) {
      const at = coupled.t0 + 0.9 * (coupled.t1 - coupled.t0);
      const lone = await solve(options(coupled, { method, steps, saveAt: [at] }));
      const dense = await solve(options(coupled, { method, steps, dense: true }));
      t.deepEqual(lone.saved, [dense.at!(at)], `${method}, ${steps}`);
    }
  }
});

test('a solve of more rows than a call takes arguments arrives, each row on its own clock', async (t) => {
  const rows = 200_000;
  const y0 = new Float32Array(rows).fill(1);
  const field = (_: Times, y: Float32Array) => y.map((v) => -v);
  const grid = { control: 'per-sample', method: 'rk4', steps: 1 } as const;
  const solution = await solve({ space: float32Space({ rows }), field, y0, t0: 0, t1: 1, ...grid });
  t.is(solution.result, 'done');
  t.true(solution.y.every((v) => v === Math.fround(0.375)));
});
