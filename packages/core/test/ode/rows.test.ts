import test from 'ava';
import fc from 'fast-check';
import { float32Space, float64Space, methods, solve, type Solution, type Times } from '#src/ode/index.js';
import { adaptiveMethods, type AdaptiveMethod } from './reference/detest-runs.js';

/** Two entries a row: a nonlinear, non-autonomous oscillator whose frequency each row has for itself. */
const oscillators =
  <A extends Float64Array | Float32Array>(frequencies: readonly number[], broken: number[] = []) =>
  (t: Times, y: A): A => {
    const out = y.slice() as A;
    frequencies.forEach((frequency, row) => {
      const time = typeof t === 'number' ? t : t[row];
      out[2 * row] = frequency * y[2 * row + 1];
      out[2 * row + 1] = -frequency * Math.sin(y[2 * row]) + 0.1 * Math.cos(3 * time);
      if (broken.includes(row) && time > 0.4) out[2 * row] = NaN;
    });
    return out;
  };

interface Row {
  frequency: number;
  start: [number, number];
}

/** What a row's independence does not hang on: few steps for methods of second order too. */
const tolerancesOf = (method: AdaptiveMethod) => (methods[method].order === 2 ? { rtol: 1e-3, atol: 1e-3 } : { rtol: 1e-5, atol: 1e-5 });

const run64 = (rows: Row[], method: AdaptiveMethod, extra: { steps?: number; broken?: number[]; t0?: number; t1?: number } = {}) =>
  solve({
    space: float64Space({ rows: rows.length }),
    field: oscillators<Float64Array>(
      rows.map(({ frequency }) => frequency),
      extra.broken,
    ),
    y0: Float64Array.from(rows.flatMap(({ start }) => start)),
    t0: extra.t0 ?? 0,
    t1: extra.t1 ?? 1,
    steps: extra.steps,
    method,
    control: 'per-sample',
    saveAt: extra.t1 === undefined ? [0, 0.31, 0.32, 0.77, 1] : [],
    dense: true,
    ...tolerancesOf(method),
  });

const part = (solution: Solution<Float64Array>, row: number) => ({
  y: solution.y.slice(2 * row, 2 * row + 2),
  saved: solution.saved.map((state) => state.slice(2 * row, 2 * row + 2)),
  between: solution.at!(0.35).slice(2 * row, 2 * row + 2),
  t: (solution.t as Float64Array)[row],
  outcome: solution.rowResults![row],
});

const row = fc.record({
  frequency: fc.double({ min: 0.01, max: 60, noNaN: true }),
  start: fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true })),
}) as fc.Arbitrary<Row>;

for (const method of adaptiveMethods) {
  test(`${method}: a row alone, in a batch and in any order is the same to the bit`, async (t) => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .array(row, { minLength: 2, maxLength: 5 })
          .chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows.map((_, i) => i)))),
        async ([rows, chosen]) => {
          const batch = await run64(rows, method);
          const alone = await Promise.all(rows.map((one) => run64([one], method)));
          rows.forEach((_, i) => t.deepEqual(part(batch, i), part(alone[i], 0)));
          if (chosen.length === 0) return;
          const subset = await run64(
            chosen.map((i) => rows[i]),
            method,
          );
          chosen.forEach((i, j) => t.deepEqual(part(subset, j), part(batch, i)));
        },
      ),
      { numRuns: 25, seed: 3 },
    );
  });

  test(`${method}: one row with a clock of its own is one row under joint control`, async (t) => {
    const options = { field: oscillators<Float64Array>([7]), y0: Float64Array.of(1, 0.5), t0: 1, t1: -1, method, saveAt: [0.9, 0, -1] };
    const joint = await solve({ ...options, space: float64Space() });
    const single = await solve({ ...options, space: float64Space(), control: 'per-sample' });
    t.deepEqual(single.y, joint.y);
    t.deepEqual(single.saved, joint.saved);
    t.deepEqual(single.stats, joint.stats);
    t.deepEqual(single.t, Float64Array.of(-1));
  });
}

test('a row that fails does not touch its mates, and says so', async (t) => {
  const rows: Row[] = [2, 5, 40].map((frequency) => ({ frequency, start: [1, 0] }));
  const whole = await run64(rows, 'dopri5');
  const broken = await run64(rows, 'dopri5', { broken: [1] });
  t.is(broken.result, 'nonFinite');
  t.deepEqual(
    broken.rowResults!.map(({ result }) => result),
    ['done', 'nonFinite', 'done'],
  );
  for (const healthy of [0, 2]) t.deepEqual(part(broken, healthy), part(whole, healthy));
  const failed = broken.rowResults![1];
  t.true(Math.abs(failed.t - 0.4) < 1e-12 && failed.rejected > 0, `stopped at ${failed.t}`);
  t.true(part(broken, 1).y.every(Number.isFinite));
  t.true(broken.saved[2].subarray(2, 4).every(Number.isFinite) && broken.saved[3].subarray(2, 4).every(Number.isNaN));
  t.regex(broken.diagnosis, /^1 of 3 rows stopped at t = 0\.4/);
});

test('fixed steps under per-sample control: a broken row stops, the others go on unchanged', async (t) => {
  const rows: Row[] = [2, 5].map((frequency) => ({ frequency, start: [1, 0] }));
  const whole = await run64(rows, 'heun', { steps: 10 });
  const broken = await run64(rows, 'heun', { steps: 10, broken: [0] });
  t.deepEqual(part(broken, 1), part(whole, 1));
  t.deepEqual(broken.rowResults![0], { result: 'nonFinite', t: 0.4, accepted: 4, rejected: 1 });
});

test('joint control couples the rows: the stiffest one sets the steps of all', async (t) => {
  const options = { t0: 0, t1: 1, y0: Float64Array.of(1, 0, 1, 0), space: float64Space({ rows: 2 }) };
  const field = oscillators<Float64Array>([1, 60]);
  const joint = await solve({ ...options, field });
  const single = await solve({ ...options, field, control: 'per-sample' });
  t.true(single.rowResults![0].accepted < joint.stats.accepted / 3);
  t.is(single.stats.accepted, single.rowResults![0].accepted + single.rowResults![1].accepted);
  t.is(joint.rowResults, undefined);
});

test('float32 rows are independent to the bit as well', async (t) => {
  const frequencies = [0.5, 9, 33];
  const start = [1, 0.2];
  const run = (chosen: number[]) =>
    solve({
      space: float32Space({ rows: chosen.length }),
      field: oscillators<Float32Array>(chosen.map((i) => frequencies[i])),
      y0: Float32Array.from(chosen.flatMap(() => start)),
      t0: 0,
      t1: 1,
      control: 'per-sample',
      rtol: 1e-4,
      atol: 1e-4,
    });
  const batch = await run([0, 1, 2]);
  t.is(batch.result, 'done');
  for (const order of [[2, 0], [1], [0], [2, 1, 0]]) {
    const other = await run(order);
    order.forEach((i, j) => t.deepEqual(other.y.slice(2 * j, 2 * j + 2), batch.y.slice(2 * i, 2 * i + 2)));
  }
});
