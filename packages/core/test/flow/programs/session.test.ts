import test from 'ava';
import type { TensorFunction } from '@advect/compiler';
import { withPrograms } from '#src/flow/programs/session.js';
import { ready, tf } from '#src/tensor/index.js';

test.before(async () => void (await ready()));

test('a function that could not be compiled is compiled anew the next time, also in another session', async (t) => {
  const owner = {};
  const inputs = { x: { shape: [1] } };
  let traced = 0;
  const broken: TensorFunction = () => {
    throw new Error('no such weight');
  };
  const whole: TensorFunction = ({ x }) => ({ y: tf.mul(2, x) });
  const run = (f: TensorFunction) =>
    withPrograms(owner, {}, { executor: 'wasm', threads: 1 }, async (programs) =>
      programs.run('twice', () => ({ f: (...args) => (traced++, f(...args)), inputs }), { x: Float32Array.of(3) }),
    );
  await t.throwsAsync(run(broken), { message: /no such weight/ });
  t.is((await run(whole)).y[0], 6);
  const before = traced;
  t.is((await run(broken)).y[0], 6, 'what was compiled stays');
  t.is(traced, before);
});
