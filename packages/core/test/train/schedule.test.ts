import test from 'ava';
import { clipByGlobalNorm, globalNorm } from '#src/train/clip.js';
import { emaDecay, emaUpdate } from '#src/train/ema.js';
import { constant, cosine, linear, warmUp } from '#src/train/schedule.js';

const close = (a: number, b: number, tolerance = 1e-12): boolean => Math.abs(a - b) <= tolerance;

test('schedules meet their ends and their middles', (t) => {
  t.is(constant(17, 100), 1);
  t.true(close(cosine()(0, 100), 1) && close(cosine()(50, 100), 0.5) && close(cosine()(100, 100), 0));
  t.true(cosine()(99, 100) > 0, 'the last step still moves');
  t.true(close(cosine(0.1)(50, 100), 0.55) && close(cosine(0.1)(100, 100), 0.1));
  t.true(close(linear(0.2)(0, 10), 1) && close(linear(0.2)(5, 10), 0.6) && close(linear(0.2)(10, 10), 0.2));
  t.is(cosine()(0, 1), 1);
  t.true(close(cosine()(200, 100), 0), 'past the end it stays at the end');
});

test('warm-up rises evenly to the peak and then hands over', (t) => {
  const schedule = warmUp(4, linear());
  t.deepEqual(
    [0, 1, 2, 3].map((step) => schedule(step, 14)),
    [0.25, 0.5, 0.75, 1],
  );
  t.is(schedule(4, 14), 1);
  t.true(close(schedule(9, 14), 0.5) && close(schedule(14, 14), 0));
  t.is(warmUp(0, constant)(0, 10), 1);
});

test('clipping keeps the direction and meets the limit', (t) => {
  const gradients = () => ({ a: Float32Array.of(3, 0), b: Float32Array.of(0, -4) });
  t.is(globalNorm(gradients()), 5);
  const listed = gradients();
  t.is(globalNorm({ b: listed.b, a: listed.a }), globalNorm(listed));
  const loose = gradients();
  t.is(clipByGlobalNorm(loose, 5), 5);
  t.deepEqual(loose, gradients());
  const tight = gradients();
  t.is(clipByGlobalNorm(tight, 1), 5);
  t.true(close(globalNorm(tight), 1, 1e-7) && close(tight.a[0], 0.6, 1e-7) && close(tight.b[1], -0.8, 1e-7));
  t.is(globalNorm({ a: new Float32Array(1e6).fill(1e-4) }).toFixed(6), '0.100000');
  t.true(Number.isNaN(clipByGlobalNorm({ a: Float32Array.of(NaN, 1) }, 1)));
});

test('the moving average warms up to its decay and equals the sum written out', (t) => {
  t.is(emaDecay(0.999, 1), 2 / 11);
  t.is(emaDecay(0.999, 100000), 0.999);
  t.is(emaDecay(0, 5), 0);
  const values = [1, -2, 0.5, 4, 4, -1];
  const average = { w: { shape: [1], data: Float32Array.of(3) } };
  values.forEach((v, k) => emaUpdate(average, { w: { shape: [1], data: Float32Array.of(v) } }, 0.5, k + 1));
  const decays = values.map((_, k) => Math.min(0.5, (k + 2) / (k + 11)));
  const after = (k: number): number => decays.slice(k).reduce((product, d) => product * d, 1);
  const expected = 3 * after(0) + values.reduce((sum, v, k) => sum + v * (1 - decays[k]) * after(k + 1), 0);
  t.true(close(average.w.data[0], expected, 1e-6));
});
