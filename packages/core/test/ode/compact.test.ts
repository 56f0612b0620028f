import test from 'ava';
import fc from 'fast-check';
import { float32Space, float64Space, methods, solve, type Times } from '#src/ode/index.js';
import { adaptiveMethods } from './reference/detest-runs.js';

/** Oscillators of two entries a row; the field goes by the numbers of the rows that it is given. */
const oscillators =
  <A extends Float64Array | Float32Array>(frequencies: readonly number[], seen: number[] = []) =>
  (t: Times, y: A, rows?: Int32Array): A => {
    const out = y.slice() as A;
    seen.push(y.length / 2);
    for (let i = 0; 2 * i < y.length; i++) {
      const row = rows ? rows[i] : i;
      const time = (t as Float64Array)[i];
      out[2 * i] = frequencies[row] * y[2 * i + 1];
      out[2 * i + 1] = -frequencies[row] * Math.sin(y[2 * i]) + 0.1 * Math.cos(3 * time);
      if (frequencies[row] < 0.02 && time > 0.5) out[2 * i] = NaN;
    }
    return out;
  };

for (const method of adaptiveMethods) {
  test(`${method}: leaving finished rows out changes no bit of any result, and saves evaluations of rows`, async (t) => {
    const tolerance = methods[method].order === 2 ? 1e-3 : 1e-5;
    let [with_, without] = [0, 0];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0.01, max: 40, noNaN: true }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom([], [0.5]),
        async (frequencies, jumpAt) => {
          const seen: number[] = [];
          const options = {
            space: float64Space({ rows: frequencies.length }),
            field: oscillators<Float64Array>(frequencies, seen),
            y0: Float64Array.from({ length: 2 * frequencies.length }, (_, i) => 1 - (i % 3)),
            t0: 0,
            t1: 1,
            method,
            control: 'per-sample' as const,
            saveAt: [0, 0.31, 0.77, 1],
            jumpAt,
            dense: true,
            rtol: tolerance,
            atol: tolerance,
          };
          const plain = await solve(options);
          seen.length = 0;
          const compact = await solve({ ...options, compact: true });
          const { rowEvaluations, ...counts } = compact.stats;
          const { rowEvaluations: all, ...allCounts } = plain.stats;
          t.deepEqual(compact.y, plain.y);
          t.deepEqual(compact.saved, plain.saved);
          for (const time of [0.1, 0.5, 0.93]) t.deepEqual(compact.at!(time), plain.at!(time));
          t.deepEqual(compact.rowResults, plain.rowResults);
          t.is(compact.diagnosis, plain.diagnosis);
          t.deepEqual(counts, allCounts);
          t.is(all, plain.stats.evaluations * frequencies.length);
          t.is(
            rowEvaluations,
            seen.reduce((sum, rows) => sum + rows, 0),
          );
          [with_, without] = [with_ + rowEvaluations, without + all];
        },
      ),
      { numRuns: 25, seed: 5 },
    );
    t.log(`row evaluations: ${with_} of ${without}`);
    t.true(with_ < 0.5 * without);
  });
}

test('reports say which rows they are about', async (t) => {
  const frequencies = [1, 1, 1, 60];
  const rows: (Int32Array | undefined)[] = [];
  const { stats } = await solve({
    space: float32Space({ rows: 4 }),
    field: oscillators<Float32Array>(frequencies),
    y0: new Float32Array(8).fill(1),
    t0: 0,
    t1: 1,
    control: 'per-sample',
    compact: true,
    rtol: 1e-4,
    atol: 1e-4,
    onStep(report) {
      rows.push(report.rows);
      t.is(report.y.length, 2 * (report.rows?.length ?? 4));
      t.is(report.h.length, report.rows?.length ?? 4);
    },
  });
  t.is(rows[0], undefined);
  t.deepEqual(rows.at(-1), Int32Array.of(3));
  t.true(stats.rowEvaluations < 0.6 * 4 * stats.evaluations);
});
