import test from 'ava';
import { assign } from '#src/objective/assignment.js';
import { couple, squaredDistances } from '#src/objective/coupling.js';
import { key, normals, permutation, split, uniforms } from '#src/random/index.js';

const costs = (n: number, seed: number): Float64Array => Float64Array.from(uniforms(key(seed), n * n));

function leastByAllPermutations(cost: Float64Array, n: number): number {
  const used = new Array<boolean>(n).fill(false);
  const search = (row: number): number => {
    if (row === n) return 0;
    let best = Infinity;
    for (let j = 0; j < n; j++) {
      if (used[j]) continue;
      used[j] = true;
      best = Math.min(best, cost[row * n + j] + search(row + 1));
      used[j] = false;
    }
    return best;
  };
  return search(0);
}

test('the assignment is the best of all permutations, n = 1 to 8', (t) => {
  for (let n = 1; n <= 8; n++) {
    for (let seed = 0; seed < 8; seed++) {
      const cost = costs(n, 100 * n + seed);
      const { columns, cost: total } = assign(cost, n);
      t.deepEqual(
        [...columns].sort((a, b) => a - b),
        [...columns.keys()],
      );
      t.true(Math.abs(total - leastByAllPermutations(cost, n)) < 1e-12, `n = ${n}, seed ${seed}`);
    }
  }
});

test('ties, equal costs and negative costs are settled the same way each time', (t) => {
  t.deepEqual([...assign(new Float64Array(25).fill(3), 5).columns], [...assign(new Float64Array(25).fill(3), 5).columns]);
  const coarse = Float64Array.from(uniforms(key(5), 49), (v) => Math.floor(3 * v) - 1);
  t.is(assign(coarse, 7).cost, leastByAllPermutations(coarse, 7));
});

test('dual prices prove the assignment optimal for n = 256', (t) => {
  const n = 256;
  const points = (tag: string) => ({ shape: [n, 2], data: normals(split(key(3), tag), 2 * n) });
  const cost = squaredDistances(points('a'), points('b'));
  const { columns, cost: total, rowPrices, columnPrices } = assign(cost, n);
  t.deepEqual(
    [...columns].sort((a, b) => a - b),
    [...columns.keys()],
  );
  let slackest = Infinity;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) slackest = Math.min(slackest, cost[i * n + j] - rowPrices[i] - columnPrices[j]);
  t.true(slackest > -1e-10, `dual infeasible by ${-slackest}`);
  const dual = [...rowPrices, ...columnPrices].reduce((sum, v) => sum + v, 0);
  t.true(Math.abs(total - dual) < 1e-9 * n, `gap ${total - dual}`);
});

test('on a line the exact coupling sorts: it finds a hidden monotone pairing', (t) => {
  const n = 64;
  const x1 = { shape: [n, 1], data: normals(key(1), n) };
  const hidden = permutation(key(2), n);
  const x0 = { shape: [n, 1], data: Float32Array.from(hidden, (i) => 0.5 * x1.data[i] - 3) };
  const coupled = couple('exact-ot', x0, x1);
  t.deepEqual(
    [...coupled.data],
    [...x1.data].map((v) => Math.fround(0.5 * v - 3)),
  );
});

test('a coupling uses every noise sample once, leaves the data alone, and costs no more than the given order', (t) => {
  const n = 40;
  const x0 = { shape: [n, 3], data: normals(split(key(8), 0), 3 * n) };
  const x1 = { shape: [n, 3], data: normals(split(key(8), 1), 3 * n) };
  const kept = x1.data.slice();
  const coupled = couple('exact-ot', x0, x1);
  const cost = (a: Float32Array): number => a.reduce((sum, v, i) => sum + (v - x1.data[i]) ** 2, 0);
  t.deepEqual(
    [...coupled.data].sort((a, b) => a - b),
    [...x0.data].sort((a, b) => a - b),
  );
  t.deepEqual(x1.data, kept);
  t.true(cost(coupled.data) < cost(x0.data));
  t.is(couple('independent', x0, x1), x0);
});
