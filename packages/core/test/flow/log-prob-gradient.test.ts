import test from 'ava';
import { mlp } from '#src/field/mlp.js';
import { affine, cnf, dequantise, logit, logProbGradient, type Flow } from '#src/flow/index.js';
import { type GradientMode, gradientModes } from '#src/ode/index.js';
import { key, normals, split } from '#src/random/index.js';
import { countTensors, ready } from '#src/tensor/index.js';

const field = mlp({ dim: 2, hidden: [12, 12], classes: 3, lastLayer: 'random' });
const parameters = field.init(split(key(3), 'weights'));
const ROWS = 4;
const tight = { rtol: 1e-6, atol: 1e-6 };
const plain = cnf({ field, parameters });
const scaled = cnf({ field, parameters, transforms: [affine({ shift: [-3, -4], scale: [7, 9] }), logit({ alpha: 0.01 })] });
const x = { shape: [ROWS, 2], data: normals(key(5), 2 * ROWS) };
const condition = { shape: [ROWS, 3], data: Float32Array.from({ length: 3 * ROWS }, (_, i) => (i % 5) / 5) };
const weights = [1, -0.5, 2, 0.25];

test.before(async () => {
  await ready();
});

type Inputs = { flow: Flow; x: typeof x; condition: typeof condition };
const value = async ({ flow, x: at, condition: under }: Inputs): Promise<number> => {
  const { logProb } = await flow.logProb(at, { ...tight, condition: under, control: 'joint' });
  return logProb.reduce((sum, v, i) => sum + weights[i] * v, 0);
};
/** Differences of fourth order of a float32 computation: good to some 1e-3. */
const along = async (move: (by: number) => Inputs, h: number): Promise<number> => {
  const [a, b, c, d] = [await value(move(h)), await value(move(-h)), await value(move(2 * h)), await value(move(-2 * h))];
  return (8 * (a - b) - (c - d)) / (12 * h);
};
const inner = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, v, i) => sum + v * b[i], 0);
const shifted = <A extends { shape: number[]; data: Float32Array }>(array: A, direction: Float32Array, by: number): A => ({
  ...array,
  data: array.data.map((v, i) => v + by * direction[i]),
});

for (const [name, flow] of Object.entries({ plain, 'with transforms': scaled })) {
  test(`${name}: gradients in x, the condition and the weights are those of differences of log p`, async (t) => {
    const found = await logProbGradient(flow, x, { ...tight, condition, weights });
    const { logProb } = await flow.logProb(x, { ...tight, condition, control: 'joint' });
    logProb.forEach((v, i) => t.true(Math.abs(v - found.logProb[i]) < 1e-5));
    const check = (actual: number, expected: number, what: string) =>
      t.true(Math.abs(actual - expected) < 2e-3 * (1 + Math.abs(expected)), `${what}: ${actual} against ${expected}`);
    const inputs = { flow, x, condition };
    const ofX = normals(key(7), x.data.length);
    check(inner(found.x.data, ofX), await along((by) => ({ ...inputs, x: shifted(x, ofX, by) }), 0.02), 'x');
    const ofCondition = normals(key(8), condition.data.length);
    const moved = (by: number) => ({ ...inputs, condition: shifted(condition, ofCondition, by) });
    check(inner(found.condition!.data, ofCondition), await along(moved, 0.02), 'condition');
    for (const weight of ['hidden0/weight', 'output/bias']) {
      const direction = normals(key(9), parameters[weight].data.length);
      const other = (by: number) => cnf({ field, transforms: flow.transforms, parameters: { ...parameters, [weight]: shifted({ ...parameters[weight], shape: [...parameters[weight].shape] }, direction, by) } }); // prettier-ignore
      check(inner(found.parameters[weight].data, direction), await along((by) => ({ ...inputs, flow: other(by) }), 0.02), weight);
      t.deepEqual(found.parameters[weight].shape, parameters[weight].shape);
    }
  });
}

test.serial('all ways to differentiate agree, chunks add up, and a row alone under fixed steps is itself', async (t) => {
  const before = countTensors();
  const at = (gradient: GradientMode, extra = {}) => logProbGradient(scaled, x, { ...tight, condition, gradient, ...extra });
  const steps = await at('steps');
  const numbers = ({ x: ofX, condition: ofCondition, parameters: ofWeights, times }: typeof steps) => [
    ...ofX.data, ...ofCondition!.data, ...times, ...Object.values(ofWeights).flatMap(({ data }) => [...data]),
  ]; // prettier-ignore
  const gap = (a: typeof steps, b: typeof steps) => {
    const other = numbers(b);
    return Math.max(...numbers(a).map((v, i) => Math.abs(v - other[i]) / (1 + Math.abs(other[i]))));
  };
  for (const mode of gradientModes) t.true(gap(await at(mode), steps) < 1e-4, mode);
  t.true(gap(await at('steps', { chunk: 3 }), steps) < 1e-4);
  const fixed = { method: 'rk4' as const, steps: 12 };
  const whole = await logProbGradient(plain, x, { ...fixed, condition });
  for (let i = 0; i < ROWS; i++) {
    const row = { shape: [1, 2], data: x.data.slice(2 * i, 2 * i + 2) };
    const alone = await logProbGradient(plain, row, {
      ...fixed,
      condition: { shape: [1, 3], data: condition.data.slice(3 * i, 3 * i + 3) },
    });
    t.deepEqual(alone.x.data, whole.x.data.slice(2 * i, 2 * i + 2));
    t.is(alone.logProb[0], whole.logProb[i]);
  }
  t.is(countTensors(), before);
});

test('the score of the base where the field is still, noise of the dequantisation, labels', async (t) => {
  const still = cnf({ field: mlp({ dim: 2, hidden: [4] }) });
  const { x: score, condition: none } = await logProbGradient(still, x);
  score.data.forEach((v, i) => t.true(Math.abs(v + x.data[i]) < 1e-6));
  t.is(none, undefined);
  const codes = cnf({ field: mlp({ dim: 2, hidden: [4] }), transforms: [dequantise({ levels: 4 })] });
  const { x: ofCodes } = await logProbGradient(codes, [[0, 3]]);
  t.true(ofCodes.data[0] <= 0 && ofCodes.data[0] > -0.25 / 4 && ofCodes.data[1] < -0.75 / 4 && ofCodes.data[1] > -0.25);
  const labelled = await logProbGradient(plain, x, { label: 1 });
  t.deepEqual(labelled.condition!.shape, [ROWS, 3]);
});

test('the report says how: by whom, with which method, divergence and way back, at what cost', async (t) => {
  const fixed = { method: 'rk4', steps: 5, executor: 'wasm', gradient: 'accepted', chunk: 2 } as const;
  const { report } = await logProbGradient(plain, x, { ...fixed, condition, divergence: 'gaussian', probes: 3 });
  const { executor, evaluations, ...rest } = report;
  t.is(executor?.executor, 'wasm');
  t.deepEqual(rest, { backend: 'wasm', method: 'rk4', gradient: 'accepted', divergence: 'gaussian', probes: 3 });
  // Two chunks, five steps of four stages each.
  t.deepEqual(evaluations, { forward: 40, again: 40, backward: 40 });
});

test('what cannot be differentiated, or meant, is refused', async (t) => {
  await t.throwsAsync(logProbGradient(plain, x, { method: 'rodas4' as 'rk4' }), { code: 'invalid-option' });
  await t.throwsAsync(logProbGradient(plain, x, { control: 'joint' } as never), { code: 'unknown-option' });
  await t.throwsAsync(logProbGradient(plain, x, { weights: [1] }), { code: 'invalid-shape', message: /1 weights for 4 rows/ });
  const own = { ...affine({ shift: 0, scale: 1 }), pullback: undefined };
  await t.throwsAsync(logProbGradient(cnf({ field, transforms: [own] }), x), { code: 'unsupported', message: /no derivative/ });
  for (const gradient of gradientModes) await t.throwsAsync(logProbGradient(plain, x, { gradient, maxSteps: 1 }), { code: 'solve-failed' });
});
