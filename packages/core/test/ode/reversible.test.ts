import test from 'ava';
import { coupled, dampedRotation, maxError, observedOrder } from '@advect/testkit';
import { advance, float32Space, float64Space, retrace, reversible, solve, type Times, type VectorSpace } from '#src/ode/index.js';
import { countingSpace } from './reference/counting-space.js';

const field = <A extends Float64Array | Float32Array>(t: Times, y: A): A => {
  const slope = coupled.field(t as number, y);
  return (y instanceof Float32Array ? Float32Array.from(slope) : slope) as A;
};
const y64 = coupled.exact(coupled.t0);

/** There by steps or with error control, back along the same grid: the largest distance from where it began. */
async function roundTrip<A extends Float64Array | Float32Array>(space: VectorSpace<A>, y0: A, settings: object, lambda?: number) {
  const method = reversible('dopri5', { lambda });
  const there = await solve<A>({ space, field, y0, t0: coupled.t0, t1: coupled.t1, method, ...settings });
  const back = await retrace(space, field, method, { y: there.y, z: there.companion! }, there.grid!);
  return Math.max(maxError(back.y, y0), maxError(back.z, y0));
}

test('a solve is undone to 1e-13 in double and to 4e-6 in float32, with fixed and with adaptive steps', async (t) => {
  for (const settings of [{ steps: 50 }, { rtol: 1e-8, atol: 1e-8 }, { rtol: 1e-4, atol: 1e-4 }]) {
    const double = await roundTrip(float64Space(), y64, settings);
    const single = await roundTrip(float32Space(), Float32Array.from(y64), settings);
    t.log(JSON.stringify(settings), double, single);
    t.true(double < 1e-13, `${JSON.stringify(settings)}: ${double}`);
    t.true(single < 4e-6, `${JSON.stringify(settings)}: ${single}`);
  }
  const { y } = await solve({ space: float64Space(), field, y0: y64, t0: coupled.t0, t1: coupled.t1, steps: 12 });
  const plain = await solve({ space: float64Space(), field, y0: y, t0: coupled.t1, t1: coupled.t0, steps: 12 });
  t.true(maxError(plain.y, y64) > 1e-10, 'the method itself does not come back');
});

test('rounding grows like λ⁻ⁿ on the way back, and no more', async (t) => {
  const steps = 200;
  const error = await roundTrip(float64Space(), y64, { steps }, 0.95);
  t.true(error < 1e-14 * 0.95 ** -steps, String(error));
  t.true(error > 1e-14, String(error));
});

test('a smaller λ carries contracting fields, where the companion would lag behind', async (t) => {
  const run = (lambda: number) =>
    solve({
      space: float64Space(),
      field: (_t, y) => y.map((v) => -16 * v),
      y0: Float64Array.of(1),
      t0: 0,
      t1: 1,
      method: reversible('dopri5', { lambda }),
    });
  const [slow, quick] = [await run(0.99), await run(0.5)];
  for (const { y } of [slow, quick]) t.true(Math.abs(y[0] - Math.exp(-16)) < 1e-5);
  t.true(quick.stats.steps < slow.stats.steps / 10, `${quick.stats.steps} ${slow.stats.steps}`);
});

test('tolerances are kept, and the counts say what the field saw', async (t) => {
  for (const name of ['heun', 'bosh3', 'dopri5', 'tsit5', 'dopri8'] as const) {
    for (const tolerance of [1e-3, 1e-5]) {
      let evaluations = 0;
      const counted = (time: Times, y: Float64Array) => (evaluations++, field(time, y));
      const { y, stats, result } = await solve({
        space: float64Space(),
        field: counted,
        y0: y64,
        t0: coupled.t0,
        t1: coupled.t1,
        method: reversible(name),
        rtol: tolerance,
        atol: tolerance,
      });
      t.is(result, 'done');
      t.is(evaluations, stats.evaluations);
      t.true(maxError(y, coupled.exact(coupled.t1)) < 20 * tolerance, `${name}: ${maxError(y, coupled.exact(coupled.t1))}`);
    }
  }
});

test('dense output leads from state to state, at the order of the method it comes from', async (t) => {
  for (const [name, expected] of [
    ['dopri5', 5],
    ['rk4', 4],
  ] as const) {
    const steps = [8, 12, 16, 24];
    const errors = await Promise.all(
      steps.map(async (n) => {
        const { at, grid, y } = await solve({
          space: float64Space(),
          field: (time, state) => dampedRotation.field(time as number, state),
          y0: dampedRotation.exact(0),
          t0: 0,
          t1: 2,
          method: reversible(name),
          steps: n,
          dense: true,
        });
        t.true(maxError(at!(2), y) < 1e-13);
        t.true(maxError(at!(grid![3]), at!(grid![3] + 1e-12)) < 1e-11);
        return Math.max(...Array.from({ length: 331 }, (_, i) => maxError(at!((i * 2) / 330), dampedRotation.exact((i * 2) / 330))));
      }),
    );
    const observed = observedOrder(steps.map((n) => 1 / n), errors); // prettier-ignore
    t.true(Math.abs(observed - expected) < 0.35, `${name}: ${observed}`);
  }
});

test('each row has a companion of its own', async (t) => {
  const run = (rates: number[]) =>
    solve({
      space: float64Space({ rows: rates.length }),
      field: (time, y) => y.map((v, i) => rates[i] * Math.cos(rates[i] * (time as Float64Array)[i]) - 0.1 * v),
      y0: Float64Array.from(rates, () => 1),
      t0: 0,
      t1: 1,
      method: reversible('bosh3'),
      control: 'per-sample',
      rtol: 1e-5,
      atol: 1e-5,
    });
  const batch = await run([1, 30, 4]);
  for (const [i, rate] of [1, 30, 4].entries()) {
    const alone = await run([rate]);
    t.is(batch.y[i], alone.y[0]);
    t.is(batch.companion![i], alone.companion![0]);
  }
});

test('advance repeats a reversible solve, and nothing is left alive', async (t) => {
  const counting = countingSpace(1);
  const y0 = counting.make(y64);
  const counted = (time: Times, y: Float64Array) => counting.make(field(time, y));
  for (const method of [reversible('bosh3'), reversible('rk4')]) {
    const steps = method.error ? undefined : 5;
    const { y, companion, grid } = await solve({ space: counting.space, field: counted, y0, t0: 0.25, t1: 1, method, steps });
    const again = advance(counting.space, counted, method, y0, grid!);
    t.deepEqual(again, y);
    const back = await retrace(counting.space, counted, method, { y, z: companion! }, grid!);
    const returned = [y, companion!, again, back.y, back.z];
    t.true(counting.alive.size === 6 && [y0, ...returned].every((state) => counting.alive.has(state)));
    for (const state of returned) counting.space.release(state);
  }
  t.throws(() => reversible('rk4', { lambda: 0 }), { code: 'invalid-option' });
  t.throws(() => reversible('abm4' as 'rk4'), { code: 'invalid-option' });
});

test('the cost is twice that of the method, and the first slope is shared; compact leaves no row out', async (t) => {
  const seen: number[] = [];
  const decay = (_t: Times, y: Float64Array) => (seen.push(y.length), y.map((v, i) => -(1 + 3 * (i % 4)) * v));
  const options = { space: float64Space(), field: decay, y0: Float64Array.of(1), t0: 0, t1: 1 };
  const { stats } = await solve({ ...options, method: reversible('rk4'), steps: 10 });
  t.is(stats.evaluations, 10 * 8 + 1 - 1);
  const rows = { ...options, space: float64Space({ rows: 4 }), y0: Float64Array.of(1, 1, 1, 1), control: 'per-sample' as const };
  seen.length = 0;
  const [whole, compact] = [
    await solve({ ...rows, method: reversible('dopri5') }),
    await solve({ ...rows, method: reversible('dopri5'), compact: true }),
  ];
  t.true(seen.every((length) => length === 4));
  t.deepEqual([compact.y, compact.companion, compact.stats], [whole.y, whole.companion, whole.stats]);
});
