import test from 'ava';
import { linearScale, logScale, tickText } from '#src/report/scale.js';

test('ticks are round numbers inside the range, about as many as asked for', (t) => {
  t.deepEqual(linearScale(0, 25_000, 5).ticks, [0, 5000, 10_000, 15_000, 20_000, 25_000]);
  t.deepEqual(linearScale(3.31, 3.66, 4).ticks, [3.4, 3.5, 3.6]);
  t.deepEqual(linearScale(-0.2, 0.2, 4).ticks, [-0.2, -0.1, 0, 0.1, 0.2]);
  for (const [low, high] of [
    [0, 1],
    [-7, 1e9],
    [1e-9, 2e-9],
    [5, 5],
    [0, 0],
  ]) {
    const { ticks, place } = linearScale(low, high, 4);
    t.true(ticks.length >= 2 && ticks.length <= 9, `${low} to ${high}: ${ticks.join()}`);
    t.true(ticks.every((tick) => place(tick) >= -1e-9 && place(tick) <= 1 + 1e-9));
  }
});

test('a scale is linear, or the logarithm, between its ends', (t) => {
  const linear = linearScale(10, 30, 4);
  t.deepEqual([10, 20, 30].map(linear.place), [0, 0.5, 1]);
  const log = logScale(1, 10_000, 4);
  t.true(Math.abs(log.place(100) - 0.5) < 1e-12);
  t.deepEqual(log.ticks, [1, 10, 100, 1000, 10_000]);
  t.deepEqual(logScale(1, 10, 4).ticks, [1, 2, 5, 10]);
});

test('ticks are written short', (t) => {
  t.deepEqual([0, 12_000, 2_500_000, 0.0005, -3.25, 100].map(tickText), ['0', '12k', '2.5M', '5e−4', '−3.25', '100']);
});
