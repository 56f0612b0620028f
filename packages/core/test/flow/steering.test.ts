import test from 'ava';
import { sequence } from '#src/field/index.js';
import { cnf } from '#src/flow/cnf.js';
import type { FlowEventOptions, SolverOptions } from '#src/flow/index.js';
import { logProbGradient } from '#src/flow/log-prob-gradient.js';
import { likelihood } from '#src/objective/likelihood.js';
import { float32Space, gradientModes, solve, type Times } from '#src/ode/index.js';
import { key, normals } from '#src/random/index.js';
import { ready, type Tensor, tf } from '#src/tensor/index.js';
import { analyticFlows } from './analytic-flows.js';
import { fieldOf } from './fields.js';

test.before(async () => void (await ready()));

const rate = (t: number): number => 3 * Math.cos(6 * t) - 2;

/** Each option that steers the steps, in a setting in which it changes them. */
const steering: readonly SolverOptions[] = [
  { firstStep: 1e-3 },
  { minStep: 0.2 },
  { maxStep: 0.05 },
  { controller: { proportional: 0, integral: 1, safety: 0.6 } },
  { stepAt: [0.77, 0.1, 0.100001] },
  { method: 'rk4', steps: 3, stepAt: [0.1] },
  { jumpAt: [0.5] },
];

for (const options of steering) {
  test(`${JSON.stringify(options)}: a verb takes the steps of solve on the plain field`, async (t) => {
    const flow = cnf({ field: analyticFlows.swinging.field });
    const z = { shape: [2, 3], data: normals(key(1), 6) };
    const tolerances = { rtol: 1e-3, atol: 1e-3 };
    const plain = (given: SolverOptions, [t0, t1] = [0, 1]) =>
      solve({
        space: float32Space({ rows: 2 }),
        field: (at: Times, y: Float32Array) => y.map((v, i) => v * rate((at as Float64Array)[Math.floor(i / 3)])),
        y0: z.data,
        t0,
        t1,
        control: 'per-sample',
        ...tolerances,
        ...(given as object),
      });
    const counts = ({ evaluations, accepted, rejected }: { evaluations: number; accepted: number; rejected: number }) => [
      evaluations,
      accepted,
      rejected,
    ];
    const o = { ...tolerances, ...options };
    const { y, stats } = await plain(options);
    const { x, report } = await flow.decode(z, o);
    t.deepEqual(counts(report), counts(stats));
    x.data.forEach((v, i) => t.true(Math.abs(v - y[i]) < 2e-6 * Math.max(1, Math.abs(y[i]))));
    const { stepAt: _, jumpAt: __, firstStep: ___, minStep: ____, maxStep: _____, controller: ______, ...without } = options;
    t.notDeepEqual(counts(stats), counts((await plain(without)).stats), 'the option changes something');
    const back = await flow.encode(z, o);
    t.deepEqual(counts(back.report), counts((await plain(options, [1, 0])).stats));
    for (const { report: another } of [
      await flow.sample(3, o),
      await flow.trajectory(3, o),
      await flow.sampleWithLogProb(3, o),
      await flow.logProb(z, o),
    ])
      t.true(another.accepted > 0);
  });
}

/** dx/dt = 1 before t = 1/3, −1 from there on, 2x from 0.6 on: x(1) = (z + 1/3 − (0.6 − 1/3))·e^0.8, whose density is N(0, 1) stretched. */
const jumping = (before: (t: Tensor, jump: number) => Tensor) =>
  fieldOf(1, (x, time) => {
    const t = tf.mul(tf.reshape(time, [-1, 1]), tf.onesLike(x));
    const late = tf.where(before(t, 0.6), tf.neg(tf.onesLike(x)), tf.mul(2, x));
    return tf.where(before(t, 1 / 3), tf.onesLike(x), late);
  });

for (const [name, before] of [
  ['on the one side', tf.less],
  ['on the other', tf.lessEqual],
] as const) {
  test(`a field that jumps, with its value at the jump ${name}: known jumps cost less and are exact to rounding`, async (t) => {
    const flow = cnf({ field: jumping(before) });
    const z = [[0.3], [-1.2], [2]];
    const end = (v: number): number => (v + 1 / 3 - (0.6 - 1 / 3)) * Math.exp(0.8);
    const known = { rtol: 1e-5, atol: 1e-5, jumpAt: [0.6, 1 / 3] };
    const { x, report } = await flow.decode(z, known);
    x.data.forEach((v, i) => t.true(Math.abs(v - end(z[i][0])) < 2e-5, `${v} ${end(z[i][0])}`));
    const { report: blind } = await flow.decode(z, { ...known, jumpAt: [] });
    t.true(report.evaluations < 0.7 * blind.evaluations, `${report.evaluations} ${blind.evaluations}`);
    const { z: back } = await flow.encode(x, known);
    back.data.forEach((v, i) => t.true(Math.abs(v - z[i][0]) < 2e-5, `${v} ${z[i][0]}`));
    for (const steps of [undefined, 4]) {
      const { logProb } = await flow.logProb(x, { ...known, method: steps ? 'rk4' : 'dopri5', steps });
      logProb.forEach((v, i) =>
        t.true(Math.abs(v - (-0.5 * z[i][0] ** 2 - 0.5 * Math.log(2 * Math.PI) - 0.8)) < (steps ? 3e-3 : 2e-5), `${v}`),
      );
    }
  });
}

test('events of each row are found where the closed form has them, in rows that chunks and compaction move about', async (t) => {
  const flow = cnf({ field: fieldOf(2, (x) => x) });
  const z = [
    [0.5, 0.1],
    [3, 0.1],
    [0.8, -2],
    [0.9, 7],
    [0.4, 0],
  ];
  const crosses = (level: number, more: Partial<FlowEventOptions> = {}): FlowEventOptions => ({
    when: (_t, x, rows) => Array.from(rows, (row, i) => (x.data[2 * i + 1] === 0 || z[row][1] ? 1 : NaN) * (x.data[2 * i] - level)),
    ...more,
  });
  for (const chunk of [1024, 2]) {
    const { x, report } = await flow.decode(z, { events: [crosses(1), crosses(1, { direction: 'falling' }), crosses(2)], chunk });
    x.data.forEach((v, i) => t.true(Math.abs(v - z[Math.floor(i / 2)][i % 2] * Math.E) < 1e-3));
    const expected = [[0, 0, Math.log(2)], [0, 2, Math.log(1.25)], [2, 2, Math.log(2.5)], [0, 3, -Math.log(0.9)], [2, 3, Math.log(2 / 0.9)], [0, 4, Math.log(2.5)]]; // prettier-ignore
    const found = report.events!.toSorted((a, b) => a.row - b.row || a.t - b.t);
    t.deepEqual(found.map(({ event, row }) => [event, row]), expected.map(([event, row]) => [event, row])); // prettier-ignore
    found.forEach(({ t: time, x: there, event, row }, i) => {
      t.true(Math.abs(time - expected[i][2]) < 1e-4, `${time} ${expected[i][2]}`);
      t.deepEqual(there.shape, [2]);
      t.true(Math.abs(there.data[0] - (event === 2 ? 2 : 1)) < 1e-5 && Math.abs(there.data[1] - z[row][1] * Math.exp(time)) < 1e-3);
    });
  }
  // dx/dt = x backward in time from 3 in encode: falls through 2 at t = 1 + ln(2/3).
  const { z: back, report } = await flow.encode([[3, 1]], { events: [crosses(2, { terminal: true, direction: 'falling' })] });
  t.true(Math.abs(report.events![0].t - (1 + Math.log(2 / 3))) < 1e-4);
  t.true(Math.abs(back.data[0] - 2) < 1e-5 && Math.abs(back.data[1] - 2 / 3) < 1e-4);
});

test('a terminal event is where its row arrives; frames after it are NaN', async (t) => {
  const flow = cnf({ field: fieldOf(1, (x) => tf.onesLike(x)) });
  const events: FlowEventOptions[] = [{ when: (_t, x) => x.data.map((v) => v - 0.25), direction: 'rising', terminal: true }];
  const { x: noise } = await flow.trajectory(6, { seed: 2, times: [0] });
  const { x, report } = await flow.sample(6, { seed: 2, events });
  const times = [0, 0.25, 0.5, 1];
  const { x: frames } = await flow.trajectory(6, { seed: 2, events, times });
  noise.data.forEach((z, row) => {
    const ends = z < 0.25 && z > -0.75;
    t.true(Math.abs(x.data[row] - (ends ? 0.25 : z + 1)) < 1e-5, `${z} ${x.data[row]}`);
    t.is(report.events!.filter((event) => event.row === row).length, Number(ends));
    times.forEach((time, i) => {
      const frame = frames.data[i * 6 + row];
      t.true(ends && time > 0.25 - z ? Number.isNaN(frame) : Math.abs(frame - (z + time)) < 1e-5);
    });
  });
  t.true(noise.data.some((z) => z < 0.25 && z > -0.75) && noise.data.some((z) => z >= 0.25 || z <= -0.75));
});

test('what makes no sense together is said', async (t) => {
  const one = fieldOf(1, (x) => tf.onesLike(x));
  const flow = cnf({ field: one });
  const when = (_t: Float64Array, x: { readonly data: ArrayLike<number> }) => x.data;
  const refused = async (run: () => Promise<unknown> | object, message: RegExp, code = 'invalid-option') =>
    void (await t.throwsAsync(async () => await run(), { code, message }));
  const given = { events: [{ when }] } as object;
  await refused(() => flow.logProb([[0]], given), /events is not possible: a log-density/);
  const silent = { events: [{ when: () => undefined }] } as object;
  await refused(() => flow.sample(2, silent), /when gave 0 numbers for 2 rows/, 'invalid-value');
  await refused(() => flow.sampleWithLogProb(1, given), /events is not possible/);
  await refused(() => logProbGradient(flow, [[0]], given), /events is not possible/);
  await refused(() => logProbGradient(flow, [[0]], { jumpAt: [0.5] } as object), /jumpAt is not possible: a gradient/);
  await refused(() => likelihood({ jumpAt: [0.5] } as object), /jumpAt is not possible/);
  await refused(() => flow.sample(1, { ...given, control: 'joint' }), /single rows/);
  await refused(() => flow.sample(1, { events: [{ when: 3 }] } as object), /events\[0\]: when is 3/);
  await refused(() => flow.sample(1, { stepAt: [1.5] }), /stepAt is a list where a list of times from 0 to 1/);
  await refused(() => flow.sample(1, { minStep: 0.5, maxStep: 0.1 }), /minStep 0.5 is above maxStep 0.1/);
  const turns = cnf({ field: sequence({ event: [1], steps: [one, one] }) });
  await refused(() => turns.sample(1, { events: [{ when, terminal: true }] }), /take turns in time/, 'unsupported');
  const { report } = await turns.decode([[-0.5]], { events: [{ when }], stepAt: [0.1, 0.9], jumpAt: [0.2] });
  t.is(report.events!.length, 1);
});

test('gradients of log-densities are of the steps that the options ask for', async (t) => {
  const flow = cnf({ field: analyticFlows.bernoulli.field });
  const x = [[0.5, -1], [0.2, 0.9]]; // prettier-ignore
  const grid: SolverOptions = { method: 'rk4', steps: 3, stepAt: [0.9, 0.35] };
  const { logProb } = await flow.logProb(x, { ...grid, solverError: false });
  const shift = 1e-2;
  const slope = async (row: number, column: number) => {
    const at = async (by: number) => (await flow.logProb(x.map((p, i) => p.map((v, j) => (i === row && j === column ? v + by : v))), { ...grid, solverError: false })).logProb[row]; // prettier-ignore
    return (8 * ((await at(shift)) - (await at(-shift))) - ((await at(2 * shift)) - (await at(-2 * shift)))) / (12 * shift);
  };
  for (const gradient of gradientModes) {
    if (gradient === 'reversible') continue;
    const found = await logProbGradient(flow, x, { ...(grid as object), gradient });
    found.logProb.forEach((v, i) => t.true(Math.abs(v - logProb[i]) < 1e-5));
    const bound = gradient === 'adjoint' || gradient === 'interpolated' ? 0.05 : 2e-3;
    for (const [i, v] of found.x.data.entries()) t.true(Math.abs(v - (await slope(Math.floor(i / 2), i % 2))) < bound * Math.max(1, Math.abs(v)), `${gradient}: ${v}`); // prettier-ignore
  }
  const free = await logProbGradient(flow, x);
  const steered = await logProbGradient(flow, x, { maxStep: 0.05, gradient: 'reversible' });
  t.true(steered.report.evaluations.forward > 2 * free.report.evaluations.forward);
  steered.x.data.forEach((v, i) => t.true(Math.abs(v - free.x.data[i]) < 1e-3 * Math.max(1, Math.abs(v))));
});

test('training by likelihood takes the same steps', async (t) => {
  const flow = cnf({ field: analyticFlows.bernoulli.field });
  const x = { shape: [2, 2], data: Float32Array.of(0.5, -1, 0.2, 0.9) };
  const evaluate = (o: object) => likelihood({ divergence: 'exact', ...o }).evaluate(flow, flow.parameters, { x }, key(0));
  const { logProb } = await flow.logProb(x, { method: 'rk4', steps: 3, stepAt: [0.9, 0.35], solverError: false });
  const grid = await evaluate({ method: 'rk4', steps: 3, stepAt: [0.9, 0.35] });
  t.true(Math.abs(grid.loss + (logProb[0] + logProb[1]) / 2) < 1e-5);
  t.is(grid.metrics!.forwardEvaluations, 5 * 4);
  const [free, short, steered] = [
    await evaluate({}),
    await evaluate({ maxStep: 0.02 }),
    await evaluate({ steer: 0.9, stepAt: [0.01, 0.5] }),
  ];
  t.true(short.metrics!.forwardEvaluations > 49 * 6 && free.metrics!.forwardEvaluations < 200);
  t.true(Number.isFinite(steered.loss));
});
