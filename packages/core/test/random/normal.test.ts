import test from 'ava';
import { key, normals, split } from '#src/random/index.js';
import { normalRows } from '#src/random/normal.js';
import { log, normalQuantile } from '#src/random/quantile.js';

// √2·erfinv(2p − 1) at p = (word + ½)/2^32, by mpmath 1.3 with 40 digits.
const quantiles = [
  [0, -6.3379577545537893],
  [1, -6.1664295178197502],
  [1000, -5.0398511259687115],
  [12345678, -2.7617695198594858],
  [322122546, -1.4395314720898173],
  [322122548, -1.4395314688002133],
  [1000000000, -0.72955655307587401],
  [2147483647, -2.9180993729166227e-10],
  [2147483648, 2.9180993729166227e-10],
  [3000000000, 0.52006806184887622],
  [3972844748, 1.4395314704450153],
  [3972844749, 1.4395314720898173],
  [4294967000, 5.2684201017166356],
  [4294967295, 6.3379577545537893],
];

test('the normal quantile agrees with 40-digit arithmetic to 1e-14', (t) => {
  for (const [word, expected] of quantiles) {
    const error = Math.abs(normalQuantile(word) / expected - 1);
    t.true(error < 1e-14, `word ${word}: ${error}`);
  }
});

test('the logarithm agrees with the platform’s to two units in the last place', (t) => {
  for (let i = 0; i < 33; i++) {
    for (const x of [2 ** i, 2 ** i + 1, Math.floor(2 ** i * 1.4142), Math.floor(2 ** i * 1.4143), 2 ** (i + 1) - 1]) {
      t.true(Math.abs(log(x) - Math.log(x)) <= 4.5e-16 * Math.log(x), `log(${x}) = ${log(x)}, platform ${Math.log(x)}`);
    }
  }
});

const n = 200_000;
const sample = normals(key(0), n);

test('the first four moments are those of the standard normal', (t) => {
  const moment = (power: number): number => sample.reduce((sum, v) => sum + v ** power, 0) / n;
  // Var(x) = 1, Var(x²) = 2, Var(x³) = 15, Var(x⁴) = 96.
  t.true(Math.abs(moment(1)) < 4 * Math.sqrt(1 / n));
  t.true(Math.abs(moment(2) - 1) < 4 * Math.sqrt(2 / n));
  t.true(Math.abs(moment(3)) < 4 * Math.sqrt(15 / n));
  t.true(Math.abs(moment(4) - 3) < 4 * Math.sqrt(96 / n));
});

test('the Kolmogorov–Smirnov distance to the normal distribution is within its 1e-4 bound', (t) => {
  const sorted = sample.slice().sort();
  const distance = sorted.reduce((worst, x, i) => Math.max(worst, Math.abs(normalCdf(x) - i / n), Math.abs(normalCdf(x) - (i + 1) / n)), 0);
  t.true(distance * Math.sqrt(n) < 2.23, `√n·D = ${distance * Math.sqrt(n)}`);
});

test('the same key gives the same bytes, and a slice is the slice of the whole', (t) => {
  const k = split(key(0), 'slices');
  const whole = normals(k, 1000);
  t.deepEqual(normals(k, 1000), whole);
  for (const [start, count] of [
    [0, 0],
    [0, 1],
    [1, 1],
    [1, 2],
    [7, 500],
    [998, 2],
  ]) {
    t.deepEqual(normals(k, count, start), whole.slice(start, start + count));
  }
  t.notDeepEqual(normals(key(1), 1000), whole);
});

test('the first numbers of seed 0 are those of a Python program with its own Threefry and mpmath’s erfinv', (t) => {
  t.deepEqual([...normals(key(0), 4)], [-0.43005937337875366, -0.10730548202991486, -1.7887952327728271, 1.3893964290618896]);
});

/** Φ(x) by its power series, exact to 1e-12 for |x| < 5.5. */
function normalCdf(x: number): number {
  if (Math.abs(x) > 5.5) return x > 0 ? 1 : 0;
  let term = x;
  let sum = x;
  for (let k = 1; Math.abs(term) > 1e-16; k++) {
    term *= (x * x) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI);
}

test('rows of normals are those of the child keys, to the bit', (t) => {
  for (const width of [1, 2, 3, 8]) {
    const rows = normalRows(key(4), 5, width, 2 ** 33);
    for (let i = 0; i < 5; i++) t.deepEqual(rows.slice(i * width, (i + 1) * width), normals(split(key(4), 2 ** 33 + i), width));
  }
  t.throws(() => normalRows(key(4), -1, 2), { code: 'invalid-value' });
});
