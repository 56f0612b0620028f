// Runs alone: it measures what the process's garbage collector frees.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setTimeout as delay } from 'node:timers/promises';
import test from 'ava';
import { mlp } from '#src/field/mlp.js';
import { cnf } from '#src/flow/cnf.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const executors = ['wasm', 'onnx'] as const;

async function used(executor: (typeof executors)[number]): Promise<WeakRef<object>> {
  const field = mlp({ dim: 2, hidden: [32, 32], lastLayer: 'random' });
  const flow = cnf({ field });
  const { x } = await flow.sample(1, { method: 'rk4', steps: 40, executor });
  await flow.logProb(x, { method: 'rk4', steps: 40, executor });
  return new WeakRef(field);
}

for (const executor of executors) {
  test(`a field that nobody holds on to is not held on to by its programs, ${executor}`, async (t) => {
    const field = await used(executor);
    for (let i = 0; i < 20 && field.deref(); i++) {
      await delay(20);
      collect();
    }
    t.is(field.deref(), undefined);
  });
}
