import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { compile } from '../../packages/compiler/dist/compile.js';
import { tf } from '../../packages/compiler/dist/trace/tf.js';

/** GFLOP/s of multiply-adds in registers with 128-bit vectors of WebAssembly, on all threads at the same time. */
export async function vectorPeak() {
  const speeds = Array.from({ length: availableParallelism() }, () => {
    const speed = new Float64Array(new SharedArrayBuffer(8));
    const worker = new Worker(new URL('multiply-adds.mjs', import.meta.url), { workerData: speed });
    return new Promise((resolve, reject) => worker.once('exit', () => resolve(speed[0])).once('error', reject));
  });
  return (await Promise.all(speeds)).reduce((sum, speed) => sum + speed, 0);
}

/** GFLOP/s of ONNX Runtime's best product of matrices with 512, 1024 or 2048 rows and columns, with all threads: machine code. */
export async function machinePeak() {
  let best = 0;
  for (const n of [512, 1024, 2048]) {
    const shape = [n, n];
    const program = await compile(({ x, w }) => ({ y: tf.matMul(x, w) }), { x: { shape }, w: { shape } }, { executor: 'onnx' });
    const numbers = Float32Array.from({ length: n * n }, (_, i) => Math.sin(i));
    for (let i = 0; i < 12; i++) {
      const start = performance.now();
      await program.run({ x: numbers, w: numbers });
      best = Math.max(best, (2 * n ** 3) / (performance.now() - start) / 1e6);
    }
    program.dispose();
  }
  return best;
}
