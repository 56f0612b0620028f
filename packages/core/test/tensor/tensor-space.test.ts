// Runs alone: it changes the backend of TensorFlow.js.
import test from 'ava';
import { mismatch } from '@advect/testkit';
import { gradientModes, solve, solveWithGradient } from '#src/ode/index.js';
import { key, normals } from '#src/random/index.js';
import { countTensors, ready, type Scalar, type Tensor, tensorSpace, tf, valueAndGradients, withScope } from '#src/tensor/index.js';

test.before(async () => {
  await ready();
});

const state = (seed: number, shape = [3, 2, 2]): { host: Float32Array; tensor: Tensor } => {
  const host = normals(key(seed), tf.util.sizeFromShape(shape));
  return { host, tensor: tf.tensor(Float32Array.from(host), shape) };
};

for (const backend of ['wasm', 'cpu'] as const) {
  test.serial(`the tensor space does the arithmetic of plain arrays on ${backend}`, async (t) => {
    await ready({ backend });
    const before = countTensors();
    await withScope(async (scope) => {
      const [y, k1, k2, k3] = [1, 2, 3, 4].map((seed) => state(seed));
      const own = [y, k1, k2, k3].map(({ tensor }) => scope.keep(tensor));
      const space = tensorSpace(scope);
      t.is(space.rows(y.tensor), 3);
      const coefficients = [0.5, 0, -2];
      const expect = (h: (row: number) => number): number[] =>
        [...y.host].map((v, i) => v + h(Math.floor(i / 4)) * (0.5 * k1.host[i] - 2 * k3.host[i]));
      const perRow = Float64Array.of(0.1, -0.2, 0);
      const check = (actual: Tensor, expected: number[]): void => {
        t.is(mismatch(actual.dataSync(), expected, { atol: 1e-6, rtol: 1e-6 }), undefined);
        t.deepEqual(actual.shape, [3, 2, 2]);
        space.release(actual);
        t.true(actual.isDisposed);
      };
      check(
        space.combine(y.tensor, [k1.tensor, k2.tensor, k3.tensor], coefficients, 0.25),
        expect(() => 0.25),
      );
      check(
        space.combine(y.tensor, [k1.tensor, k2.tensor, k3.tensor], coefficients, perRow),
        expect((row) => perRow[row]),
      );
      check(space.combine(y.tensor, [k1.tensor], [0], 0.25), [...y.host]);
      check(
        space.combine(y.tensor, [k1.tensor], [1], 1),
        [...y.host].map((v, i) => v + k1.host[i]),
      );
      check(
        space.blend([y.tensor, k1.tensor], [0.3, perRow]),
        [...y.host].map((v, i) => 0.3 * v + perRow[Math.floor(i / 4)] * k1.host[i]),
      );
      check(space.blend([y.tensor, k1.tensor], [0, 1]), [...k1.host]);
      check(
        space.select(Uint8Array.of(1, 0, 1), y.tensor, k1.tensor),
        [...y.host].map((v, i) => (Math.floor(i / 4) === 1 ? v : k1.host[i])),
      );
      const copy = space.clone(y.tensor);
      check(copy, [...y.host]);
      t.true(
        own.every((tensor) => !tensor.isDisposed),
        'what the caller gave stays alive',
      );

      const tolerance = { atol: 1e-3, rtol: 0.1 };
      const squares = [...k1.host].map((v, i) => (v / (1e-3 + 0.1 * Math.max(Math.abs(y.host[i]), Math.abs(k2.host[i])))) ** 2);
      const rms = (values: number[]): number => Math.sqrt(values.reduce((sum, v) => sum + v, 0) / values.length);
      const rows = [0, 1, 2].map((row) => rms(squares.slice(4 * row, 4 * row + 4)));
      t.is(mismatch(await space.norm(k1.tensor, y.tensor, k2.tensor, tolerance, false), rows, { rtol: 1e-12 }), undefined);
      t.is(mismatch(await space.norm(k1.tensor, y.tensor, k2.tensor, tolerance, true), [rms(squares)], { rtol: 1e-12 }), undefined);
      const broken = scope.run(() =>
        tf.tensor(
          Float32Array.from(k1.host, (v, i) => (i === 5 ? NaN : v)),
          [3, 2, 2],
        ),
      );
      t.deepEqual([...(await space.norm(broken, y.tensor, k2.tensor, tolerance, false))].map(Number.isNaN), [false, true, false]);
      t.deepEqual([...space.select(Uint8Array.of(0, 0, 0), y.tensor, broken).dataSync()], [...y.host], 'NaN does not spread');
    });
    t.is(countTensors(), before);
    await ready({ backend: 'wasm' });
  });
}

test.serial('norms are NaN in rows that are not finite, on the host and by kernels as on a GPU', async (t) => {
  await ready({ backend: 'cpu' });
  // The cpu kernels under another name, which the space does not know as one that reads back freely.
  const Cpu = tf.findBackend('cpu').constructor as new () => tf.KernelBackend;
  tf.registerBackend('stand-in', () => Object.assign(new Cpu(), { firstUse: false }));
  tf.copyRegisteredKernels('cpu', 'stand-in');
  for (const backend of ['wasm', 'cpu', 'stand-in']) {
    if (backend === 'stand-in') await tf.setBackend(backend);
    else await ready({ backend: backend as 'cpu' });
    await withScope(async (scope) => {
      const space = tensorSpace(scope);
      const [zero, v, b] = scope.run(() => [
        tf.zeros([5, 2]),
        tf.tensor2d([3, 4, 1, 1, 0, 0, NaN, 1, 1, -Infinity], [5, 2]),
        tf.tensor2d([1, 1, 1, Infinity, -Infinity, 1, 1, 1, 1, 1], [5, 2]),
      ]);
      const rows = await space.norm(v, zero, b, { atol: 0.5, rtol: 0.5 }, false);
      t.is(mismatch(rows, [Math.sqrt(12.5), NaN, NaN, NaN, NaN], { rtol: 1e-6 }), undefined, backend);
      t.deepEqual([...(await space.norm(v, zero, b, { atol: 1, rtol: 1 }, true))], [NaN], backend);
      const chosen = space.select(Uint8Array.of(1, 1, 1, 0, 0), v, zero);
      t.deepEqual([...chosen.dataSync()], [0, 0, 0, 0, 0, 0, NaN, 1, 1, -Infinity], backend);
      t.deepEqual([...space.select(Uint8Array.of(0, 0, 0, 1, 1), zero, zero).dataSync()], Array(10).fill(0), backend);
      t.deepEqual([...space.select(Uint8Array.of(0, 0, 0, 1, 1), v, zero).dataSync()], [3, 4, 1, 1, 0, 0, 0, 0, 0, 0], backend);
    });
  }
  await ready({ backend: 'wasm' });
});

test.serial('the space runs inside a tape: the gradient of a combination is its coefficients', async (t) => {
  await withScope((scope) => {
    const space = tensorSpace(scope);
    const [y, k] = [scope.keep(tf.ones([2, 2])), scope.keep(tf.ones([2, 2]))];
    const { value, gradients } = valueAndGradients(
      ({ y: a, k: b }) => tf.sum<Scalar>(space.combine(a, [b], [0.5], Float64Array.of(1, 2))),
      { y, k },
    );
    t.deepEqual([...gradients['k'].dataSync()], [0.5, 0.5, 1, 1]);
    t.deepEqual([...gradients['y'].dataSync()], [1, 1, 1, 1]);
    tf.dispose([value, gradients['y'], gradients['k']]);
  });
});

test.serial('solves of tensors are differentiated all six ways, stiff ones solved, and nothing is left behind', async (t) => {
  await ready({ backend: 'wasm' });
  const before = countTensors();
  await withScope(async (scope) => {
    const space = tensorSpace(scope);
    const y0 = scope.keep(tf.tensor2d([0.4, -0.9, 1.1, 0.2], [2, 2]));
    const weights = scope.keep(tf.tensor2d([1, 2, -1, 0.5], [2, 2]));
    // y′ = −t·sin y, entry by entry: tan(y/2) falls like exp(−t²/2).
    const exact = (y: number, t0: number, t1: number) => 2 * Math.atan(Math.tan(y / 2) * Math.exp((t0 * t0 - t1 * t1) / 2));
    const loss = (t0: number, t1: number, at: readonly number[]) =>
      at.reduce((sum, y, i) => sum + [1, 2, -1, 0.5][i] * exact(y, t0, t1), 0);
    const start = [0.4, -0.9, 1.1, 0.2];
    const difference = (f: (by: number) => number) => (f(1e-5) - f(-1e-5)) / 2e-5;
    for (const gradient of gradientModes) {
      const { solution, gradient: found } = await solveWithGradient<Tensor>({
        space,
        field: (time, y) => scope.run(() => tf.mul(tf.sin(y), -(time as number))),
        pull: (time, y, c) => ({
          ofY: scope.run(() => tf.mul(tf.mul(tf.cos(y), -time), c)),
          ofT: -tf.tidy(() => tf.sum(tf.mul(tf.sin(y), c)).dataSync()[0]),
        }),
        ofEnd: () => scope.run(() => tf.clone(weights)),
        y0,
        t0: 0.5,
        t1: 2,
        rtol: 1e-5,
        atol: 1e-5,
        gradient,
      });
      const expected = start.map((_, i) => difference((by) => loss(0.5, 2, start.map((v, j) => (i === j ? v + by : v))))); // prettier-ignore
      t.is(mismatch(found!.y0.dataSync(), expected, { atol: 1e-4 }), undefined, gradient);
      const times = [difference((by) => loss(0.5 + by, 2, start)), difference((by) => loss(0.5, 2 + by, start))];
      t.is(mismatch([found!.t0, found!.t1], times, { atol: 2e-4 }), undefined, gradient);
      space.release(found!.y0);
      space.release(solution.y);
    }
    const stiff = await solve<Tensor>({
      space,
      field: (time, y) => scope.run(() => tf.mul(tf.sub(y, Math.cos(time as number)), -1e4)),
      y0,
      t0: 0,
      t1: 2,
      method: 'rodas4',
      rtol: 1e-4,
      atol: 1e-4,
    });
    t.is(stiff.result, 'done');
    t.is(mismatch(stiff.y.dataSync(), Array<number>(4).fill(Math.cos(2)), { atol: 1e-3 }), undefined);
    t.true(stiff.stats.evaluations < 1500, String(stiff.stats.evaluations));
    space.release(stiff.y);
    t.is(countTensors(), before + 2);
  });
  t.is(countTensors(), before);
});
