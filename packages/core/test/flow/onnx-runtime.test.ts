import test from 'ava';
import * as runtime from 'onnxruntime-web';
import { mismatch } from '@advect/testkit';
import { cnf, distributions, flowMatching, key, mlp, train, useOnnxRuntime } from '#src/index.js';

test.after.always(() => useOnnxRuntime());

test('verbs and training compute with the ONNX Runtime and the providers in use: samples, densities and losses are those of wasm', async (t) => {
  useOnnxRuntime({ runtime, providers: ['webgpu', 'wasm'] });
  const found = await Promise.all(
    (['onnx', 'wasm'] as const).map(async (executor) => {
      const flow = cnf({ field: mlp({ dim: 2, hidden: [12, 12], lastLayer: 'random' }), seed: 3 });
      const grid = { method: 'rk4', steps: 6, executor, threads: 1 } as const;
      const { x, report } = await flow.sample(5, { ...grid, seed: 1 });
      const { logProb } = await flow.logProb(x, grid);
      const data = distributions.moons.sample(64, key(2));
      const training = train(flow, data, { objective: flowMatching(), steps: 3, batch: 16, seed: 5, executor, threads: 1 });
      const losses: number[] = [];
      for await (const progress of training) losses.push(progress.loss);
      return { numbers: [...x.data, ...logProb, ...losses], report };
    }),
  );
  const [onnx, wasm] = found;
  t.like(onnx.report.executor, { executor: 'onnx', target: 'wasm' });
  t.regex(onnx.report.executor!.reason, /webgpu cannot be had/);
  t.is(wasm.report.executor!.executor, 'wasm');
  t.true(onnx.numbers.length === 10 + 5 + 3 && onnx.numbers.every(Number.isFinite));
  t.is(mismatch(onnx.numbers, wasm.numbers, { atol: 2e-5, rtol: 2e-5 }), undefined);
});
