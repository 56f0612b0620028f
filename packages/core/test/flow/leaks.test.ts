import test from 'ava';
import { cnf } from '#src/flow/cnf.js';
import { mlp } from '#src/field/mlp.js';
import { flowMatching } from '#src/objective/flow-matching.js';
import { likelihood } from '#src/objective/likelihood.js';
import { train } from '#src/train/loop.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';

const field = mlp({ dim: 2, hidden: [4], octaves: 1, lastLayer: 'random' });
const flows = { forward: () => cnf({ field }), reverse: () => cnf({ field: { ...field, velocityAndJvp: undefined } }) };
const points = [
  [1, 2],
  [3, 4],
];
const executor = 'eager' as const;
const grid = { method: 'heun', steps: 1 } as const;
const learn = async (flow: 'forward' | 'reverse', objective: ReturnType<typeof likelihood>) =>
  train(flows[flow](), points, { objective, steps: 1, batch: 2, executor });

const jobs: Record<string, () => Promise<unknown>> = {
  sample: () => flows.forward().sample(3, { rtol: 1e-2, executor }),
  'log-density, forward': () => flows.forward().logProb(points, { ...grid, executor }),
  'log-density, reverse': () => flows.reverse().logProb(points, { ...grid, divergence: 'gaussian', executor }),
  'flow matching': () => learn('forward', flowMatching()),
  'likelihood, steps': () => learn('reverse', likelihood(grid)),
  'likelihood, adjoint': () => learn('reverse', likelihood({ ...grid, gradient: 'adjoint' })),
};

test.before(async () => void (await ready()));

for (const [name, run] of Object.entries(jobs)) {
  test.serial(`${name}: a kernel that fails, whichever it is, leaves no tensor and a working engine`, async (t) => {
    const engine = tf.engine() as unknown as { runKernelFunc(call: { kernelName?: string }): unknown };
    const original = engine.runKernelFunc;
    let calls = 0;
    let fatal = Infinity;
    // Copies are not counted: the tape's own copies have no way to clean up after themselves.
    engine.runKernelFunc = function (call) {
      if (call.kernelName !== 'Identity' && calls++ === fatal) throw new Error('this kernel fails');
      return original.call(this, call);
    };
    try {
      const before = countTensors();
      await run();
      const total = calls;
      t.is(countTensors(), before);
      for (let k = 0; k < 24; k++) {
        [calls, fatal] = [0, Math.floor((k / 24) * total)];
        await t.throwsAsync(run(), { message: 'this kernel fails' });
        t.is(countTensors(), before, `kernel ${fatal} of ${total}`);
      }
      fatal = Infinity;
      await run();
      t.is(countTensors(), before);
    } finally {
      engine.runKernelFunc = original;
    }
  });
}
