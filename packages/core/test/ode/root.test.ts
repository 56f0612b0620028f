import test from 'ava';
import fc from 'fast-check';
import { findRoot } from '#src/ode/root.js';

function solveFor(f: (x: number) => number, a: number, b: number, tolerance: number): { root: number; evaluations: number } {
  const search = findRoot([a, f(a)], [b, f(b)], tolerance);
  let evaluations = 0;
  let last = search.next();
  for (; !last.done; evaluations++) last = search.next(f(last.value));
  return { root: last.value, evaluations };
}

test('roots of smooth functions are found to the tolerance, on the far side, in few evaluations', (t) => {
  const cases: [(x: number) => number, number, number, number][] = [
    [(x) => x * x - 2, 0, 2, Math.SQRT2],
    [(x) => Math.cos(x), 0, 3, Math.PI / 2],
    [(x) => 1 - Math.exp(x - 1), 0, 4, 1],
    [(x) => x ** 3, -1, 2.5, 0],
    [(x) => x - 0.25, 0, 1, 0.25],
  ];
  for (const [f, a, b, exact] of cases) {
    const { root, evaluations } = solveFor(f, a, b, 1e-12);
    t.true(Math.abs(root - exact) <= 1e-12, `${root} ${exact}`);
    t.true(f(root) === 0 || Math.sign(f(root)) === Math.sign(f(b)));
    t.true(evaluations <= (exact === 0 ? 43 : 12), `${evaluations}`);
  }
});

test('whatever the function: at most one evaluation more than bisection, and a change of sign within the tolerance', (t) => {
  fc.assert(
    fc.property(
      fc.double({ min: -8, max: 8, noNaN: true }),
      fc.double({ min: 0.01, max: 20, noNaN: true }),
      fc.double({ min: 0.02, max: 0.98, noNaN: true }),
      fc.double({ min: 0.05, max: 9, noNaN: true }),
      fc.constantFrom(1e-3, 1e-8),
      (a, width, share, power, tolerance) => {
        const exact = a + share * width;
        const f = (x: number) => Math.sign(x - exact) * (Math.abs(x - exact) ** power + (x > exact ? 0 : 1e-9));
        const { root, evaluations } = solveFor(f, a, a + width, tolerance);
        const rounding = 4 * 2 ** -52 * (Math.abs(a) + width);
        t.true(root >= exact && root - exact <= tolerance + rounding, `${root} ${exact}`);
        t.true(evaluations <= Math.max(0, Math.ceil(Math.log2(width / tolerance))) + 1, `${evaluations}`);
      },
    ),
    { numRuns: 300, seed: 4 },
  );
});

test('a root at the far end is the far end', (t) => {
  t.deepEqual(
    solveFor((x) => x - 1, 0, 1, 1e-9),
    { root: 1, evaluations: 0 },
  );
});

/** The points of ITP as Oliveira and Takahashi write them down (2020, section 2.2), with κ₁ = 0.2 / (b − a), κ₂ = 2, n₀ = 1. */
function itpPoints(f: (x: number) => number, a: number, b: number, epsilon: number): number[] {
  const points: number[] = [];
  const k1 = 0.2 / (b - a);
  const most = Math.ceil(Math.log2((b - a) / (2 * epsilon))) + 1;
  for (let j = 0; b - a > 2 * epsilon; j++) {
    const [fa, fb] = [f(a), f(b)];
    const half = (a + b) / 2;
    const r = 0.999 * epsilon * 2 ** (most - j) - (b - a) / 2;
    const falsi = (fb * a - fa * b) / (fb - fa);
    const sigma = Math.sign(half - falsi);
    const delta = k1 * (b - a) ** 2;
    const truncated = delta <= Math.abs(half - falsi) ? falsi + sigma * delta : half;
    const point = Math.abs(truncated - half) <= r ? truncated : half - sigma * r;
    points.push(point);
    const value = f(point);
    if (value === 0) break;
    if (value > 0 === fb > 0) b = point;
    else a = point;
  }
  return points;
}

test('the points are those of ITP as its authors write it', (t) => {
  const cases: [(x: number) => number, number, number][] = [
    [(x) => x * x - 2, 0, 2],
    [(x) => Math.cos(x), 0, 3],
    [(x) => x ** 3 - 0.1, -1, 2.5],
    [(x) => Math.exp(x) - 5, 0, 4],
    [(x) => x ** 9 - 1e-3, 0, 1.1],
    [(x) => (x - 0.4999) * (1 + x), 0, 1],
  ];
  for (const [f, a, b] of cases) {
    const search = findRoot([a, f(a)], [b, f(b)], 1e-6);
    const expected = itpPoints(f, a, b, 5e-7);
    const points: number[] = [];
    for (let next = search.next(); !next.done && points.length < 40; next = search.next(f(next.value))) points.push(next.value);
    t.is(points.length, expected.length);
    points.forEach((point, i) => t.true(Math.abs(point - expected[i]) < 1e-9, `point ${i} is ${point}, by the authors ${expected[i]}`));
  }
});
