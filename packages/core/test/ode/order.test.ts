import test from 'ava';
import { dampedRotation, logistic, maxError, observedOrder, rational, type ExactProblem } from '@advect/testkit';
import { float64Space, methodNames, methods, solve, type MethodName, type StepReport } from '#src/ode/index.js';

/** Numbers of steps at which the leading error term rules and rounding (some 1e-16) does not matter yet. */
const STEPS: Record<number, number[]> = {
  1: [2048, 4096, 8192],
  2: [256, 512, 1024],
  3: [128, 256, 512],
  4: [64, 128, 256],
  5: [64, 96, 128],
  8: [12, 16, 20],
};
const OTHERS: Record<string, Record<number, number[]>> = {
  [logistic.name]: { 5: [100, 150, 200], 8: [16, 20, 24] },
};

/** On the rotation the leading error of order 8 is so small that the next one rules until rounding does. */
const problemsOf = (order: number) => (order === 8 ? [rational, logistic] : [dampedRotation, rational, logistic]);

/** The largest error at any step, so that an error that happens to cross zero at the end cannot pass for a high order. */
const errorOf = async (problem: ExactProblem, method: MethodName, steps: number, backward: boolean) => {
  const [t0, t1] = backward ? [problem.t1, problem.t0] : [problem.t0, problem.t1];
  const field = (t: number | Float64Array, y: Float64Array) => problem.field(t as number, y);
  let worst = 0;
  const onStep = ({ t, h, y }: StepReport<Float64Array>) => (worst = Math.max(worst, maxError(y, problem.exact(t[0] + h[0]))));
  await solve({ space: float64Space(), field, y0: problem.exact(t0), t0, t1, method, steps, onStep });
  return worst;
};

for (const name of methodNames) {
  const { order } = methods[name];
  for (const problem of problemsOf(order)) {
    for (const backward of [false, true]) {
      test(`${name} is of order ${order} on ${problem.name}${backward ? ', backward' : ''}`, async (t) => {
        const steps = OTHERS[problem.name]?.[order] ?? STEPS[order];
        const errors = await Promise.all(steps.map((n) => errorOf(problem, name, n, backward)));
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
