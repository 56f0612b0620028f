import test from 'ava';
import { distributions } from '#src/data/distributions.js';
import { averageField, mlp } from '#src/field/index.js';
import { cnf } from '#src/flow/index.js';
import { flowMatching } from '#src/objective/flow-matching.js';
import { likelihood } from '#src/objective/likelihood.js';
import { key } from '#src/random/index.js';
import { ready } from '#src/tensor/index.js';
import { train } from '#src/train/index.js';

test.before(() => ready());

test('flow matching, then likelihood, then flow matching again: each run starts its moments anew and improves on its own loss', async (t) => {
  const data = distributions['8gaussians'];
  const flow = cnf({ field: mlp({ dim: 2, hidden: [48, 48] }) });
  const held = data.sample(1000, key(77));
  const nats = async (): Promise<number> => {
    const { logProb } = await flow.logProb(held);
    return -logProb.reduce((sum, v) => sum + v, 0) / held.shape[0];
  };
  const matching = flowMatching({ sigma: 0.05 });
  const matchingLoss = (): Promise<number> => matching.measure!(flow, flow.parameters, { x: data.sample(20_000, key(78)) }, key(79));

  await train(flow, data, { objective: matching, steps: 400, learningRate: 5e-3, ema: 0.99 });
  const first = { nats: await nats(), matching: await matchingLoss() };

  // Adam's moments belong to the loss that they were gathered under: a new run begins with none, and warms up.
  const tuning = train(flow, data, {
    objective: likelihood({ rtol: 1e-3, atol: 1e-3, kinetic: 0.01 }),
    steps: 60,
    batch: 200,
    learningRate: 2e-3,
    warmup: 10,
    ema: 0.9,
  });
  t.true(Object.values(tuning.state().optimizer.m).every((m) => m.every((v) => v === 0)));
  t.is(tuning.state().optimizer.step, 0);
  await tuning;
  const second = { nats: await nats(), matching: await matchingLoss() };

  const back = train(flow, data, { objective: matching, steps: 400, learningRate: 2e-3, warmup: 20, ema: 0.99, seed: 1 });
  await back;
  const third = { nats: await nats(), matching: await matchingLoss() };
  const show = ({ nats: a, matching: b }: typeof first): string => `${a.toFixed(3)} nats, loss ${b.toFixed(3)}`;
  t.log(`entropy ${data.entropy}; matched ${show(first)}; tuned ${show(second)}; matched again ${show(third)}`);
  t.true(second.nats < first.nats - 0.01, 'likelihood improves the density');
  t.true(third.matching < first.matching && third.matching < second.matching, 'flow matching improves its own loss');
  t.throws(() => train(flow, data, { objective: likelihood(), resume: back.state(), seed: 1, ema: 0.9 }), {
    code: 'invalid-option',
    message: /flow-matching/,
  });
});

test('an average field goes from flow matching to the others with the same weights', async (t) => {
  const flow = cnf({ field: averageField({ field: mlp({ dim: 2, hidden: [16], conditionDim: 1 }) }) });
  const data = distributions.moons;
  await train(flow, data, { objective: flowMatching(), steps: 50, learningRate: 1e-2 });
  const before = (await flow.logProb(data.sample(200, key(1)))).logProb.reduce((sum, v) => sum + v, 0);
  await train(flow, data, { objective: likelihood({ rtol: 1e-3, atol: 1e-3 }), steps: 30, learningRate: 1e-2, ema: 0.9 });
  const after = (await flow.logProb(data.sample(200, key(1)))).logProb.reduce((sum, v) => sum + v, 0);
  t.true(after > before, `${before} ${after}`);
});

test('pairs are refused where they do not fit, and take labels as samples do', async (t) => {
  const flow = cnf({ field: mlp({ dim: 2, hidden: [4], classes: 2 }) });
  const objective = flowMatching();
  const [x0, x1] = [[[0, 0], [1, 1]], [[2, 2], [3, 3]]]; // prettier-ignore
  await t.throwsAsync(train(flow, { x0: [[0, 0]], x1 }, { objective }), { code: 'invalid-shape', message: /pairs x0 \[1, 2\]/ });
  await t.throwsAsync(train(flow, { x0, x1 }, { objective }), { code: 'invalid-value', message: /no conditions/ });
  const { loss } = await train(flow, { x0, x1, labels: [0, 1] }, { objective, steps: 1, batch: 2 });
  t.is(loss, 4, 'u = 0 at first, and every x1 − x0 is (2, 2)');
});
