import test from 'ava';
import { mismatch } from '@advect/testkit';
import { AdvectError } from '@advect/base/errors';
import {
  averageField,
  conv,
  fieldFromConfig,
  guidedField,
  mlp,
  multiscale,
  type Parameters,
  sequence,
  type VelocityField,
} from '#src/field/index.js';
import { cnf, standardNormal } from '#src/flow/index.js';
import { likelihoodGradient } from '#src/flow/gradient/likelihood-gradient.js';
import { gradientByLegs, likelihoodOf } from '#src/flow/gradient/legs.js';
import { sphere } from '#src/manifold/index.js';
import { likelihood } from '#src/objective/likelihood.js';
import { key, normals, split } from '#src/random/index.js';
import { countTensors, ready, tf, uploadParameters, withScope } from '#src/tensor/index.js';
import { train } from '#src/train/index.js';
import { logDeterminant } from '../flow/linear-algebra.js';

test.before(async () => void (await ready()));

const small = (event: [number, number, number]): VelocityField =>
  conv({ event, hidden: [4], activation: 'tanh', time: 'concat-squash', lastLayer: 'random' });
const image = multiscale({ event: [4, 4, 1], field: small, blocks: 1, scales: 2 });
const plane = sequence({
  event: [2],
  steps: [
    mlp({ dim: 2, hidden: [8], lastLayer: 'random' }),
    'factor-out',
    mlp({ dim: 1, hidden: [8], lastLayer: 'random', activation: 'tanh' }),
  ],
});
const tight = { rtol: 1e-6, atol: 1e-6 } as const;
const weightsOf = (field: VelocityField, seed = 3): Parameters => field.init(split(key(seed), 'weights'));
const pictures = (rows: number, seed = 5) => ({ shape: [rows, 4, 4, 1], data: normals(key(seed), rows * 16) });

test('a multi-scale flow: fields before and after the squeeze, half of the channels factored out, the rest moved on', (t) => {
  const { steps } = image.config as unknown as { steps: ('squeeze' | 'factor-out' | { event: number[] })[] };
  t.deepEqual(
    steps.map((step) => (typeof step === 'string' ? step : step.event)),
    [[4, 4, 1], 'squeeze', [2, 2, 4], 'factor-out', [2, 2, 2]],
  );
  t.deepEqual(
    image.pieces!.map(({ from, to, field }) => [from, to, field.config.event]),
    [[0, 1 / 3, [2, 2, 2]], [1 / 3, 2 / 3, [2, 2, 4]], [2 / 3, 1, [4, 4, 1]]], // prettier-ignore
  );
  // 28 × 28 as the reference code cuts it: 28, 14, and 7 without a squeeze, so 2 · 2 + 2 · 2 + 2 fields.
  const digits = multiscale({ event: [28, 28, 1], field: (event) => conv({ event }) });
  t.is(digits.pieces!.length, 10);
  t.deepEqual(digits.pieces![0].field.config.event, [7, 7, 4]);
  // Concatenated time is one more channel: (k + 1 → 64), (65 → 64) twice, (65 → k), windows of 9, at k = 1, 1, 4, 4, 2, 2, 8, 8, 4, 4.
  const expected = [1, 1, 4, 4, 2, 2, 8, 8, 4, 4].reduce((sum, k) => sum + 9 * ((k + 1) * 64 + 2 * 65 * 64 + 65 * k) + 3 * 64 + k, 0);
  t.is(
    Object.values(digits.init(key(0))).reduce((sum, { data }) => sum + data.length, 0),
    expected,
  );
});

test('what is factored out stands still, and at mixed times each row has the velocity of its piece', async (t) => {
  await withScope((scope) => {
    const parameters = uploadParameters(weightsOf(image), scope);
    scope.run(() => {
      const x = tf.tensor(pictures(3).data, [3, 4, 4, 1]);
      const times = [0.2, 0.5, 0.9];
      const mixed = image.velocity(parameters, { x, t: tf.tensor1d(times) });
      times.forEach((time, row) => {
        const one = image.pieces![row].field.velocity(parameters, { x: tf.slice(x, row, 1), t: tf.tensor1d([time]) });
        t.is(mismatch(tf.slice(mixed, row, 1).dataSync(), one.dataSync(), { atol: 1e-6 }), undefined);
      });
      // The first half of the four channels is the upper row of each square of pixels.
      const still = [...tf.slice(mixed, 0, 1).dataSync()].map((v) => v === 0);
      t.deepEqual(
        still,
        Array.from({ length: 16 }, (_, i) => Math.floor(i / 4) % 2 === 1),
      );
    });
  });
});

test('log-density of a 4 × 4 picture by the change of variables with a dense Jacobian; decoding undoes encoding', async (t) => {
  const flow = cnf({ field: image, parameters: weightsOf(image) });
  const x = pictures(1);
  const { z } = await flow.encode(x, tight);
  t.is(mismatch((await flow.decode(z, tight)).x.data, x.data, { atol: 2e-5 }), undefined);
  const h = 0.02;
  const moves = [h, -h, 2 * h, -2 * h];
  const shifted = Float32Array.from({ length: 4 * 16 * 16 }, (_, i) => {
    const [move, direction, entry] = [Math.floor(i / 256), Math.floor(i / 16) % 16, i % 16];
    return x.data[entry] + (direction === entry ? moves[move] : 0);
  });
  const { z: there } = await flow.encode({ shape: [64, 4, 4, 1], data: shifted }, tight);
  const at = (move: number, direction: number, entry: number): number => there.data[move * 256 + direction * 16 + entry];
  const jacobian = Array.from({ length: 16 }, (_, entry) =>
    Array.from({ length: 16 }, (__, d) => (8 * (at(0, d, entry) - at(1, d, entry)) - (at(2, d, entry) - at(3, d, entry))) / (12 * h)),
  );
  const expected = standardNormal().logProb(z)[0] + logDeterminant(jacobian);
  const { logProb, report } = await flow.logProb(x, tight);
  t.is(report.divergence, 'exact');
  t.true(Math.abs(logProb[0] - expected) < 1e-3, `${logProb[0]} against ${expected}`);
  const both = await flow.sampleWithLogProb(2, { ...tight, seed: 3 });
  t.is(mismatch(both.logProb, (await flow.logProb(both.x, tight)).logProb, { atol: 1e-3 }), undefined);
});

test('the density adds up to 1', async (t) => {
  const flow = cnf({ field: plane, parameters: weightsOf(plane) });
  const [side, reach] = [121, 9];
  const step = (2 * reach) / (side - 1);
  const data = Float32Array.from({ length: 2 * side * side }, (_, i) => {
    const cell = Math.floor(i / 2);
    return -reach + step * (i % 2 === 0 ? Math.floor(cell / side) : cell % side);
  });
  const { logProb } = await flow.logProb({ shape: [side * side, 2], data }, { rtol: 1e-5, atol: 1e-5, chunk: 20_000, control: 'joint' });
  const sum = logProb.reduce((total, v) => total + Math.exp(v), 0) * step ** 2;
  t.true(Math.abs(sum - 1) < 1e-3, `${sum}`);
});

test('a trajectory passes the seams; both executors, all rows alone and together, give the same', async (t) => {
  const flow = cnf({ field: image, parameters: weightsOf(image) });
  const times = [0, 0.1, 1 / 3, 0.5, 2 / 3, 1];
  const { x } = await flow.trajectory(2, { times, seed: 4, ...tight });
  t.deepEqual(x.shape, [6, 2, 4, 4, 1]);
  const { x: samples } = await flow.sample(2, { seed: 4, ...tight });
  t.is(mismatch(x.data.slice(5 * 32), samples.data, { atol: 2e-5 }), undefined);
  const rows = pictures(5);
  const by = async (executor: 'wasm' | 'eager') => (await flow.logProb(rows, { ...tight, executor })).logProb;
  const [compiled, eager] = [await by('wasm'), await by('eager')];
  t.is(mismatch(compiled, eager, { atol: 2e-4 }), undefined);
  const alone = await flow.logProb({ shape: [1, 4, 4, 1], data: rows.data.slice(32, 48) }, { ...tight, executor: 'wasm' });
  t.is(alone.logProb[0], compiled[2]);
});

for (const name of ['steps', 'adjoint', 'reversible'] as const) {
  test(`${name}: the gradient of the likelihood by legs agrees with central differences, in weights, in x and in both times`, async (t) => {
    const rows = 3;
    const parameters = weightsOf(plane, 4);
    const problem = {
      field: plane,
      base: standardNormal(),
      parameters,
      x: { shape: [rows, 2], data: normals(key(6), 2 * rows) },
      divergence: { trace: { kind: 'exact' } as const, keys: Array.from({ length: rows }, (_, i) => split(key(2), i)) },
      weights: Float64Array.of(0.5, 0, 0.3),
      interval: [0.1, 0.9] as const,
      solver: { rtol: 1e-6, atol: 1e-6 },
    };
    const found = await gradientByLegs((leg) => likelihoodGradient(leg, name), problem);
    type Change = Partial<Omit<typeof problem, 'interval'>> & { interval?: readonly [number, number] };
    const loss = async (change: Change): Promise<number> =>
      (await likelihoodOf({ ...problem, ...change })).reduce((sum, v, i) => sum + v * problem.weights[i], 0);
    const along = async (move: (by: number) => Change, h: number): Promise<number> =>
      (8 * ((await loss(move(h))) - (await loss(move(-h)))) - ((await loss(move(2 * h))) - (await loss(move(-2 * h))))) / (12 * h);
    const check = (actual: number, expected: number, what: string) =>
      t.true(Math.abs(actual - expected) < 2e-3 * (1 + Math.abs(expected)), `${what}: ${actual} against ${expected}`);

    const direction = Object.fromEntries(Object.entries(parameters).map(([w, { data }]) => [w, normals(split(key(8), w), data.length)]));
    const moved = (by: number) => ({
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([w, { shape, data }]) => [w, { shape, data: data.map((v, i) => v + by * direction[w][i]) }]),
      ),
    });
    const inner = Object.entries(direction).reduce((sum, [w, d]) => sum + d.reduce((s, v, i) => s + v * found.parameters[w][i], 0), 0);
    check(inner, await along(moved, 0.01), 'weights');
    t.is(Object.keys(found.parameters).length, Object.keys(parameters).length);
    const towards = normals(key(9), 2 * rows);
    const movedX = (by: number) => ({ x: { ...problem.x, data: problem.x.data.map((v, i) => v + by * towards[i]) } });
    check(
      found.x.reduce((sum, v, i) => sum + v * towards[i], 0),
      await along(movedX, 0.01),
      'x',
    );
    check(found.interval[0], await along((by) => ({ interval: [0.1 + by, 0.9] }), 0.02), 'start');
    check(found.interval[1], await along((by) => ({ interval: [0.1, 0.9 + by] }), 0.02), 'end');
    t.is(mismatch(found.logProb, await likelihoodOf(problem), { atol: 1e-4 }), undefined);
  });
}

test.serial('likelihood training lowers the loss, validation measures it, and no tensor is left', async (t) => {
  const field = multiscale({ event: [4, 4, 1], field: (event) => conv({ event, hidden: [8] }), blocks: 1, scales: 2 });
  const flow = cnf({ field });
  const data = pictures(128);
  for (let i = 0; i < data.data.length; i++) data.data[i] = (i % 4 < 2 ? 1 : -1) + 0.3 * data.data[i];
  const before = countTensors();
  const mean = async () => (await flow.logProb(data, { method: 'rk4', steps: 12 })).logProb.reduce((sum, v) => sum + v / 128, 0);
  const start = await mean();
  const objective = likelihood({ method: 'rk4', steps: 3, gradient: 'steps' });
  await train(flow, data, { objective, steps: 25, batch: 64, learningRate: 3e-2, ema: false });
  const end = await mean();
  t.true(end > start + 15, `${start} before, ${end} after`);
  t.is(countTensors(), before);
});

test('guided, a sequence is solved from seam to seam as well: with a scale of 1 its samples are the conditional ones, at the same cost', async (t) => {
  const part = () => mlp({ dim: 2, hidden: [8], classes: 2, lastLayer: 'random' });
  const field = sequence({ event: [2], steps: [part(), part()] });
  const plain = cnf({ field });
  const guidance = (scale: number) => cnf({ field: guidedField({ field, scale }), parameters: plain.parameters });
  const options = { label: 1, seed: 3, ...tight };
  const [expected, found] = [await plain.sample(5, options), await guidance(1).sample(5, options)];
  t.is(mismatch(found.x.data, expected.x.data, { atol: 1e-6 }), undefined);
  t.is(found.report.evaluations, expected.report.evaluations);
  const [none, unconditional] = [await guidance(0).sample(5, options), await plain.sample(5, { seed: 3, ...tight })];
  t.is(mismatch(none.x.data, unconditional.x.data, { atol: 1e-6 }), undefined);
});

test('on a sphere a sequence is solved from seam to seam as well: as its fields one after the other, each in its share of time', async (t) => {
  const manifold = sphere(2);
  const part = (seed: number) => {
    const field = mlp({ dim: 3, hidden: [8], lastLayer: 'random' });
    return { field, parameters: field.init(key(seed)) };
  };
  const parts = [part(1), part(2)];
  const whole = cnf({ field: sequence({ event: [3], steps: parts.map(({ field }) => field) }), manifold });
  whole.parameters = Object.fromEntries(
    parts.flatMap(({ parameters }, i) => Object.entries(parameters).map(([name, weight]) => [`field${i}/${name}`, weight])),
  );
  const start = manifold.uniform(key(3), 6, 0);
  const { x, report } = await whole.decode(start, tight);
  let [expected, evaluations] = [start, 0];
  for (const { field, parameters } of parts.toReversed()) {
    const next = await cnf({ field, manifold, parameters }).decode(expected, tight);
    [expected, evaluations] = [next.x, evaluations + next.report.evaluations];
  }
  t.is(mismatch(x.data, expected.data, { atol: 5e-6 }), undefined);
  // Relaxed SIMD rounds the two programs differently, so that a step on the edge may be taken by one and not by the other.
  const step = 6;
  t.true(Math.abs(report.evaluations - evaluations) <= step, `${report.evaluations} ${evaluations}`);
});

test('config: JSON that rebuilds the same sequence', (t) => {
  const again = fieldFromConfig(JSON.parse(JSON.stringify(image.config)) as VelocityField['config']);
  t.deepEqual(again.config, image.config);
  t.deepEqual(weightsOf(again), weightsOf(image));
});

test('construction: what does not fit is refused with the place', (t) => {
  const two = mlp({ dim: 2, hidden: [] });
  const refused: [() => unknown, RegExp][] = [
    [() => sequence({ event: [2], steps: [] }), /steps is/],
    [() => sequence({ event: [2], steps: [two, 'sqeeze' as never] }), /steps is/],
    [() => sequence({ event: [3], steps: [two] }), /step 0 is a field of \[2\] where the shape is \[3\]/],
    [() => sequence({ event: [2], steps: [two, 'squeeze'] }), /step 1 squeezes the shape \[2\]/],
    [() => sequence({ event: [2], steps: ['factor-out', 'factor-out', two] }), /step 1 halves 1 channels/],
    [() => sequence({ event: [2], steps: [plane] }), /is a sequence/],
    [() => averageField({ field: sequence({ event: [2], steps: [mlp({ dim: 2, conditionDim: 1 })] }) }), /was given a sequence/],
    [() => sequence({ event: [2], steps: [mlp({ dim: 2, classes: 2 }), mlp({ dim: 2, classes: 3 })] }), /conditions of 2 and of 3/],
  ];
  for (const [make, message] of refused) {
    const error = t.throws<AdvectError>(make, { instanceOf: AdvectError, message });
    t.is(error.code, 'invalid-option');
  }
});
