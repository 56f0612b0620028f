import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { classifierTest, importanceWeightedBitsPerDim, simulationBasedCalibration } from '#src/evaluate/index.js';
import { chiSquaredTail } from '#src/evaluate/chi-squared.js';
import type { VelocityField } from '#src/field/field.js';
import { affine, type Base, cnf, dequantise, logit } from '#src/flow/index.js';
import { mlp } from '#src/field/mlp.js';
import { integers, key, normals } from '#src/random/index.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';
import { fieldOf } from '../flow/fields.js';

test.before(async () => void (await ready()));

test('the tail of χ² is that of SciPy', (t) => {
  // scipy.stats.chi2.sf, SciPy 1.17.1
  const cases = [
    [0.5, 1, 0.47950012218695337],
    [3.2, 4, 0.5249309467861041],
    [9, 9, 0.43727418891386693],
    [30, 9, 0.00043872177097947936],
    [0.001, 2, 0.9995001249791693],
    [250, 200, 0.009379131668826098],
    [80, 200, 0.9999999999999988],
    [700, 500, 7.728992111216604e-9],
  ];
  for (const [x, degrees, expected] of cases) {
    t.true(Math.abs(chiSquaredTail(x, degrees) / expected - 1) < 1e-11, `${x}, ${degrees}: ${chiSquaredTail(x, degrees)}`);
  }
});

/** θ = mean + sd·z where z is the noise and the mean half the condition, plus a shift: a linear flow. */
const posterior = (sd: number, shift = 0) => {
  const rate = Math.log(sd);
  const field: VelocityField = {
    ...fieldOf(1, (x) => x),
    conditionDim: 1,
    velocity: (_, { x, condition }) => tf.add(tf.mul(x, rate), tf.mul(tf.add(tf.mul(condition!, 0.5), shift), rate / Math.expm1(rate))),
  };
  return cnf({ field });
};

test.serial(
  'calibration: the exact posterior passes; one too narrow piles up at the ends, one too wide in the middle, a bias on a side',
  async (t) => {
    const before = countTensors();
    const count = 300;
    // θ ~ N(0, 1), y = θ + N(0, 1), so that θ | y ~ N(y/2, 1/2).
    const parameters = { shape: [count, 1], data: normals(key(1), count) };
    const conditions = { shape: [count, 1], data: normals(key(2), count).map((v, i) => v + parameters.data[i]) };
    const run = (flow: ReturnType<typeof cnf>) =>
      simulationBasedCalibration(flow, { x: parameters, condition: conditions }, { samples: 49, rtol: 1e-4, atol: 1e-4 });
    const exact = await run(posterior(Math.SQRT1_2));
    t.true(exact.pValue > 0.01, `${exact.pValue}`);
    t.is(
      exact.histogram.data.reduce((a, b) => a + b),
      count,
    );
    t.true(exact.ranks.data.every((rank) => rank >= 0 && rank <= 49));
    const ends = ({ histogram: { data } }: typeof exact): number => (data[0] + data[9]) / count;
    const narrow = await run(posterior(0.35));
    t.true(narrow.pValue < 1e-6 && ends(narrow) > 0.4);
    const wide = await run(posterior(1.4));
    t.true(wide.pValue < 1e-6 && ends(wide) < 0.08);
    const biased = await run(posterior(Math.SQRT1_2, 0.5));
    // θ lies low among samples that are too high.
    t.true(biased.pValue < 1e-6 && biased.histogram.data[0] > 4 * biased.histogram.data[9]);
    t.is(countTensors(), before);
    const few = { shape: [count - 1, 1], data: parameters.data.slice(1) };
    await t.throwsAsync(simulationBasedCalibration(posterior(0.5), { x: few, condition: conditions }), {
      instanceOf: AdvectError,
      code: 'invalid-value',
    });
  },
);

test.serial('a classifier tells shifted Gaussians apart as well as the best one can, and equal ones not at all', async (t) => {
  const before = countTensors();
  const n = 600;
  const gaussian = (seed: number, shift: number) => ({
    shape: [n, 2],
    data: normals(key(seed), 2 * n).map((v, i) => 10 * v + (i % 2 ? 0 : 10 * shift)),
  });
  const o = { folds: 3, width: 32, steps: 250 };
  const same = await classifierTest(gaussian(1, 0), gaussian(2, 0), o);
  t.true(Math.abs(same.accuracy - 0.5) < 4 * same.standardError, `${same.accuracy} ± ${same.standardError}`);
  const shifted = await classifierTest(gaussian(1, 0), gaussian(2, 2), o);
  // The best classifier looks on which side of the middle a point is: right with probability Φ(1) = 0.8413.
  t.true(Math.abs(shifted.accuracy - 0.8413) < 4 * shifted.standardError + 0.01, `${shifted.accuracy}`);
  t.true(Math.abs(shifted.standardError / Math.sqrt((0.8413 * 0.1587) / (2 * n)) - 1) < 0.1);
  t.is(shifted.perFold.length, 3);
  t.deepEqual(await classifierTest(gaussian(1, 0), gaussian(2, 2), o), shifted);
  t.is(countTensors(), before);
  await t.throwsAsync(classifierTest(gaussian(1, 0), { shape: [2, 2], data: new Float32Array(4) }), { code: 'invalid-shape' });
});

const uniform: Base = {
  config: { kind: 'test' },
  sample: () => ({ shape: [0, 3], data: new Float32Array(0) }),
  logProb: ({ shape, data }) =>
    Float64Array.from({ length: shape[0] }, (_, i) => (data.slice(3 * i, 3 * i + 3).every((v) => v >= 0 && v <= 1) ? 0 : -Infinity)),
  score: (x) => x,
};
const still = fieldOf(3, (x) => tf.zerosLike(x));

test('T18: a uniform model has log2(levels) bits/dim, whatever the number of dequantisations', async (t) => {
  const x = { shape: [4, 3], data: new Float32Array(integers(key(3), 12, 256)) };
  for (const samples of [1, 3]) {
    const { mean, convention } = await importanceWeightedBitsPerDim(
      cnf({ field: still, base: uniform, transforms: [dequantise({ levels: 256 })] }),
      x,
      { samples },
    );
    t.is(mean, 8);
    t.regex(convention, samples === 1 ? /one uniform dequantisation/ : /3 uniform dequantisations each, importance-weighted/);
    t.regex(convention, /: an upper bound of the discrete model's$/);
  }
  const probed = { samples: 3, divergence: 'rademacher', probes: 2 } as const;
  const flow = cnf({ field: still, base: uniform, transforms: [dequantise({ levels: 256 })] });
  t.regex(
    (await importanceWeightedBitsPerDim(flow, x, probed)).convention,
    /2 random probes, whose noise makes it too low: no upper bound/,
  );
});

test('T18: one model in the conventions [0, 1], [−1, 1] and logit has one figure', async (t) => {
  const field = mlp({ dim: 3, hidden: [8], lastLayer: 'random' });
  const x = { shape: [5, 3], data: new Float32Array(integers(key(4), 15, 32)) };
  const levels = dequantise({ levels: 32 });
  const bits = async (transforms: Parameters<typeof cnf>[0]['transforms']) =>
    (await importanceWeightedBitsPerDim(cnf({ field, transforms }), x, { samples: 2 })).perSample;
  const direct = await bits([levels, affine({ shift: 0.5, scale: 0.5 })]);
  const byHalves = await bits([levels, affine({ shift: 0, scale: 0.25 }), affine({ shift: 2, scale: 2 })]);
  byHalves.forEach((v, i) => t.true(Math.abs(v - direct[i]) < 1e-5));
  // The logit of x in the model's space, undone by its inverse as a transform the other way round.
  const there = logit({ alpha: 0.2 });
  const undone = {
    ...there,
    forward: (y: Parameters<typeof there.forward>[0]) => ({ y: there.inverse(y).x, logDet: there.inverse(y).logDet.map((v) => -v) }),
  };
  const around = await bits([levels, there, undone, affine({ shift: 0.5, scale: 0.5 })]);
  around.forEach((v, i) => t.true(Math.abs(v - direct[i]) < 1e-5, `${v} ${direct[i]}`));
});

test('T18: the bound tightens with K towards the model’s own bits', async (t) => {
  // A density that varies within a level: N(0, 1) squeezed into the two middle ones of four. Rows that are equal have equal
  // noise, hence twelve dimensions.
  const squeezed = [dequantise({ levels: 4 }), affine({ shift: 0.5, scale: 0.12 })];
  const flow = cnf({ field: fieldOf(12, (x) => tf.zerosLike(x)), transforms: squeezed });
  const x = { shape: [400, 12], data: new Float32Array(integers(key(5), 4800, 2).map((v) => v + 1)) };
  const bounds = await Promise.all(
    [1, 4, 32].map((samples) => importanceWeightedBitsPerDim(flow, x, { samples, method: 'euler', steps: 1 })),
  );
  t.true(bounds[0].mean > bounds[1].mean && bounds[1].mean > bounds[2].mean);
  // The probability of a middle level is Φ(0.25 / 0.12) − ½.
  const own = -Math.log2(0.481388);
  t.true(bounds[2].mean > own && bounds[2].mean < own + 0.1, `${bounds.map(({ mean }) => mean).join()} above ${own}`);
  await t.throwsAsync(importanceWeightedBitsPerDim(cnf({ field: still }), x), { instanceOf: AdvectError, code: 'invalid-value' });
});
