/**
 * Speed of the WebAssembly kernels that the compiler generates, on one thread, by the least time of many runs.
 *
 *   node bench/generated-kernels.mjs [--plain]        (after a build; --plain: without relaxed SIMD)
 */
import { cpus } from 'node:os';
import { acceptsRelaxedSimd, moduleBuilder } from '../packages/compiler/dist/wasm/assembler/index.js';
import * as kernels from '../packages/compiler/dist/wasm/kernels/index.js';
import { binary, unary } from '../packages/compiler/dist/wasm/math/index.js';

const relaxed = acceptsRelaxedSimd() && !process.argv.includes('--plain');

/** Milliseconds of one run of generated code over so many bytes of numbers in [-1, 1). */
function milliseconds(bytes, generate) {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) + 1 });
  const numbers = new Float32Array(memory.buffer);
  for (let i = 0; i < numbers.length; i++) numbers[i] = ((i * 7919) % 1000) / 500 - 1;
  const module = moduleBuilder({ memory: { module: 'env', name: 'memory', initial: 0 }, relaxed });
  module.define({ name: 'run', parameters: { base: 'i32' } }, (f, { base }) => generate(f, base));
  const { run } = new WebAssembly.Instance(new WebAssembly.Module(module.bytes()), { env: { memory } }).exports;
  const until = (end, body) => {
    while (performance.now() < end) body();
  };
  until(performance.now() + 80, () => run(0));
  const start = performance.now();
  run(0);
  const repeats = Math.max(1, Math.round(0.1 / Math.max(1e-4, performance.now() - start)));
  let least = Infinity;
  until(performance.now() + 150, () => {
    const before = performance.now();
    for (let i = 0; i < repeats; i++) run(0);
    least = Math.min(least, (performance.now() - before) / repeats);
  });
  return least;
}

function product(m, n, k, { transposeA = false, transposeB = false, accumulate = false } = {}) {
  const a = { row: transposeA ? 4 : 4 * k, column: transposeA ? 4 * m : 4 };
  const b = { row: transposeB ? 4 : 4 * n, column: transposeB ? 4 * k : 4 };
  const layout = { m, n, k, a, b, accumulate };
  const [ofB, ofC, ofScratch] = [m * k, m * k + k * n, m * k + k * n + m * n].map((floats) => 16 * Math.ceil(floats / 4));
  const place = (base, offset, strides) => ({ base, offset, ...strides });
  const time = milliseconds(ofScratch + kernels.matmulScratch(layout), (f, base) =>
    kernels.matmul(f, {
      ...layout,
      a: place(base, 0, a),
      b: place(base, ofB, b),
      c: place(base, ofC, { row: 4 * n }),
      scratch: place(base, ofScratch),
    }),
  );
  return +((2 * m * n * k) / time / 1e6).toFixed(1);
}

/** Stores results of a convolution. */
function storing(f, base, offset, lengths) {
  const pointer = f.local('i32');
  return {
    begin({ batch, row, column }) {
      pointer.set(f.i32.const(0));
      [...batch, row, column].forEach((index, axis) => {
        pointer.set(f.i32.add(f.i32.mul(pointer.get(), f.i32.const(lengths[axis])), index.get()));
      });
      pointer.set(f.i32.add(base.get(), f.i32.shl(pointer.get(), f.i32.const(2))));
    },
    entry: (sums, row, column, lanes) => kernels.storeLanes(f, pointer, sums, offset + 4 * (row * lengths[3] + column), lanes),
  };
}

function convolution(size, channels, outputs, rows) {
  const geometry = { strides: [1, 1], dilations: [1, 1], pads: [1, 1, 1, 1] };
  const shape = { geometry, input: [size, size], output: [size, size], window: [3, 3], channels, outputs, rows, rowsLast: true };
  const [x, y, filter] = [4 * size * size * channels * rows, 4 * size * size * outputs * rows, 36 * channels * outputs];
  const at = (base) => ({ x: { base, offset: 0 }, filter: { base, offset: x }, y: { base, offset: x + filter } });
  const scratch = (base) => ({ base, offset: x + filter + y });
  const flops = 2 * channels * outputs * rows * (3 * size - 2) ** 2;
  const speed = (room, generate) => +(flops / milliseconds(x + filter + y + room, generate) / 1e6).toFixed(1);
  return {
    forward: speed(0, (f, base) => {
      const { x: source, filter: weights, y: result } = at(base);
      const epilogue = storing(f, base, result.offset, [size, size, outputs, rows]);
      kernels.conv2d(f, { ...shape, source, filter: weights, epilogue });
    }),
    'by x': speed(0, (f, base) => {
      const { filter: weights, y: source } = at(base);
      const epilogue = storing(f, base, 0, [size, size, channels, rows]);
      kernels.conv2dInput(f, { ...shape, source, filter: weights, epilogue });
    }),
    'by filter': speed(kernels.conv2dFilterScratch(shape), (f, base) => {
      const { x: source, filter: gradient, y: dy } = at(base);
      kernels.conv2dFilter(f, { ...shape, x: source, dy, filter: gradient, scratch: scratch(base) });
    }),
  };
}

/** Millions of results of an elementwise function a second, its arguments in (0, 4). */
function elementwise(name, isBinary) {
  const count = 4096;
  const time = milliseconds(12 * count, (f, base) => {
    const at = f.local('i32');
    f.range(at, 0, 4 * count, 16, () => {
      f.i32.add(base.get(), at.get());
      const operand = (offset) => f.f32x4.add(f.v128.load(at.get(), offset), f.f32x4.const(2));
      const value = isBinary ? binary(f, name, operand(0), operand(4 * count)) : unary(f, name, operand(0));
      f.v128.store(undefined, value, 8 * count);
    });
  });
  return Math.round(count / time / 1e3);
}

console.log(`${cpus()[0].model}, Node ${process.versions.node}, ${relaxed ? 'relaxed SIMD' : 'SIMD'}, one thread`);
console.log('Matrix products, GFLOP/s');
const widths = [64, 128, 256, 860];
console.table(
  widths.flatMap((width) =>
    [16, 32, 64].map((tile) => ({
      width,
      tile,
      'W·x': product(width, tile, width),
      'Wᵀ·x': product(width, tile, width, { transposeA: true }),
      'x·dyᵀ': product(width, width, tile, { transposeB: true, accumulate: true }),
    })),
  ),
);
console.log('Convolutions 3×3, rows last, GFLOP/s');
const convolutions = [
  [28, 32],
  [14, 64],
  [7, 128],
].flatMap(([size, channels]) => [8, 16].map((tile) => ({ size, channels, tile, ...convolution(size, channels, channels, tile) })));
console.table(convolutions);
console.log('Elementwise functions, millions a second');
const unaries = ['tanh', 'sigmoid', 'exp', 'expm1', 'softplus', 'log', 'log1p', 'erf', 'sin', 'sqrt', 'rsqrt'];
const timings = [...unaries.map((name) => [name, false]), ...['pow', 'mod', 'atan2', 'maximum'].map((name) => [name, true])];
console.table(timings.map(([name, isBinary]) => ({ name, speed: elementwise(name, isBinary) })));
