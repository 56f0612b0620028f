import test from 'ava';
import { cnf, distributions, entropyGap, flowMatching, type Flow, key, likelihood, mlp, normals, potential, train } from '#src/index.js';

/** ∫ e^logp over a grid of midpoints, in one or two dimensions. */
async function total(flow: Flow, dim: 1 | 2, reach: number, cells: number): Promise<number> {
  const width = (2 * reach) / cells;
  const at = (i: number): number => -reach + (i + 0.5) * width;
  const data = Float32Array.from({ length: cells ** dim * dim }, (_, i) => {
    const cell = Math.floor(i / dim);
    return at(i % dim === 0 ? cell % cells : Math.floor(cell / cells));
  });
  const { logProb } = await flow.logProb({ shape: [cells ** dim, dim], data }, { rtol: 1e-4, atol: 1e-4 });
  return logProb.reduce((sum, v) => sum + Math.exp(v) * width ** dim, 0);
}

const narrow = {
  sample: (count: number, seed: ReturnType<typeof key>) => ({
    shape: [count, 1],
    data: normals(seed, count).map((v, i) => (i % 3 ? 1 : -1) + 0.3 * v),
  }),
};

test('one dimension, trained by flow matching: the density adds up to 1', async (t) => {
  for (const field of [mlp({ dim: 1, hidden: [32, 32], activation: 'tanh' }), mlp({ dim: 1, hidden: [64], activation: 'tanh' })]) {
    const flow = cnf({ field });
    await train(flow, narrow, { objective: flowMatching(), steps: 300, batch: 256, learningRate: 1e-2, ema: 0.95 });
    const sum = await total(flow, 1, 6, 600);
    t.true(Math.abs(sum - 1) < 1e-3, `${sum}`);
  }
});

test('two dimensions, a potential field trained by flow matching, then by likelihood: adds up to 1, and is never above the entropy', async (t) => {
  const flow = cnf({ field: potential({ dim: 2, width: 32, depth: 3 }) });
  const data = distributions.circles;
  await train(flow, data, { objective: flowMatching(), steps: 500, batch: 256, learningRate: 1e-2, ema: 0.98 });
  const held = data.sample(2000, key(9));
  const gapNow = async () => entropyGap((await flow.logProb(held, { rtol: 1e-4, atol: 1e-4 })).logProb, data.entropy);
  const matched = await gapNow();
  const objective = likelihood({ method: 'rk4', steps: 8 });
  await train(flow, data, { objective, steps: 60, batch: 256, learningRate: 2e-3, ema: 0.9 });
  const { gap, standardError } = await gapNow();
  t.log(`above the entropy by ${matched.gap.toFixed(3)}, then ${gap.toFixed(3)} ± ${standardError.toFixed(3)} nats`);
  t.true(gap < matched.gap && gap > -3 * standardError);
  const sum = await total(flow, 2, 6, 150);
  t.log(`adds up to ${sum}`);
  t.true(Math.abs(sum - 1) < 1e-3);
});
