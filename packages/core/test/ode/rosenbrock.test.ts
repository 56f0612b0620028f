import test, { type ExecutionContext } from 'ava';
import { coupled, dampedRotation, logistic, maxError, observedOrder, rational } from '@advect/testkit';
import { float32Space, float64Space, methods, solve, type Solution, type SolveOptions, type Times } from '#src/ode/index.js';
import { factorise, solveFactorised } from '#src/ode/lu.js';

const { rodas4 } = methods;
type Matrix = readonly (readonly number[])[];
const product = (a: Matrix, b: Matrix): number[][] => a.map((row) => b[0].map((_, j) => row.reduce((sum, v, k) => sum + v * b[k][j], 0)));

/** The tableau in Rosenbrock's own variables: Γ from the coupling C = I/γ − Γ⁻¹, then α = AΓ, b = mΓ. */
function classic() {
  const n = rodas4.c.length;
  const full = (rows: Matrix) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => rows[i][j] ?? 0));
  const inverse = full(rodas4.coupling).map((row, i) => row.map((v, j) => (i === j ? 1 / rodas4.gamma : 0) - v));
  const gamma = full([[], [], [], [], [], []]);
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      const rest = gamma.slice(0, i).reduce((sum, row, k) => sum + inverse[i][k] * row[j], 0);
      gamma[i][j] = (Number(i === j) - rest) / inverse[i][i];
    }
  }
  const alpha = product(full(rodas4.a), gamma);
  const weights = (m: readonly number[]) => product([m], gamma)[0];
  return { n, alpha, gamma, b: weights(rodas4.b.slice(1)), embedded: weights(rodas4.b.slice(1).map((m, i) => m - rodas4.error![i + 1])) };
}

test('the order conditions of a Rosenbrock method hold to order 4, those of the embedded solution to order 3', (t) => {
  const { alpha, gamma, b, embedded } = classic();
  const beta = alpha.map((row, i) => row.map((v, j) => v + gamma[i][j]));
  const times = (m: Matrix, v: readonly number[]) => m.map((row) => row.reduce((sum, a, j) => sum + a * v[j], 0));
  const one = b.map(() => 1);
  const [a1, b1] = [times(alpha, one), times(beta, one)];
  const mul = (...vectors: number[][]) => one.map((_, i) => vectors.reduce((p, v) => p * v[i], 1));
  const conditions: [number, number[], number][] = [
    [1, one, 1],
    [2, b1, 1 / 2],
    [3, mul(a1, a1), 1 / 3],
    [3, times(beta, b1), 1 / 6],
    [4, mul(a1, a1, a1), 1 / 4],
    [4, mul(a1, times(alpha, b1)), 1 / 8],
    [4, times(beta, mul(a1, a1)), 1 / 12],
    [4, times(beta, times(beta, b1)), 1 / 24],
  ];
  const residual = (weights: readonly number[], [, vector, value]: (typeof conditions)[number]) =>
    Math.abs(weights.reduce((sum, w, i) => sum + w * vector[i], 0) - value);
  for (const condition of conditions) {
    t.true(residual(b, condition) < 1e-13, `order ${condition[0]}: ${residual(b, condition)}`);
    if (condition[0] < 4) t.true(residual(embedded, condition) < 1e-13);
  }
  t.true(Math.max(...conditions.map((condition) => residual(embedded, condition))) > 1e-3);
  a1.forEach((v, i) => t.true(Math.abs(v - rodas4.c[i]) < 1e-13, `c ${i}`));
  times(gamma, one).forEach((v, i) => t.true(Math.abs(v - rodas4.ofTime[i]) < 1e-13, `γ ${i}`));
});

test('matrices are factorised with pivots, several in one array', (t) => {
  // Of the first, elimination leaves a zero on the diagonal.
  const matrices = [
    [1, 1, 1, 1, 1, 2, 1, 2, 3],
    [0, 2, 1, 1, 1, 0, 3, 0, 1],
    [0, 0, 5, 0, -2, 1, 1e-3, 4, 4],
  ];
  const [lu, pivots, x] = [Float64Array.of(9, ...matrices.flat()), new Int32Array(11), Float64Array.of(9, 9, 4, 2, 5, -1, 0, 3, 7, 1, 2)];
  const right = x.slice();
  matrices.forEach((matrix, k) => {
    factorise(lu, 1 + 9 * k, 3, pivots, 2 + 3 * k);
    solveFactorised(lu, 1 + 9 * k, 3, pivots, 2 + 3 * k, x, 2 + 3 * k);
    for (let i = 0; i < 3; i++) {
      const sum = [0, 1, 2].reduce((total, j) => total + matrix[3 * i + j] * x[2 + 3 * k + j], 0);
      t.true(Math.abs(sum - right[2 + 3 * k + i]) < 1e-13, `matrix ${k}, row ${i}: ${sum}`);
    }
  });
  t.deepEqual([...x.slice(0, 2), ...pivots.slice(0, 2), lu[0]], [9, 9, 0, 0, 9]);
});

test('partial pivoting keeps a system with tiny entries on its diagonal exact', (t) => {
  const n = 6;
  const at = (i: number, j: number) => (i === j ? 1e-17 : Math.cos(3 * i + 5 * j * j));
  const matrix = Float64Array.from({ length: n * n }, (_, k) => at(Math.floor(k / n), k % n));
  const exact = Float64Array.from({ length: n }, (_, i) => i - 2.5);
  const x = exact.map((_, i) => exact.reduce((total, v, j) => total + at(i, j) * v, 0));
  const pivots = new Int32Array(n);
  factorise(matrix, 0, n, pivots, 0);
  solveFactorised(matrix, 0, n, pivots, 0, x, 0);
  t.true(maxError(x, exact) < 1e-12, String(maxError(x, exact)));
});

/** By the stiff method, and by dopri5 with as many evaluations: it would need a hundred times as many if it gets through less than a hundredth. */
async function compare(t: ExecutionContext, options: Omit<SolveOptions<Float64Array>, 'space'>): Promise<Solution<Float64Array>> {
  const stiff = await solve({ ...options, space: float64Space(), method: 'rodas4' });
  t.is(stiff.result, 'done');
  const explicit = await solve({ ...options, space: float64Space(), maxSteps: Math.ceil(stiff.stats.evaluations / 6) });
  t.is(explicit.result, 'maxSteps');
  t.log(stiff.stats, `dopri5 came to ${String(explicit.t)} of ${options.t1}`);
  t.true((explicit.t as number) < options.t1 / 100);
  return stiff;
}

test('van der Pol with μ = 1000: the reference end to the tolerance, where dopri5 needs more than 100 times the evaluations', async (t) => {
  const mu = 1000;
  const field = (_t: Times, [y, v]: Float64Array) => Float64Array.of(v, mu * (1 - y * y) * v - y);
  const jacobian = (_t: Times, [y, v]: Float64Array) => [0, 1, -2 * mu * y * v - 1, mu * (1 - y * y)];
  const options = { field, y0: Float64Array.of(2, 0), t0: 0, t1: 2000, rtol: 1e-6, atol: 1e-6 };
  const stiff = await compare(t, options);
  // SciPy 1.17.1, Radau at rtol 1e-12, atol 1e-14: test/ode/reference/stiff.py.
  const reference = Float64Array.of(1.7061677321, -8.92809701e-4);
  t.true(maxError(stiff.y, reference) < 1e-4);
  const given = await solve({ ...options, space: float64Space(), method: 'rodas4', jacobian });
  t.true(maxError(given.y, reference) < 1e-4);
  t.true(given.stats.evaluations < 0.8 * stiff.stats.evaluations);
});

test('Robertson: reference, conservation, and dopri5 needs more than 100 times the evaluations', async (t) => {
  const field = (_t: Times, [a, b, c]: Float64Array) => {
    const [slow, fast, back] = [0.04 * a, 3e7 * b * b, 1e4 * b * c];
    return Float64Array.of(back - slow, slow - back - fast, fast);
  };
  const stiff = await compare(t, { field, y0: Float64Array.of(1, 0, 0), t0: 0, t1: 1e4, rtol: 1e-6, atol: 1e-10 });
  // As above.
  const reference = [0.107300428538, 4.80016697258e-7, 0.892699091445];
  stiff.y.forEach((v, i) => t.true(Math.abs(v / reference[i] - 1) < 1e-4));
  t.true(Math.abs(stiff.y[0] + stiff.y[1] + stiff.y[2] - 1) < 1e-12);
});

/** y′ = −λ(y − cos t) − sin t with y = cos t. */
const forced = (lambda: number) => (time: Times, y: Float64Array) =>
  y.map((v, i) => {
    const at = typeof time === 'number' ? time : time[i];
    return -lambda * (v - Math.cos(at)) - Math.sin(at);
  });

test('a stiff linear field in closed form, forward and backward in time', async (t) => {
  const lambda = 1e6;
  const options = { space: float64Space(), y0: Float64Array.of(1), t0: 0, t1: 3, method: 'rodas4' as const };
  const { y, stats } = await solve({ ...options, field: forced(lambda) });
  t.true(Math.abs(y[0] - Math.cos(3)) < 1e-6);
  t.true(stats.evaluations < 500, String(stats.evaluations));
  const mirrored = await solve({ ...options, t1: -3, field: (time, v) => forced(lambda)(-(time as number), v).map((slope) => -slope) });
  t.true(Math.abs(mirrored.y[0] - y[0]) < 1e-12);
});

test('there and back again ends where it began', async (t) => {
  const { field, exact, t0, t1 } = coupled;
  const options = { space: float64Space(), field: (time: Times, y: Float64Array) => field(time as number, y), method: 'rodas4' as const };
  const there = await solve({ ...options, y0: exact(t0), t0, t1, rtol: 1e-5, atol: 1e-5 });
  const back = await solve({ ...options, y0: there.y, t0: t1, t1: t0, rtol: 1e-5, atol: 1e-5 });
  t.true(maxError(back.y, exact(t0)) < 3e-4, String(maxError(back.y, exact(t0))));
});

test('where nothing is stiff the error is in proportion to the tolerance', async (t) => {
  for (const { name, field, exact, t0, t1 } of [dampedRotation, coupled, rational, logistic]) {
    for (const tolerance of [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8]) {
      let worst = 0;
      await solve({
        space: float64Space(),
        field: (time, y) => field(time as number, y),
        y0: exact(t0),
        t0,
        t1,
        method: 'rodas4',
        rtol: tolerance,
        atol: tolerance,
        onStep({ accepted, next, y }) {
          if (accepted[0]) worst = Math.max(worst, maxError(y, exact(next[0])));
        },
      });
      t.true(worst > 0.05 * tolerance && worst < 20 * tolerance, `${name} at ${tolerance}: ${worst}`);
    }
  }
});

test('dense output has errors like h⁴, and like h³ in the stiff limit', async (t) => {
  for (const [lambda, expected] of [
    [1, 4],
    [1e6, 3],
  ] as const) {
    const steps = [8, 16, 32];
    const errors = await Promise.all(
      steps.map(async (n) => {
        const options = { space: float64Space(), y0: Float64Array.of(1), t0: 0, t1: 3, jacobian: () => [-lambda] };
        const { at } = await solve({ ...options, field: forced(lambda), method: 'rodas4', steps: n, dense: true });
        return Math.max(...Array.from({ length: 301 }, (_, i) => Math.abs(at!(i / 100)[0] - Math.cos(i / 100))));
      }),
    );
    const observed = observedOrder(steps.map((n) => 1 / n), errors); // prettier-ignore
    t.true(Math.abs(observed - expected) < 0.15, `${lambda}: ${observed}`);
  }
});

test('each row has a Jacobian and a step of its own, in double and in float32', async (t) => {
  const rates = [1, 1e5, 30];
  const run = (chosen: number[]) =>
    solve({
      space: float64Space({ rows: chosen.length }),
      field: (time, y) => y.map((v, i) => forced(chosen[i])((time as Float64Array).subarray(i, i + 1), Float64Array.of(v))[0]),
      y0: Float64Array.from(chosen, () => 1.1),
      t0: 0,
      t1: 2,
      method: 'rodas4',
      control: 'per-sample',
    });
  const batch = await run(rates);
  for (const [i, rate] of rates.entries()) t.is((await run([rate])).y[0], batch.y[i]);
  const single = await solve({
    space: float32Space({ rows: 2 }),
    field: (time, y) => Float32Array.from(forced(1e4)(time as number, Float64Array.from(y))),
    y0: Float32Array.of(1, 1),
    t0: 0,
    t1: 2,
    rtol: 1e-4,
    atol: 1e-4,
    method: 'rodas4',
  });
  t.is(single.result, 'done');
  t.true(Math.abs(single.y[0] - Math.cos(2)) < 1e-3);
  t.true(single.stats.evaluations < 1000, String(single.stats.evaluations));
});

test('rows of several numbers, whose systems need pivots, do not touch each other', async (t) => {
  // y′ = v, v′ = −k·y with weak damping: a Jacobian with a zero on its diagonal.
  const stiffness = [1, 4e4, 900];
  const run = (chosen: number[]) =>
    solve({
      space: float64Space({ rows: chosen.length }),
      field: (_time, y) => y.map((v, i) => (i % 2 === 0 ? y[i + 1] : -chosen[(i - 1) / 2] * y[i - 1] - 0.1 * v)),
      y0: Float64Array.from({ length: 2 * chosen.length }, (_, i) => 1 + (i % 2)),
      t0: 0,
      t1: 0.5,
      method: 'rodas4',
      control: 'per-sample',
      saveAt: [0.31],
    });
  const batch = await run(stiffness);
  for (const [i, k] of stiffness.entries()) {
    const alone = await run([k]);
    t.deepEqual(alone.y, batch.y.slice(2 * i, 2 * i + 2));
    t.deepEqual(alone.saved[0], batch.saved[0].slice(2 * i, 2 * i + 2));
  }
  // The undamped rotation of frequency √k, damped at the rate 0.05.
  const w = Math.sqrt(900 - 0.0025);
  const exact = (time: number) => Math.exp(-time / 20) * (Math.cos(w * time) + (2.05 / w) * Math.sin(w * time));
  t.true(Math.abs(batch.y[4] - exact(0.5)) < 2e-4, `${batch.y[4]} ${exact(0.5)}`);
  t.true(Math.abs(batch.saved[0][4] - exact(0.31)) < 2e-3, `${batch.saved[0][4]} ${exact(0.31)}`);
  // The slope of y is v: dense output has it from the row's own step.
  const speed = (exact(0.31 + 1e-6) - exact(0.31 - 1e-6)) / 2e-6;
  t.true(Math.abs(batch.saved[0][5] - speed) < 0.05, `${batch.saved[0][5]} ${speed}`);
});

test('long rows, and spaces without numbers, are refused with a way out', async (t) => {
  const options = { field: (_t: Times, y: Float64Array) => y, y0: new Float64Array(129), t0: 0, t1: 1, method: 'rodas4' as const };
  await t.throwsAsync(() => solve({ ...options, space: float64Space() }), { code: 'unsupported', message: /129 numbers a row/ });
  const { coordinates: _, ...space } = float64Space();
  await t.throwsAsync(() => solve({ ...options, space }), { code: 'unsupported', message: /needs the numbers of a state/ });
});
