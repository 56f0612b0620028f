import test from 'ava';
import { squaredDistances } from '#src/objective/coupling.js';
import { key, normals, split, uniforms } from '#src/random/index.js';
import { assign } from '#src/transport/assignment.js';

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
