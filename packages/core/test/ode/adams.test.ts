import test from 'ava';
import { adamsWeights } from '#src/ode/adams.js';
import { adams, float64Space, methods, solve, type Times } from '#src/ode/index.js';

test('the weights on equal steps are those of Adams, Bashforth and Moulton', (t) => {
  const close = (actual: number[], expected: number[]) => actual.every((v, i) => Math.abs(v - expected[i]) < 1e-14);
  t.true(close(adamsWeights([0, -1, -2, -3], 0, 1), [55 / 24, -59 / 24, 37 / 24, -9 / 24]));
  t.true(close(adamsWeights([1, 0, -1, -2], 0, 1), [9 / 24, 19 / 24, -5 / 24, 1 / 24]));
  t.deepEqual(adamsWeights([0], 0, 1), [1]);
});

test('polynomials that the weights integrate exactly are carried exactly, on uneven grids too', async (t) => {
  const times = [0, 0.1, 0.15, 0.4, 0.5, 0.8, 0.85, 1];
  for (const order of [1, 2, 3, 4, 5]) {
    // A field of t alone of degree order − 1 (RK4's own steps are exact to degree 3).
    const degree = Math.min(order - 1, 3);
    const { y } = await solve({
      space: float64Space(),
      field: (time: Times) => Float64Array.of((degree + 1) * (time as number) ** degree),
      y0: Float64Array.of(0),
      t0: 0,
      t1: 1,
      method: adams(order),
      times,
    });
    t.true(Math.abs(y[0] - 1) < 1e-13, `order ${order}: ${y[0]}`);
  }
});

test('rows do not touch each other, a row that breaks stops alone, and there is no step size to choose', async (t) => {
  const field =
    (rates: number[], broken?: number) =>
    (time: Times, y: Float64Array): Float64Array =>
      y.map((v, i) => (i === broken && (time as Float64Array)[i] > 0.5 ? NaN : -rates[i] * v));
  const run = (rates: number[], broken?: number) =>
    solve({
      space: float64Space({ rows: rates.length }),
      field: field(rates, broken),
      y0: Float64Array.from(rates, () => 1),
      t0: 0,
      t1: 1,
      method: 'abm4',
      steps: 20,
      control: 'per-sample',
    });
  const batch = await run([1, 5, 2], 1);
  const alone = await run([2]);
  t.is(batch.y[2], alone.y[0]);
  t.deepEqual(batch.rowResults!.map(({ result }) => result), ['done', 'nonFinite', 'done']); // prettier-ignore
  t.true(Math.abs(batch.y[0] - Math.exp(-1)) < 1e-6 && Number.isFinite(batch.y[1]));
  await t.throwsAsync(() => solve({ space: float64Space(), field: () => Float64Array.of(1), y0: Float64Array.of(0), t0: 0, t1: 1, method: 'abm4' }), { message: /no error estimate/ }); // prettier-ignore
  for (const order of [0, 1.5, 6]) t.throws(() => adams(order), { code: 'invalid-option', message: `adams: order is ${order}` });
  t.deepEqual(methods.abm4, adams(4));
});
