// Runs alone: it changes the backend of TensorFlow.js.
import test from 'ava';
import { distributions } from '#src/data/distributions.js';
import { mlp } from '#src/field/mlp.js';
import { cnf } from '#src/flow/index.js';
import { flowMatching } from '#src/objective/flow-matching.js';
import { likelihood } from '#src/objective/likelihood.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';
import { train } from '#src/train/index.js';
import { fieldOf } from '../flow/fields.js';

test.before(async () => void (await ready()));

for (const executor of ['wasm', 'eager'] as const) {
  test.serial(`T21 ${executor}: a hundred updates, a hundred solves and as many failures leave no tensor and no bytes`, async (t) => {
    const flow = cnf({ field: mlp({ dim: 2, hidden: [8], activation: 'tanh', lastLayer: 'random', time: 'concat' }) });
    // A first round of everything, so that what is kept for good is there.
    const objectives = [
      flowMatching(),
      likelihood({ method: 'rk4', steps: 2 }),
      likelihood({ gradient: 'adjoint', method: 'rk4', steps: 2 }),
    ];
    const round = async (updates: number, solves: number): Promise<void> => {
      for (const objective of objectives) {
        await train(flow, distributions.moons, { objective, steps: Math.ceil(updates / 3), batch: 8, executor });
      }
      for (let i = 0; i < solves; i++) {
        await flow.sample(2, { seed: i, executor, steps: 2 });
        await flow.logProb([[0.1, i / 10]], { executor, steps: 2 });
        await t.throwsAsync(flow.logProb([[NaN, 0]], { executor }));
        const broken = cnf({ field: fieldOf(2, (x) => tf.div(x, tf.zerosLike(x))) });
        await t.throwsAsync(broken.sample(1, { executor: 'eager' }));
      }
    };
    await round(3, 1);
    const { numTensors, numBytes } = tf.memory();
    t.is(countTensors(), numTensors);
    await round(100, 50);
    t.is(tf.memory().numTensors, numTensors);
    t.is(tf.memory().numBytes, numBytes);
  });
}
