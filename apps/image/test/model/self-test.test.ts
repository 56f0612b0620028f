import test from 'ava';
import { AdvectError } from '@advect/base/errors';
import { mismatch } from '@advect/testkit';
import { knownAnswers, selfTest } from '#src/model/self-test.js';
import { heldOutDigits } from './held-out.js';

test('executors give the known answers; other weights do not', async (t) => {
  const { flow, form, model } = await heldOutDigits(1);
  const known = model.application.knownAnswers!;
  for (const executor of ['wasm', 'eager', 'onnx'] as const) {
    const found = await selfTest(flow, form, known, executor).catch((thrown: unknown) => {
      if (executor === 'onnx' && thrown instanceof AdvectError && thrown.code === 'unsupported') return undefined;
      throw thrown;
    });
    if (!found) continue;
    t.log(found);
    t.true(found.passed);
    // What rounding leaves is far below the bounds.
    t.true(found.sample < 1e-3 && found.encode < 1e-3 && found.bitsPerDim < 1e-3);
  }
  const name = Object.keys(flow.parameters).find((key) => key.startsWith('hidden0'))!;
  const { shape, data } = flow.parameters[name];
  flow.parameters = { ...flow.parameters, [name]: { shape, data: data.map((v, i) => (i === 0 ? v + 1 : v)) } };
  t.false((await selfTest(flow, form, known, 'wasm')).passed);
  await t.throwsAsync(selfTest(flow, form, { ...known, picture: 'ffff' }, 'wasm'), { code: 'invalid-file', message: /2 numbers/ });
});

test('answers that are asked anew are those that the model keeps', async (t) => {
  const { flow, form, model } = await heldOutDigits(1);
  const known = model.application.knownAnswers!;
  const asked = await knownAnswers(flow, form);
  t.is(asked.picture, known.picture);
  t.is(mismatch(asked.sample, known.sample, { atol: 1e-3 }), undefined);
  t.is(mismatch(asked.encode, known.encode, { atol: 1e-3 }), undefined);
  t.true(Math.abs(asked.logProb - known.logProb) < 1e-3 * 64 * Math.LN2);
});
