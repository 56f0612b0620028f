/**
 * What the cured WebAssembly kernels gain over the stock ones of TensorFlow.js, by CPU time, in alternation.
 *
 *   node bench/wasm-kernels.mjs        (after a build)
 */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { ready, tf } from '../packages/core/dist/tensor/index.js';

createRequire(new URL('../packages/core/package.json', import.meta.url))('@tensorflow/tfjs-backend-wasm');
await tf.setBackend('wasm');
const names = ['BatchMatMul', 'Sum', 'Tanh', 'Identity'];
const stock = Object.fromEntries(names.map((name) => [name, tf.getKernel(name, 'wasm').kernelFunc]));
await ready({ backend: 'wasm' });
const cured = Object.fromEntries(names.map((name) => [name, tf.getKernel(name, 'wasm').kernelFunc]));

const random = (...shape) => tf.randomNormal(shape);
const product = (a, b, transposeA, transposeB) => ({ inputs: { a, b }, attrs: { transposeA, transposeB } });
const cases = [
  ['x·W      1536×128 by 128×512', 'BatchMatMul', product(random(1536, 128), random(128, 512), false, false)],
  ['dy·Wᵀ    1536×512 by 128×512', 'BatchMatMul', product(random(1536, 512), random(128, 512), false, true)],
  ['xᵀ·dy    1536×128 by 1536×512', 'BatchMatMul', product(random(1536, 128), random(1536, 512), true, false)],
  ['xᵀ·dy    1536×512 by 1536×128', 'BatchMatMul', product(random(1536, 512), random(1536, 128), true, false)],
  ['q·kᵀ     192 of 32×32 by 32×32', 'BatchMatMul', product(random(48, 4, 32, 32), random(48, 4, 32, 32), false, true)],
  ['w·v      192 of 32×32 by 32×32', 'BatchMatMul', product(random(48, 4, 32, 32), random(48, 4, 32, 32), false, false)],
  ['sum      1536×128 over rows', 'Sum', { inputs: { x: random(1536, 128) }, attrs: { axis: [0], keepDims: false } }],
  ['sum      48×32×128 over axis 1', 'Sum', { inputs: { x: random(48, 32, 128) }, attrs: { axis: [1], keepDims: false } }],
  ['tanh     1536×128', 'Tanh', { inputs: { x: random(1536, 128) }, attrs: {} }],
  ['identity 1536×128', 'Identity', { inputs: { x: random(1536, 128) }, attrs: {} }],
];

const backend = tf.backend();
const repeats = 5;

function milliseconds(kernel, call) {
  const before = process.cpuUsage();
  for (let i = 0; i < repeats; i++) backend.disposeData(kernel({ ...call, backend }).dataId);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / repeats;
}

console.log(`${cpus()[0].model}, Node ${process.versions.node}; least CPU time of 10 rounds, ms`);
console.table(
  cases.map(([what, name, call]) => {
    const best = { stock: Infinity, cured: Infinity };
    for (let round = 0; round < 10; round++) {
      best.stock = Math.min(best.stock, milliseconds(stock[name], call));
      best.cured = Math.min(best.cured, milliseconds(cured[name], call));
    }
    return { what, stock: +best.stock.toFixed(3), cured: +best.cured.toFixed(3), times: +(best.stock / best.cured).toFixed(1) };
  }),
);
