import test from 'ava';
import * as web from 'onnxruntime-web';
import { mismatch } from '@advect/testkit';
import { compile, useOnnxRuntime } from '#src/index.js';
import { offers } from '#src/offers.js';
import { byHand, net, netInputs, parameters, wave } from '../net.js';

test.afterEach.always(() => useOnnxRuntime());

const rows = 9;
async function computed(options: object = {}) {
  const program = await compile(net, netInputs, { executor: 'onnx', threads: 1, ...options });
  program.bind(parameters);
  const { y } = await program.run({ x: wave(3 * rows, 0.37) });
  const { report } = program;
  program.dispose();
  return { y, report };
}

test.serial('the runtime and the providers in use compute where a call names none, and are taken back', async (t) => {
  useOnnxRuntime({ runtime: web, providers: ['webgpu', 'wasm'] });
  const { y, report } = await computed();
  t.like(report, { executor: 'onnx', target: 'wasm' });
  t.regex(report.reason, /webgpu cannot be had \(.+\)/);
  t.is(mismatch(y, byHand(wave(3 * rows, 0.37)).y, { atol: 1e-5, rtol: 1e-5 }), undefined);
  useOnnxRuntime();
  t.is((await computed()).report.target, 'cpu');
});

test.serial('providers alone go to the runtime that is found by its name; what a call names goes before', async (t) => {
  useOnnxRuntime({ providers: ['nowhere'] });
  await t.throwsAsync(computed(), { code: 'unsupported', message: /nowhere cannot be had/ });
  t.is((await computed({ providers: ['cpu'] })).report.target, 'cpu');
  t.is((await computed({ runtime: web })).report.target, 'wasm', "a call's own runtime does not take the providers of another");
});

test.serial('auto takes onnxruntime-web nowhere unasked', (t) => {
  t.true(offers().onnx());
  useOnnxRuntime({ runtime: web });
  t.false(offers().onnx());
});

test.serial('what is no runtime is refused, and what was in use stays', async (t) => {
  useOnnxRuntime({ runtime: web });
  t.throws(() => useOnnxRuntime({ runtime: {} as never }), { code: 'invalid-option', message: /the module of ONNX Runtime/ });
  t.throws(() => useOnnxRuntime({ providers: 'cuda' as never }), { code: 'invalid-option', message: /a list of names/ });
  t.throws(() => useOnnxRuntime({ provider: ['cuda'] } as never), { code: 'unknown-option' });
  t.is((await computed()).report.target, 'wasm');
});
