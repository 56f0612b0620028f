// Runs alone: it changes the backend of TensorFlow.js.
import test, { type ExecutionContext } from 'ava';
import { coupled, dampedRotation, maxError, normalisedRms, observedOrder, rational } from '@advect/testkit';
import { float64Space, type Method, solve, type SolveOptions, type Times } from '#src/ode/index.js';
import { countTensors, ready } from '#src/tensor/index.js';
import { all, departures, DEPARTURE, isAdaptive, nameOf } from './solver-methods.js';

const space = float64Space();
type Options = Partial<SolveOptions<Float64Array>>;
const field = (problem: typeof rational) => (t: Times, y: Float64Array) => problem.field(t as number, y);
const run = (problem: typeof rational, method: Method, o: Options, backward = false) => {
  const [t0, t1] = backward ? [problem.t1, problem.t0] : [problem.t0, problem.t1];
  return solve({ space, field: field(problem), y0: problem.exact(t0), t0, t1, method, ...o });
};
/** A grid that every method can take, and tolerances for those that choose. */
const means = (method: Method, tolerance = 1e-6): Options => (isAdaptive(method) ? { rtol: tolerance, atol: tolerance } : { steps: 200 });

const rotation: typeof rational = {
  name: 'rotation',
  t0: 0,
  t1: 1,
  field: (_t, y) => Float64Array.of(y[1], -y[0]),
  exact: (t) => Float64Array.of(Math.cos(t), -Math.sin(t)),
};

/** What a solver is. Each law is one row; every method passes all of them. */
const laws: { readonly [name: string]: (t: ExecutionContext, method: Method) => Promise<unknown> } = {
  'a constant slope is met exactly, forward and backward, and no time costs nothing': async (t, method) => {
    const constant = () => Float64Array.of(2, -3);
    const y0 = Float64Array.of(1, 1);
    for (const t1 of [0.7, -0.7]) {
      const { y } = await solve({ space, field: constant, y0, t0: 0, t1, method, steps: 7 });
      t.true(maxError(y, Float64Array.of(1 + 2 * t1, 1 - 3 * t1)) < 1e-13, [...y].join());
    }
    const still = await solve({ space, field: constant, y0, t0: 0.5, t1: 0.5, method, steps: 1 });
    t.deepEqual([still.y, still.stats.evaluations, still.result], [y0, 0, 'done']);
  },

  'T1: the error falls with the order of the method, or faster': async (t, method) => {
    const steps = method.order >= 8 ? [8, 12] : method.order >= 5 ? [24, 48] : [100, 200];
    const errors = await Promise.all(
      steps.map(async (n) => {
        let worst = 0;
        const onStep: Options['onStep'] = ({ t: at, h, y }) => void (worst = Math.max(worst, maxError(y, coupled.exact(at[0] + h[0]))));
        await run(coupled, method, { steps: n, onStep });
        return worst;
      }),
    );
    const order = observedOrder(
      steps.map((n) => 1 / n),
      errors,
    );
    t.true(order > method.order - 0.4, `${order} from ${errors.join()}`);
  },

  'T4: from 1e-3 to 1e-9 the error on the way is in proportion to the tolerance, and falls with every further evaluation': async (
    t,
    method,
  ) => {
    if (!isAdaptive(method)) return t.pass();
    // Long enough for a dozen steps or more, whose length the tolerance sets and not the interval; at second order no longer.
    const [turning, growing] = method.order > 2 ? [15, 8.25] : [3, 2.25];
    const tolerances = method.order > 2 ? [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9] : [1e-3, 1e-5, 1e-7, 1e-9];
    for (const problem of [
      { ...rotation, t1: turning },
      { ...coupled, t1: growing },
    ]) {
      let before = { error: Infinity, evaluations: 0 };
      for (const tolerance of tolerances) {
        let worst = 0;
        const onStep: Options['onStep'] = ({ accepted, y, next }) => {
          if (accepted[0]) worst = Math.max(worst, normalisedRms(y, problem.exact(next[0]), { atol: tolerance, rtol: tolerance }));
        };
        const { stats, result } = await run(problem, method, { rtol: tolerance, atol: tolerance, maxSteps: 1e6, onStep });
        t.is(result, 'done');
        // What is beside the embedded estimate of a reversible solve, the difference to its companion, grows on the second problem.
        const most = method.kind === 'reversible' && problem.name !== rotation.name ? 40 : 20;
        t.true(worst > 0.05 && worst < most, `${problem.name}: at most ${worst} tolerances of ${tolerance}`);
        t.true(worst * tolerance < before.error && stats.evaluations > before.evaluations, `${problem.name}: monotone at ${tolerance}`);
        before = { error: worst * tolerance, evaluations: stats.evaluations };
      }
    }
  },

  'T5: there and back again': async (t, method) => {
    const there = await run(dampedRotation, method, means(method, 1e-7));
    const back = await solve({
      space,
      field: field(dampedRotation),
      y0: there.y,
      t0: dampedRotation.t1,
      t1: dampedRotation.t0,
      method,
      ...means(method, 1e-7),
    });
    // Of first order with 200 steps: the two errors of 1e-2 have opposite signs, and do not cancel.
    const bound = isAdaptive(method) ? 1e-5 : 4 * (2 / 200) ** method.order;
    t.true(maxError(back.y, dampedRotation.exact(dampedRotation.t0)) < bound, `${maxError(back.y, dampedRotation.exact(0))}`);
  },

  'saved states and dense output are those of the solution, and the field sees no time outside': async (t, method) => {
    const times = [-1, -0.3, 0.2, 1];
    let [least, most] = [Infinity, -Infinity];
    const watched = (at: Times, y: Float64Array) => {
      [least, most] = [Math.min(least, at as number), Math.max(most, at as number)];
      return rational.field(at as number, y);
    };
    const o = { space, y0: rational.exact(-1), t0: -1, t1: 1, method, saveAt: times, dense: true, ...means(method) };
    const { saved, at, y } = await solve({ ...o, field: watched });
    t.true(least >= -1 && most <= 1);
    t.deepEqual([saved[0], saved[3]], [rational.exact(-1), y]);
    const bound = isAdaptive(method) ? 2e-4 : method.order === 1 ? 1e-2 : 1e-4;
    times.forEach((time, i) => {
      t.true(maxError(saved[i], rational.exact(time)) < bound, `saved at ${time}: ${maxError(saved[i], rational.exact(time))}`);
      t.true(maxError(at!(time), saved[i]) < 1e-12);
    });
  },

  'T6: a row of a batch is the row alone to the bit, also beside one that breaks': async (t, method) => {
    const rates = [0.3, 5, 1];
    const rowsOf = (which: readonly number[]) => ({
      space: float64Space({ rows: which.length }),
      field: (at: Times, y: Float64Array) =>
        y.map((v, i) => {
          const time = typeof at === 'number' ? at : at[i];
          return which[i] === 2 && time > 0.5 ? NaN : -rates[which[i]] * v * v + Math.sin(time);
        }),
      y0: Float64Array.from(which, (row) => 1 + row / 10),
    });
    const o = { t0: 0, t1: 1, method, control: 'per-sample', ...means(method), steps: isAdaptive(method) ? undefined : 30 } as const;
    const together = await solve({ ...rowsOf([0, 2, 1]), ...o });
    t.deepEqual(
      together.rowResults!.map(({ result }) => result),
      ['done', 'nonFinite', 'done'],
    );
    for (const [place, row] of [
      [0, 0],
      [2, 1],
    ]) {
      t.is((await solve({ ...rowsOf([row]), ...o })).y[0], together.y[place]);
    }
  },

  'T23: a field that breaks, blows up or takes too many steps ends as a value, with the state so far': async (t, method) => {
    const broken = await solve({
      space,
      field: (at, y) => y.map((v) => ((at as number) > 0.5 ? NaN : v)),
      y0: Float64Array.of(1),
      t0: 0,
      t1: 1,
      method,
      ...means(method),
      maxSteps: 5000,
    });
    t.is(broken.result, 'nonFinite');
    t.true(broken.y.every(Number.isFinite) && broken.diagnosis.length > 20);
    const short = await solve({
      space,
      field: (_t, y) => y,
      y0: Float64Array.of(1),
      t0: 0,
      t1: 1,
      method,
      ...(isAdaptive(method) ? { rtol: 1e-9, atol: 1e-9 } : { steps: 50 }),
      maxSteps: 2,
    });
    t.deepEqual([short.result, short.stats.accepted + short.stats.rejected], ['maxSteps', 2]);
    t.true(short.y[0] > 1 && short.y[0] < Math.E);
  },
};

for (const method of all) {
  test(`${nameOf(method)} keeps the laws of solvers`, async (t) => {
    for (const hold of Object.values(laws)) await hold(t, method);
  });
}

for (const backend of ['wasm', 'cpu'] as const) {
  test.serial(`every method gives the same in float64, float32 and tensors over ${backend}, and leaves no tensor`, async (t) => {
    await ready({ backend });
    const before = countTensors();
    const found = await departures();
    t.is(found.length, 2 * all.length);
    for (const { what, error } of found) t.true(error < DEPARTURE, `${what}: off by ${error}`);
    t.is(countTensors(), before);
  });
}
