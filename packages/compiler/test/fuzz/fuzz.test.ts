import test from 'ava';
import * as tf from '@tensorflow/tfjs';
import { eagerProgram } from '#src/eager/index.js';
import { interpret } from '#src/interpret/index.js';
import { optimise } from '#src/optimise/index.js';
import { makePlan } from '#src/plan/index.js';
import { trace } from '#src/trace/index.js';
import { wasmProgram } from '#src/wasm/executor.js';
import { type RandomProgram, randomProgram } from './programs.js';

test.before(async () => {
  await tf.setBackend('cpu');
});

/** A prime: other axes of random programs are shorter, or products of small numbers. */
const TRACED = 29;

/** Whether tfjs itself can compute a program; it has no gradient of some gradients. */
function isComputable({ f, inputs, weights }: RandomProgram): boolean {
  try {
    tf.tidy(() => f({ x: tf.zeros([...inputs(3)['x'].shape]), weights: tf.tensor(weights['weights']) }));
    return true;
  } catch {
    return false;
  }
}

/** Largest difference of an array to another, over the largest entry of the other. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  const numbers = Array.from(b, (entry, i) => [a[i], entry] as const);
  const scale = numbers.reduce((most, [, entry]) => Math.max(most, Math.abs(entry)), 1e-20);
  return numbers.reduce((most, [x, y]) => (Object.is(x, y) ? most : Math.max(most, Math.abs(x - y) / scale || Infinity)), 0);
}

test('random programs with first and second gradients: as eager tfjs and as in float64', (t) => {
  let compared = 0;
  for (let seed = 5000; seed < 5024; seed++) {
    const program = randomProgram(seed);
    if (!isComputable(program)) continue;
    const { f, withRows, weights, inputs, args } = program;
    const plan = makePlan(optimise(trace(f, inputs(TRACED))));
    if (withRows && plan.tile === undefined) continue;
    const compiled = wasmProgram(plan);
    const eager = eagerProgram(f, inputs(TRACED));
    compiled.bind(weights);
    eager.bind(weights);
    for (const rows of withRows ? [1, 19] : [TRACED]) {
      const given = args(rows);
      const expected = eager.run(given) as { [name: string]: Float32Array };
      const results = compiled.run(given);
      const exact = interpret(trace(f, inputs(rows)), { ...given, ...weights });
      for (const name of Object.keys(expected)) {
        // What cancels is lost to tfjs as well: by how much, its own distance from float64 says.
        const allowed = 1e-5 + 3 * distance(expected[name], exact[name]);
        const found = distance(results[name], exact[name]);
        t.true(
          found <= allowed,
          `seed ${seed}, ${rows} rows, '${name}': ${found.toExponential(1)} where ${allowed.toExponential(1)} is allowed`,
        );
        compared++;
      }
    }
    compiled.dispose();
    eager.dispose();
  }
  t.true(compared > 60, `${compared} results were compared`);
});
