import test from 'ava';
import { dampedRotation, logistic, maxError, observedOrder, rational, type ExactProblem } from '@advect/testkit';
import { adams, float64Space, methods, reversible, solve, type Method, type StepReport } from '#src/ode/index.js';
import { explicitMethodNames } from '#src/ode/methods/index.js';

/** Numbers of steps at which the leading error term rules and rounding (some 1e-16) does not matter yet. */
const STEPS: Record<number, number[]> = {
  1: [512, 1024, 2048],
  2: [128, 256, 512],
  3: [128, 256, 512],
  4: [64, 128, 256],
  5: [64, 96, 128],
  8: [12, 16, 20],
};
const ROSENBROCK: Record<number, number[]> = { 4: [48, 64, 96] };
const ADAMS: Record<number, number[]> = { 4: [256, 384, 512], 5: [128, 192, 256] };
const OTHERS: Record<string, Record<number, number[]>> = {
  [logistic.name]: { 5: [100, 150, 200], 8: [16, 20, 24] },
};

/**
 * On the rotation the leading error of order 8 is so small that the next one rules until rounding does; the high orders'
 * reversible forms come down to rounding elsewhere before their leading term rules.
 */
const problemsOf = ({ kind, order }: Method) =>
  [dampedRotation, rational, logistic].filter(
    (problem) =>
      !(order === 8 && problem === dampedRotation) && !(kind && order > 4 && problem !== (order === 8 ? logistic : dampedRotation)),
  );

/** The largest error at any step, so that an error that happens to cross zero at the end cannot pass for a high order. */
const errorOf = async (problem: ExactProblem, method: Method, steps: number, backward: boolean) => {
  const [t0, t1] = backward ? [problem.t1, problem.t0] : [problem.t0, problem.t1];
  const field = (t: number | Float64Array, y: Float64Array) => problem.field(t as number, y);
  let worst = 0;
  const onStep = ({ t, h, y }: StepReport<Float64Array>) => (worst = Math.max(worst, maxError(y, problem.exact(t[0] + h[0]))));
  await solve({ space: float64Space(), field, y0: problem.exact(t0), t0, t1, method, steps, onStep });
  return worst;
};

const all: readonly Method[] = [
  ...Object.values(methods),
  ...[1, 2, 3, 5].map(adams),
  // Where n steps have n(1 − λ) about 1 the error goes from that of λ = 1 to that of a damped companion: no clean power of h.
  ...explicitMethodNames.filter((name) => name !== 'dopri8').map((name) => reversible(name, { lambda: 0.5 })),
  ...(['midpoint', 'bosh3', 'rk4', 'dopri5', 'dopri8'] as const).map((name) => reversible(name, { lambda: 1 })),
];

for (const [i, method] of all.entries()) {
  const { order } = method;
  const name = `${i} ${method.name}${method.kind === 'reversible' ? ` λ ${method.lambda}` : ''}`;
  for (const problem of problemsOf(method)) {
    for (const backward of [false, true]) {
      test(`${name} is of order ${order} on ${problem.name}${backward ? ', backward' : ''}`, async (t) => {
        const steps =
          (method.kind === 'adams' && ADAMS[order]) ||
          (method.kind === 'rosenbrock' && ROSENBROCK[order]) ||
          (OTHERS[problem.name]?.[order] ?? STEPS[order]);
        const errors = await Promise.all(steps.map((n) => errorOf(problem, method, n, backward)));
        const observed = observedOrder(
          steps.map((n) => 1 / n),
          errors,
        );
        t.true(Math.abs(observed - order) <= 0.15, `observed ${observed.toFixed(3)} from errors ${errors.join(', ')}`);
        t.log(`observed ${observed.toFixed(3)}`);
      });
    }
  }
}
