import test from 'ava';
import { distributions } from '#src/data/distributions.js';
import { entropyGap } from '#src/evaluate/index.js';
import { mlp } from '#src/field/mlp.js';
import { cnf } from '#src/flow/cnf.js';
import { likelihood } from '#src/objective/likelihood.js';
import { key } from '#src/random/index.js';
import { ready } from '#src/tensor/index.js';
import { train } from '#src/train/index.js';

test.before(async () => {
  await ready();
});

for (const name of ['moons', '8gaussians'] as const) {
  test.serial(`${name}: likelihood ends within 0.15 nats of the entropy and not below it, and the density integrates to 1`, async (t) => {
    t.timeout(400_000);
    const target = distributions[name];
    const flow = cnf({ field: mlp({ dim: 2, hidden: [64, 64], activation: 'tanh' }), seed: 1 });
    const objective = likelihood({ method: 'rk4', steps: 5, gradient: 'steps' });
    const training = train(flow, target, {
      objective,
      steps: 400,
      batch: 128,
      learningRate: 0.02,
      schedule: 'cosine',
      warmup: 20,
      ema: 0.98,
      clip: 5,
      seed: 3,
    });
    await training;

    const { logProb } = await flow.logProb(target.sample(5000, key(99)));
    const { gap, standardError } = entropyGap(logProb, target.entropy);
    t.log(`${name}: above the entropy by ${gap.toFixed(4)} ± ${standardError.toFixed(4)} nats`);
    t.true(gap < 0.15 && gap > -3 * standardError, `gap ${gap}`);

    const cells = 120;
    const side = 12 / cells;
    const grid = Float32Array.from({ length: 2 * cells * cells }, (_, i) => {
      const cell = i >> 1;
      return -6 + side * ((i & 1 ? Math.floor(cell / cells) : cell % cells) + 0.5);
    });
    const { logProb: onGrid } = await flow.logProb({ shape: [cells * cells, 2], data: grid });
    const total = onGrid.reduce((sum, v) => sum + Math.exp(v) * side * side, 0);
    t.log(`${name}: the density sums to ${total.toFixed(4)} on a grid`);
    t.true(Math.abs(total - 1) < 0.01, `integral ${total}`);
  });
}
