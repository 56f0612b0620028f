import test from 'ava';
import { mlp } from '#src/field/index.js';
import { cnf, type Flow } from '#src/flow/index.js';
import { flowMatching } from '#src/objective/flow-matching.js';
import type { Objective } from '#src/objective/objective.js';
import { key, normals } from '#src/random/index.js';
import { ready } from '#src/tensor/index.js';
import { findLearningRate } from '#src/train/find-learning-rate.js';
import { train } from '#src/train/loop.js';
import { learningRateFromCurve } from '#src/train/rate-curve.js';

test.before(() => ready());

const small = (): Flow => cnf({ field: mlp({ dim: 2, hidden: [8] }), seed: 3 });
const data = { shape: [64, 2], data: normals(key(1), 128) };

/** A loss of the way s that each weight has still to go, with its derivative; it starts `distance` away. */
function towards(flow: Flow, distance: number, loss: (s: number) => number, slope: (s: number) => number): Objective {
  const start = flow.parameters;
  return {
    name: 'towards',
    evaluate: async (_, parameters) => {
      const [name] = Object.keys(parameters);
      const left = distance - (parameters[name].data[0] - start[name].data[0]);
      const gradients = Object.fromEntries(
        Object.entries(parameters).map(([name, { data }]) => [name, new Float32Array(data.length).fill(-slope(left))]),
      );
      return { loss: loss(left), gradients };
    },
  };
}

const [from, to, steps, distance] = [1e-6, 1, 300, 0.5];
const ratio = (to / from) ** (1 / (steps - 1));
/** Adam moves by the learning rate while the gradient is constant: the way gone is a geometric sum, η/(1 − 1/ratio). */
const rateAfter = (way: number): number => way * (1 - 1 / ratio);

test('where the loss is the distance, the fall is steepest just before the goal is overshot', async (t) => {
  const flow = small();
  const objective = towards(flow, distance, Math.abs, Math.sign);
  const { rates, losses, suggestion } = await findLearningRate(flow, data, { objective, batch: 4, from, to, steps, clip: false });
  const edge = rateAfter(distance);
  const turn = losses.findIndex((loss, i) => i > 0 && loss > losses[i - 1]);
  t.true(Math.abs(Math.log(rates[turn] / edge)) < 2.5 * Math.log(ratio), 'the curve turns where the sum says');
  // The Gaussian over 0.18 decades rounds the corner.
  t.true(suggestion! < edge && suggestion! > edge / 10 ** (2 * 0.18), `${suggestion} for ${edge}`);
});

test('where the loss is half the square of the distance, the fall is steepest half way', async (t) => {
  const flow = small();
  const objective = towards(
    flow,
    distance,
    (s) => s ** 2 / 2,
    (s) => s,
  );
  const { suggestion } = await findLearningRate(flow, data, { objective, batch: 4, from, to, steps, clip: false });
  const half = rateAfter(distance / 2);
  t.true(suggestion! / half < 1.5 && half / suggestion! < 1.5, `${suggestion} for ${half}`);
});

test('the curve alone: a parabola in the logarithm falls fastest at its inflection', (t) => {
  const rates = Array.from({ length: 200 }, (_, i) => 10 ** (-5 + i / 40));
  // A smooth step down, around 10⁻³, whose slope is a Gaussian.
  const losses = rates.map((rate) => 1 / (1 + Math.exp(4 * (Math.log10(rate) + 3))));
  const { suggestion, smoothed } = learningRateFromCurve(rates, losses);
  t.true(Math.abs(Math.log10(suggestion!) + 3) < 0.05, String(suggestion));
  t.is(smoothed.length, 200);
  t.is(learningRateFromCurve([1e-3, 1e-2, 1e-1], [1, 2, 3]).suggestion, undefined, 'a loss that only rises suggests nothing');
});

test('the flow keeps its weights, and a loss that is not finite ends the ramp', async (t) => {
  const flow = small();
  const before = flow.parameters;
  const objective = towards(
    flow,
    distance,
    (s) => (s < 0 ? NaN : s),
    () => 1,
  );
  const { losses, suggestion } = await findLearningRate(flow, data, { objective, batch: 4, from, to, steps, clip: false });
  t.true(losses.every(Number.isFinite) && losses.length < steps);
  t.truthy(suggestion);
  t.is(flow.parameters, before);
  t.deepEqual(before, small().parameters);
  await t.throwsAsync(findLearningRate(flow, data, { objective, from: 1, to: 0.1 }), { message: /does not rise/ });
  await t.throwsAsync(findLearningRate(flow, data, { objective, stpes: 3 } as never), { message: /stpes/ });
});

test('training at the suggested rate beats a hundredth of it, and a hundred times it', async (t) => {
  const objective = flowMatching();
  const { suggestion } = await findLearningRate(small(), data, { objective, batch: 64, steps: 120, seed: 5 });
  const lossAt = async (learningRate: number) =>
    (await train(small(), data, { objective, batch: 64, steps: 150, learningRate, seed: 6, ema: false })).smoothedLoss;

  const [low, suggested, high] = [await lossAt(suggestion! / 100), await lossAt(suggestion!), await lossAt(100 * suggestion!)];
  t.true(suggested < low && suggested < high, `${suggestion}: ${suggested} against ${low} and ${high}`);
});
