import test from 'ava';
import type { Parameters } from '#src/field/field.js';
import { key, normals, split } from '#src/random/index.js';
import { emaUpdate } from '#src/train/ema.js';
import { adamDefaults, adamUpdate } from '#src/train/optimizer.js';
import { copyState, newState } from '#src/train/state.js';
import { inOneMemory, kernelOf } from '#src/train/update-kernel.js';

const root = key(11);
const shapes = { 'a/weight': [7, 9], 'a/bias': [1], 'b/weight': [64, 64], 'b/bias': [2], 'c/gain': [3], none: [0] } as const;
const draw = (tag: string, scale: number): Parameters =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => {
      const size = shape.reduce<number>((n, m) => n * m, 1);
      return [name, { shape: [...shape], data: normals(split(split(root, tag), name), size).map((v) => v * scale) }];
    }),
  );

test('a state in one memory is updated as one in plain arrays, bit for bit, decay and average included', (t) => {
  const plain = newState(draw('start', 1), true);
  const housed = inOneMemory(newState(draw('start', 1), true));
  t.truthy(kernelOf(housed.parameters['b/bias'].data));
  t.is(kernelOf(plain.parameters['b/bias'].data), undefined);
  for (let step = 1; step <= 30; step++) {
    // From so small that squares are denormal to so large that they overflow.
    const gradients = Object.fromEntries(
      Object.entries(draw(`gradient ${step}`, 10 ** ((step % 10) * 5 - 25))).flatMap(([name, { data }]) =>
        name === 'c/gain' && step % 2 === 0 ? [] : [[name, data]],
      ),
    );
    for (const live of [plain, housed]) {
      adamUpdate(live.parameters, gradients, live.optimizer, 0.01, { ...adamDefaults, weightDecay: 0.1 });
      emaUpdate(live.ema!, live.parameters, 0.99, step);
    }
  }
  t.deepEqual(copyState(housed), plain);
});

test('what a state holds is what it held, in arrays that overlap nowhere', (t) => {
  const plain = newState(draw('start', 1), true);
  const housed = inOneMemory(newState(draw('start', 1), true));
  t.deepEqual(copyState(housed), plain);
  const { parameters, ema, optimizer } = housed;
  const arrays = [
    ...Object.values(parameters).map(({ data }) => data),
    ...Object.values(ema!).map(({ data }) => data),
    ...Object.values(optimizer.m),
    ...Object.values(optimizer.v),
  ];
  const spans = arrays
    .map(({ byteOffset, byteLength }) => [byteOffset, byteOffset + byteLength])
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  for (let i = 1; i < spans.length; i++) t.true(spans[i][0] >= spans[i - 1][1] && spans[i][0] % 16 === 0);
  t.is(new Set(arrays.map(({ buffer }) => buffer)).size, 1);
});

test('a state without an average has none in memory either', (t) => {
  t.is(inOneMemory(newState(draw('start', 1), false)).ema, undefined);
});

test('gradients that are not finite, zeros of either sign and denormal numbers leave the same bits, at any length', (t) => {
  const special = [NaN, Infinity, -Infinity, 0, -0, 1e-45, 3e38, -3e38];
  for (const length of [1, 2, 3, 4, 5, 9, 4097]) {
    const start = { w: { shape: [1, length], data: Float32Array.from({ length }, (_, i) => Math.sin(i)) } };
    const [plain, housed] = [newState(start, true), inOneMemory(newState(start, true))];
    for (let step = 1; step <= 10; step++) {
      const w = Float32Array.from({ length }, (_, i) => (step > 5 && i % 3 === step % 3 ? special[(i + step) % 8] : Math.cos(i + step)));
      for (const live of [plain, housed]) {
        adamUpdate(live.parameters, { w }, live.optimizer, 0.01, { ...adamDefaults, weightDecay: (step % 2) / 10 });
        emaUpdate(live.ema!, live.parameters, 0.99, step);
      }
    }
    t.deepEqual(copyState(housed), plain, `${length}`);
  }
});

test('where no memory can be had, the state stays as it is', (t) => {
  const state = newState(draw('start', 1), true);
  const { Memory } = WebAssembly;
  try {
    WebAssembly.Memory = function () {
      throw new RangeError('no address space');
    } as never;
    t.is(inOneMemory(state), state);
  } finally {
    WebAssembly.Memory = Memory;
  }
});
