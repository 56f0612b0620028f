import test from 'ava';
import { key, normals, split } from '#src/random/index.js';
import { solvePositive } from '#src/transport/solve-positive.js';

/** B·Bᵀ for a random B of n rows and `rank` columns. */
function gram(n: number, rank: number): Float64Array {
  const b = normals(split(key(n), rank), n * rank);
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += b[i * rank + k] * b[j * rank + k];
    return sum;
  });
}

const times = (a: Float64Array, x: Float64Array): Float64Array =>
  x.map((_, i) => x.reduce((sum, v, j) => sum + a[i * x.length + j] * v, 0));

test('a positive definite system is solved: the right-hand side comes out again', (t) => {
  for (const n of [1, 2, 7, 30]) {
    const a = gram(n, 2 * n);
    const b = Float64Array.from(normals(key(9), n));
    const x = solvePositive(a.slice(), b, n);
    times(a, x).forEach((v, i) => t.true(Math.abs(v - b[i]) < 1e-11, `n = ${n}, ${i}: ${v} for ${b[i]}`));
  }
});

test('only the lower triangle is read, and the right-hand side is left alone', (t) => {
  const n = 5;
  const a = gram(n, 2 * n);
  const lower = a.map((v, at) => (at % n > Math.floor(at / n) ? NaN : v));
  const b = Float64Array.of(1, 2, 3, 4, 5);
  t.deepEqual(solvePositive(lower, b, n), solvePositive(a.slice(), b, n));
  t.deepEqual(b, Float64Array.of(1, 2, 3, 4, 5));
});

test('where the matrix has a null direction, a right-hand side in its range has a finite solution', (t) => {
  const n = 4;
  // The Laplacian of a ring: constants are its null space.
  const a = Float64Array.from({ length: n * n }, (_, at) => [2, -1, 0, -1][(n + Math.floor(at / n) - (at % n)) % n]);
  const b = Float64Array.of(1, -2, 3, -2);
  const x = solvePositive(a.slice(), b, n);
  times(a, x).forEach((v, i) => t.true(Math.abs(v - b[i]) < 1e-12, `${i}: ${v}`));
});
