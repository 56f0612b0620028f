import { workerData } from 'node:worker_threads';
import { acceptsRelaxedSimd, moduleBuilder } from '../../packages/compiler/dist/wasm/assembler/index.js';

/** Chains of sums that do not wait for each other, enough to hide an addition's latency and few enough for the registers. */
const CHAINS = 12;
const LOOPS = 1e6;

/** The speed of one thread at multiply-adds in registers, with 128-bit vectors of WebAssembly; the best of a third of a second. */
function multiplyAdds() {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const module = moduleBuilder({ memory: { module: 'env', name: 'memory', initial: 0 }, relaxed: acceptsRelaxedSimd() });
  module.define({ name: 'run', parameters: { base: 'i32' } }, (f, { base }) => {
    const sums = f.locals('v128', CHAINS);
    const i = f.local('i32');
    f.range(i, 0, LOOPS, 1, () => {
      for (const sum of sums) sum.set(f.f32x4.madd(sum.get(), f.f32x4.const(0.999), () => f.f32x4.const(0.5)));
    });
    sums.forEach((sum, at) => {
      base.get();
      f.v128.store(undefined, sum.get(), 16 * at);
    });
  });
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } }).exports;
  const end = performance.now() + 350;
  let best = 0;
  while (performance.now() < end) {
    const start = performance.now();
    run(0);
    best = Math.max(best, (2 * 4 * CHAINS * LOOPS) / (performance.now() - start) / 1e6);
  }
  return best;
}

// A number on shared memory.
workerData[0] = multiplyAdds();
