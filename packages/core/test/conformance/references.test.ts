import { readFileSync } from 'node:fs';
import test from 'ava';
import { coupled, maxError } from '@advect/testkit';
import { float64Space, type MethodName, solve, type SolveOptions, type Times } from '#src/ode/index.js';

interface Run {
  method: MethodName;
  by: string;
  steps: number;
  tolerance: number;
  y: number[];
  evaluations: number;
}
const { fixed, adaptive } = JSON.parse(
  readFileSync(new URL('../../../test/conformance/reference/solvers.json', import.meta.url), 'utf8'),
) as { fixed: Run[]; adaptive: Run[] };

const run = (method: MethodName, o: Partial<SolveOptions<Float64Array>>) =>
  solve({
    space: float64Space(),
    field: (t: Times, y: Float64Array) => coupled.field(t as number, y),
    y0: coupled.exact(coupled.t0),
    t0: coupled.t0,
    t1: coupled.t1,
    method,
    ...o,
  });

test('twenty equal steps are those of torchdiffeq and diffrax, to rounding', async (t) => {
  for (const { method, by, steps, y } of fixed) {
    const found = await run(method, { steps });
    t.true(maxError(found.y, Float64Array.from(y)) < 1e-13, `${by}: ${[...found.y].join()} for ${y.join()}`);
  }
});

test('rk4 is the classical method of Kutta (1901), rk38 his 3/8 rule', async (t) => {
  const h = 0.1;
  const slope = (by: number, y: Float64Array) => coupled.field(coupled.t0 + by * h, y);
  const y0 = coupled.exact(coupled.t0);
  const along = (...terms: (readonly [number, Float64Array])[]) => y0.map((v, i) => terms.reduce((sum, [a, k]) => sum + a * h * k[i], v));
  const k1 = slope(0, y0);
  const half = slope(1 / 2, along([1 / 2, k1]));
  const again = slope(1 / 2, along([1 / 2, half]));
  const classical = along([1 / 6, k1], [1 / 3, half], [1 / 3, again], [1 / 6, slope(1, along([1, again]))]);
  const k2 = slope(1 / 3, along([1 / 3, k1]));
  const k3 = slope(2 / 3, along([-1 / 3, k1], [1, k2]));
  const rule = along([1 / 8, k1], [3 / 8, k2], [3 / 8, k3], [1 / 8, slope(1, along([1, k1], [-1, k2], [1, k3]))]);
  for (const [method, expected] of [
    ['rk4', classical],
    ['rk38', rule],
  ] as const) {
    t.true(maxError((await run(method, { t1: coupled.t0 + h, steps: 1 })).y, expected) < 1e-14, method);
  }
  t.true(maxError(classical, rule) > 1e-9);
});

test('adaptive solves cost no more evaluations than torchdiffeq’s for the accuracy that they reach', async (t) => {
  const end = coupled.exact(coupled.t1);
  for (const { method, by, tolerance, y, evaluations } of adaptive) {
    const { y: found, stats } = await run(method, { rtol: tolerance, atol: tolerance });
    const [error, theirs] = [maxError(found, end), maxError(Float64Array.from(y), end)];
    t.log(
      `${by} at ${tolerance}: ${evaluations} evaluations, ${(theirs / tolerance).toFixed(2)} tolerances; here ${stats.evaluations}, ${(error / tolerance).toFixed(2)}`,
    );
    // What the same error would cost with their method: evaluations go like error^(−1/order).
    const order = { bosh3: 3, dopri5: 5, dopri8: 8 }[method as string]!;
    t.true(stats.evaluations <= 1.1 * evaluations * Math.max(1, (theirs / error) ** (1 / order)), `${by} at ${tolerance}`);
    t.true(error < 3 * tolerance, `${by}: ${error}`);
  }
});
