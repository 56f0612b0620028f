import test from 'ava';
import fc from 'fast-check';
import { binaryFunctions, unaryFunctions } from '#src/interpret/functions.js';

const close = (a: number, b: number, tolerance: number): boolean => Math.abs(a - b) <= tolerance * Math.max(Math.abs(b), 1e-300);

// Digits from tables of the error function (Abramowitz and Stegun, 1964, table 7.1 and 7.3), and e^(−x²)-sized tails.
test('erf to full accuracy', (t) => {
  const known: [number, number][] = [
    [0.01, 0.011283415555849618],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [4, 0.9999999845827421],
  ];
  for (const [x, y] of known) {
    t.true(close(unaryFunctions.erf(x), y, 4e-16), `${x}: ${unaryFunctions.erf(x)}`);
    t.is(unaryFunctions.erf(-x), -unaryFunctions.erf(x));
  }
  t.deepEqual([-Infinity, -7, 0, 7, Infinity].map(unaryFunctions.erf), [-1, -1, 0, 1, 1]);
  t.true(Number.isNaN(unaryFunctions.erf(NaN)));
  // erf′ = 2/√π e^(−x²), by central differences across the seam of the two formulas.
  for (let x = 2; x < 3; x += 0.05) {
    const slope = (unaryFunctions.erf(x + 1e-4) - unaryFunctions.erf(x - 1e-4)) / 2e-4;
    t.true(Math.abs(slope - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)) < 1e-9);
  }
});

test('sigmoid and softplus keep their accuracy at both ends', (t) => {
  const { sigmoid, softplus } = unaryFunctions;
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      t.true(close(sigmoid(x), x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)), 1e-15));
      t.true(close(softplus(x) - softplus(-x), x, 1e-12) || Math.abs(x) < 1e-3);
    }),
  );
  t.deepEqual([-Infinity, 0, Infinity].map(sigmoid), [0, 0.5, 1]);
  t.deepEqual([-Infinity, 0, Infinity].map(softplus), [0, Math.LN2, Infinity]);
  t.true(close(softplus(-50), Math.exp(-50), 1e-14));
});

test('rounding, remainders and logic', (t) => {
  t.deepEqual([-2.5, -1.5, -0.5, 0.5, 1.5, 2.4, 2.5, 1e300, -Infinity].map(unaryFunctions.round), [
    -2,
    -2,
    -0,
    0,
    2,
    2,
    2,
    1e300,
    -Infinity,
  ]);
  t.deepEqual([-1.7, 1.7].map(unaryFunctions.trunc), [-1, 1]);
  t.deepEqual([-3, -0, 0, 7, NaN].map(unaryFunctions.sign), [-1, 0, 0, 1, 0]);
  t.deepEqual([0, 2, NaN].map(unaryFunctions.not), [1, 0, 0]);
  t.deepEqual([NaN, Infinity, 0].map(unaryFunctions.isNaN), [1, 0, 0]);
  t.deepEqual([NaN, Infinity, 0].map(unaryFunctions.isFinite), [0, 0, 1]);
  const { mod, maximum, and, or } = binaryFunctions;
  const pairs: [number, number][] = [
    [5, 3],
    [-5, 3],
    [5, -3],
    [-5, -3],
    [6, -3],
    [-5, Infinity],
  ];
  t.deepEqual(
    pairs.map(([a, b]) => mod(a, b)),
    [2, 1, -1, -2, 0, Infinity],
  );
  t.true(Number.isNaN(maximum(NaN, 1)) && Number.isNaN(maximum(1, NaN)));
  t.deepEqual([and(2, 0), and(2, 3), or(0, 0), or(0, -1)], [0, 1, 0, 1]);
});
