import test from 'ava';
import { distributions } from '#src/data/distributions.js';
import { entropyGap } from '#src/evaluate/index.js';
import { mlp } from '#src/field/index.js';
import { cnf } from '#src/flow/index.js';
import { flowMatching } from '#src/objective/flow-matching.js';
import { likelihood } from '#src/objective/likelihood.js';
import type { Objective } from '#src/objective/objective.js';
import { key } from '#src/random/index.js';
import { countTensors, ready } from '#src/tensor/index.js';
import { train } from '#src/train/loop.js';

test.before(() => ready());

for (const name of ['moons', '8gaussians'] as const) {
  test.serial(`flow matching on ${name} ends within 0.15 nats of the entropy, and not below it`, async (t) => {
    const before = countTensors();
    const data = distributions[name];
    const flow = cnf({ field: mlp({ dim: 2, hidden: [64, 64, 64] }) });
    const { smoothedLoss } = await train(flow, data, {
      objective: flowMatching(),
      steps: 3000,
      batch: 256,
      learningRate: 1e-2,
      warmup: 100,
    });
    const held = data.sample(4000, key(99));
    const { logProb } = await flow.logProb(held);
    const { gap, standardError } = entropyGap(logProb, data.entropy);
    // The samples' own log-densities have most of the same noise, so this difference is much more exact than the gap.
    const truth = data.logProb(held);
    const paired = entropyGap(
      logProb.map((value, i) => value - truth[i]),
      0,
    );
    t.log(`loss ${smoothedLoss.toFixed(3)}; above the entropy by ${gap.toFixed(4)} ± ${standardError.toFixed(4)} nats`);
    t.log(`above the samples' own log-densities by ${paired.gap.toFixed(4)} ± ${paired.standardError.toFixed(4)} nats`);
    t.true(gap < 0.15 && paired.gap < 0.15);
    t.true(gap > -3 * standardError && paired.gap > -3 * paired.standardError);
    t.is(countTensors(), before);
  });
}

test.serial('training compiled and eager goes the same way, and says who computed', async (t) => {
  const by = async (executor: 'wasm' | 'eager', objective: Objective) => {
    const flow = cnf({ field: mlp({ dim: 2, hidden: [16, 16], activation: 'tanh', lastLayer: 'random' }), seed: 1 });
    const last = await train(flow, distributions.moons, { objective, steps: 25, batch: 100, learningRate: 1e-2, executor });
    t.is(last.executor!.executor, executor);
    return { ...last, parameters: flow.parameters };
  };
  for (const objective of [flowMatching(), likelihood({ method: 'rk4', steps: 3 }), likelihood({ gradient: 'adjoint' })]) {
    const [wasm, eager] = [await by('wasm', objective), await by('eager', objective)];
    t.true(Math.abs(wasm.smoothedLoss - eager.smoothedLoss) < 1e-3, `${objective.name}: ${wasm.smoothedLoss} ${eager.smoothedLoss}`);
    for (const [name, { data }] of Object.entries(eager.parameters)) {
      data.forEach((v, i) => t.true(Math.abs(wasm.parameters[name].data[i] - v) < 2e-3, name));
    }
  }
});
