import test from 'ava';
import { standardNormal } from '#src/flow/base.js';
import { cnf } from '#src/flow/cnf.js';
import type { Trace } from '#src/flow/divergence.js';
import { likelihoodGradient } from '#src/flow/gradient/likelihood-gradient.js';
import type { LikelihoodProblem } from '#src/flow/gradient/problem.js';
import { mlp } from '#src/field/mlp.js';
import { likelihood } from '#src/objective/likelihood.js';
import { type GradientMode, gradientModes } from '#src/ode/index.js';
import { key, normals, split } from '#src/random/index.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';
import { fieldOf } from './fields.js';
import { logDensity, toFloat64 } from './reference-flow.js';

const DIM = 2;
const LAYERS = 2;
const ROWS = 3;
const interval = [0.1, 0.9] as const;
const field = mlp({ dim: DIM, hidden: [8, 8], activation: 'tanh', lastLayer: 'random' });
const parameters = field.init(split(key(11), 'weights'));
const points = { shape: [ROWS, DIM], data: normals(key(12), ROWS * DIM) };
const weights = Float64Array.of(0.5, 0.3, 0.2);
type Args = Parameters<NonNullable<typeof field.velocityAndJvp>>;

/** One of the gradients, at the points with these settings. */
const gradientOf = (mode: GradientMode, settings: Partial<LikelihoodProblem> = {}, trace: Trace = { kind: 'exact' }) =>
  likelihoodGradient(
    {
      field,
      base: standardNormal(),
      parameters,
      x: points,
      divergence: { trace, keys: Array.from({ length: ROWS }, (_, i) => split(key(13), i)) },
      weights,
      interval,
      solver: { method: 'dopri5', rtol: 1e-6, atol: 1e-6 },
      ...settings,
    },
    mode,
  );

/** L = Σ wᵢ log p(xᵢ) by the independent float64 implementation. */
const total = (w: ReturnType<typeof toFloat64>, x: ArrayLike<number>, ends: readonly [number, number]): number =>
  weights.reduce((sum, weight, i) => sum + weight * logDensity(w, LAYERS, [x[2 * i], x[2 * i + 1]], ends), 0);

const closeTo = (t: { true(v: boolean, message?: string): unknown }, a: number, b: number, tolerance: number, what: string): void => {
  t.true(Math.abs(a - b) <= tolerance * (1 + Math.abs(b)), `${what}: ${a} against ${b}`);
};

test.before(async () => {
  await ready();
});

/** Half the difference quotient's span. */
const H = 1e-4;

/** What every gradient must be: log p of each row, and central differences of L in two weights of each tensor, x and the ends. */
const expected = (() => {
  const w = toFloat64(parameters);
  const quotient = (at: (by: number) => number): number => (at(H) - at(-H)) / (2 * H);
  const moved = (numbers: ArrayLike<number>, index: number, by: number) => Float64Array.from(numbers, (v, i) => (i === index ? v + by : v));
  return {
    logProb: Array.from({ length: ROWS }, (_, i) => logDensity(w, LAYERS, [points.data[2 * i], points.data[2 * i + 1]], interval)),
    parameters: Object.entries(w).flatMap(([name, { shape, data }]) =>
      [0, data.length - 1].map((at) => ({
        name,
        at,
        value: quotient((by) => total({ ...w, [name]: { shape, data: moved(data, at, by) } }, points.data, interval)),
      })),
    ),
    x: Array.from(points.data, (_, at) => quotient((by) => total(w, moved(points.data, at, by), interval))),
    interval: [
      quotient((by) => total(w, points.data, [interval[0] + by, interval[1]])),
      quotient((by) => total(w, points.data, [interval[0], interval[1] + by])),
    ],
  };
})();

for (const mode of gradientModes) {
  test(`${mode}: log p and every gradient agree with float64 finite differences`, async (t) => {
    const result = await gradientOf(mode);
    expected.logProb.forEach((v, i) => closeTo(t, result.logProb[i], v, 2e-5, `log p ${i}`));
    for (const { name, at, value } of expected.parameters) closeTo(t, result.parameters[name][at], value, 1e-4, `${name}[${at}]`);
    expected.x.forEach((v, at) => closeTo(t, result.x[at], v, 1e-4, `x[${at}]`));
    expected.interval.forEach((v, end) => closeTo(t, result.interval[end], v, 1e-4, ['start', 'end'][end]));
  });
}

for (const trace of [{ kind: 'exact' }, { kind: 'rademacher', probes: 3 }, { kind: 'gaussian', probes: 2 }] as const) {
  test(`${trace.kind}: all gradients agree, the probes being the same forward and backward`, async (t) => {
    const a = await gradientOf('steps', {}, trace);
    for (const mode of gradientModes) {
      const b = await gradientOf(mode, {}, trace);
      a.logProb.forEach((v, i) => closeTo(t, v, b.logProb[i], 1e-5, 'log p'));
      for (const name of Object.keys(parameters)) a.parameters[name].forEach((v, i) => closeTo(t, v, b.parameters[name][i], 1e-4, name));
      a.x.forEach((v, i) => closeTo(t, v, b.x[i], 1e-4, 'x'));
      a.interval.forEach((v, i) => closeTo(t, v, b.interval[i], 1e-4, 'interval'));
    }
  });
}

test('what goes over the same steps gives the same bits', async (t) => {
  const { executor: _, evaluations: __, ...a } = await gradientOf('steps');
  for (const mode of ['accepted', 'checkpointed'] as const) {
    const { executor: ___, evaluations: ____, ...b } = await gradientOf(mode);
    t.deepEqual(b, a, mode);
  }
});

test('the adjoint comes closer to the steps as the tolerance shrinks', async (t) => {
  const gap = async (rtol: number): Promise<number> => {
    const solver = { method: 'bosh3', rtol, atol: rtol } as const;
    const [a, b] = [await gradientOf('steps', { solver }), await gradientOf('adjoint', { solver })];
    return Math.max(...a.x.map((v, i) => Math.abs(v - b.x[i])));
  };
  const [loose, tight] = [await gap(1e-2), await gap(1e-5)];
  t.true(tight < 1e-4 && tight < loose / 5, `${loose} ${tight}`);
});

test('a fixed grid is differentiated exactly as computed', async (t) => {
  const { logProb, x, evaluations } = await gradientOf('steps', { solver: { method: 'rk4', steps: 60 } });
  logProb.forEach((v, i) => closeTo(t, v, expected.logProb[i], 2e-5, 'log p'));
  const adjoint = await gradientOf('adjoint', { solver: { method: 'rk4', steps: 60 } });
  x.forEach((v, i) => closeTo(t, v, adjoint.x[i], 1e-4, 'x'));
  t.deepEqual(evaluations, { forward: 240, again: 0, backward: 240 });
});

test('a field without a forward derivative has the same gradients', async (t) => {
  const { velocityAndJvp: _, ...plain } = field;
  for (const mode of ['steps', 'adjoint'] as const) {
    const [a, b] = [await gradientOf(mode), await gradientOf(mode, { field: plain })];
    for (const name of Object.keys(parameters)) a.parameters[name].forEach((v, i) => closeTo(t, v, b.parameters[name][i], 1e-4, name));
    a.interval.forEach((v, i) => closeTo(t, v, b.interval[i], 1e-4, 'interval'));
  }
});

test('a field that sees time as waves has all gradients, with respect to the ends too', async (t) => {
  const waves = mlp({ dim: DIM, hidden: [8], octaves: 2, lastLayer: 'random' });
  const weightsOf = waves.init(key(14));
  const at = (mode: GradientMode, ends: readonly [number, number]) =>
    gradientOf(mode, { field: waves, parameters: weightsOf, interval: ends });
  const value = async (ends: readonly [number, number]) => (await at('steps', ends)).logProb.reduce((sum, v, i) => sum + weights[i] * v, 0);
  const h = 0.02;
  const [start, end] = [
    ((await value([interval[0] + h, interval[1]])) - (await value([interval[0] - h, interval[1]]))) / (2 * h),
    ((await value([interval[0], interval[1] + h])) - (await value([interval[0], interval[1] - h]))) / (2 * h),
  ];
  for (const name of gradientModes) {
    const result = await at(name, interval);
    closeTo(t, result.interval[0], start, 5e-3, `${name}: start`);
    closeTo(t, result.interval[1], end, 5e-3, `${name}: end`);
  }
});

test.serial('no gradient leaves a tensor behind, whether it returns or throws', async (t) => {
  const before = countTensors();
  const broken = fieldOf(DIM, () => { throw new Error('a broken field'); }); // prettier-ignore
  let calls = 0;
  const late = { ...field, velocityAndJvp: (...args: Args) => {
    if (++calls > 20) throw new Error('a late failure');
    return field.velocityAndJvp!(...args);
  } }; // prettier-ignore
  // Runs forward and on the tape, and fails on the way back.
  const severed = { ...field, velocityAndJvp: undefined, velocity: (...args: Parameters<typeof field.velocity>) =>
    tf.add(field.velocity(...args), tf.customGrad((v) => ({ value: tf.zerosLike(v as tf.Tensor), gradFunc: () => {
      if (++calls > 20) throw new Error('no way back');
      return tf.zerosLike(v as tf.Tensor);
    } }))(args[1].x)) }; // prettier-ignore
  const computing = { executor: 'eager' } as const;
  for (const mode of gradientModes) {
    await gradientOf(mode);
    await gradientOf(mode, { computing });
    calls = 0;
    await t.throwsAsync(gradientOf(mode, { field: severed, computing }), { message: 'no way back' });
    t.is(countTensors(), before);
    await t.throwsAsync(gradientOf(mode, { field: broken, computing }), { message: 'a broken field' });
    await t.throwsAsync(gradientOf(mode, { field: broken }), { message: 'a broken field' });
    calls = 0;
    await t.throwsAsync(gradientOf(mode, { field: late, computing }), { message: 'a late failure' });
    await t.throwsAsync(gradientOf(mode, { solver: { method: 'dopri5', rtol: 1e-6, atol: 1e-6, maxSteps: 1 } }), {
      code: 'solve-failed',
    });
  }
  t.is(countTensors(), before);
});

test.serial('the likelihood objective is the mean of −log p, with its gradient', async (t) => {
  const flow = cnf({ field, parameters });
  const { logProb } = await flow.logProb(points);
  const before = countTensors();
  for (const gradient of gradientModes) {
    const objective = likelihood({ gradient, rtol: 1e-6, atol: 1e-6 });
    const result = await objective.evaluate(flow, parameters, { x: points }, key(0));
    closeTo(t, await objective.measure!(flow, parameters, { x: points }, key(0)), result.loss, 1e-6, 'measured loss');
    closeTo(t, result.loss, -logProb.reduce((sum, v) => sum + v, 0) / ROWS, 1e-4, 'loss');
    const even = await gradientOf(gradient, { weights: new Float64Array(ROWS).fill(-1 / ROWS), interval: [0, 1] });
    for (const [name, g] of Object.entries(result.gradients)) {
      g.forEach((v, i) => closeTo(t, v, even.parameters[name][i], 1e-5, name));
    }
  }
  t.is(countTensors(), before);
  t.throws(() => likelihood({ gradiant: 'steps' } as never), { code: 'unknown-option' });
});
