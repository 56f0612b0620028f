import test from 'ava';
import { slerp } from '#src/model/slerp.js';

const rounded = (v: Float32Array): number[] => Array.from(v, (x) => Math.round(x * 1e5) / 1e5);

test('half of a right angle, and between lengths', (t) => {
  t.deepEqual(rounded(slerp(Float32Array.of(1, 0), Float32Array.of(0, 1), 0.5)), [0.70711, 0.70711]);
  t.deepEqual(rounded(slerp(Float32Array.of(2, 0), Float32Array.of(0, 4), 1 / 3)), [2.3094, 1.33333]); // length 8/3 at 30 degrees
});

test('ends are exact, also of parallel and opposite points', (t) => {
  const a = Float32Array.of(0.1, -0.7, 3);
  for (const b of [Float32Array.of(1, 2, 3), a.map((v) => 2 * v), a.map((v) => -v)]) {
    t.deepEqual(slerp(a, b, 0), a);
    t.deepEqual(slerp(a, b, 1), b);
    t.true(slerp(a, b, 0.3).every(Number.isFinite));
  }
  t.deepEqual(rounded(slerp(Float32Array.of(1, 0), Float32Array.of(3, 0), 0.25)), [1.5, 0]);
});
