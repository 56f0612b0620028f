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
