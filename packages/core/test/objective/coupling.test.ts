import test from 'ava';
import { takeRows } from '@advect/base/array';
import { assign } from '#src/transport/assignment.js';
import { couple, squaredDistances } from '#src/objective/coupling.js';
import { key, normals, permutation, split, uniforms } from '#src/random/index.js';
import { sinkhorn } from '#src/transport/sinkhorn.js';

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
  const coupled = couple({ name: 'exact-ot', key: key(0) }, x0, x1);
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
  const coupled = couple({ name: 'exact-ot', key: key(0) }, x0, x1);
  const cost = (a: Float32Array): number => a.reduce((sum, v, i) => sum + (v - x1.data[i]) ** 2, 0);
  t.deepEqual(
    [...coupled.data].sort((a, b) => a - b),
    [...x0.data].sort((a, b) => a - b),
  );
  t.deepEqual(x1.data, kept);
  t.true(cost(coupled.data) < cost(x0.data));
  t.is(couple({ name: 'independent', key: key(0) }, x0, x1), x0);
});

test('a hidden permutation of near pairs is recovered, by the assignment and by a plan of little entropy', (t) => {
  const n = 48;
  const x1 = { shape: [n, 2], data: Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 ? Math.floor(i / 2 / 8) : (i / 2) % 8)) };
  const hidden = permutation(key(4), n);
  const noise = normals(key(5), 2 * n);
  const x0 = takeRows({ shape: [n, 2], data: x1.data.map((v, i) => v + 0.01 * noise[i]) }, hidden);
  const expected = takeRows(
    x0,
    Int32Array.from(hidden.keys(), (i) => hidden.indexOf(i)),
  );
  for (const name of ['exact-ot', 'sinkhorn'] as const) {
    t.deepEqual(couple({ name, regularisation: 0.02, key: key(6) }, x0, x1), expected, name);
  }
});

test("Sinkhorn's plan has its marginals to 1e-6 and is a product of scalings and the Gibbs kernel, which makes it the only one", (t) => {
  const n = 60;
  const points = (tag: string) => ({ shape: [n, 2], data: normals(split(key(13), tag), 2 * n) });
  const cost = squaredDistances(points('a'), points('b'));
  for (const epsilon of [5, 0.5, 0.05, 0.002, 1e-5]) {
    const { plan, marginalError, passes, newtonSteps } = sinkhorn(cost, n, epsilon);
    t.log(`ε = ${epsilon}: ${passes} passes, ${newtonSteps} Newton steps, marginal error ${marginalError}`);
    for (let i = 0; i < n; i++) {
      let [row, column] = [0, 0];
      for (let j = 0; j < n; j++) {
        row += plan[i * n + j];
        column += plan[j * n + i];
      }
      t.true(
        Math.abs(n * row - 1) < 1e-6 && Math.abs(n * column - 1) < 1e-12 + 1e-15 / epsilon,
        `ε = ${epsilon}, ${i}: ${n * row - 1}, ${n * column - 1}`,
      );
    }
    if (epsilon < 0.05) continue;
    // log π + C/ε = f ⊕ g: its mixed differences vanish.
    const potential = (i: number, j: number): number => Math.log(plan[i * n + j]) + cost[i * n + j] / epsilon;
    for (let i = 1; i < n; i++) {
      for (let j = 1; j < n; j++) {
        const mixed = potential(i, j) - potential(0, j) - potential(i, 0) + potential(0, 0);
        t.true(Math.abs(mixed) < 1e-9 * Math.max(1, cost[i * n + j] / epsilon), `${i}, ${j}: ${mixed}`);
      }
    }
  }
});

test('the less entropy, the nearer the plan costs the assignment; much entropy makes it independent', (t) => {
  const n = 40;
  const points = (tag: string) => ({ shape: [n, 2], data: normals(split(key(17), tag), 2 * n) });
  const cost = squaredDistances(points('a'), points('b'));
  const costAt = (epsilon: number): number => sinkhorn(cost, n, epsilon).plan.reduce((sum, v, i) => sum + v * cost[i], 0);
  const least = assign(cost, n).cost / n;
  const mean = cost.reduce((sum, v) => sum + v, 0) / cost.length;
  const ladder = [1e-3, 1e-2, 0.1, 1, 10, 1e4].map(costAt);
  t.log(`assignment ${least.toFixed(4)}; ${ladder.map((v) => v.toFixed(4)).join(', ')}; independent ${mean.toFixed(4)}`);
  t.true(ladder.every((v, i) => v > (i === 0 ? least - 1e-9 : ladder[i - 1])));
  t.true(ladder[0] - least < 5e-3 && Math.abs(ladder[5] - mean) < 1e-3 * mean);
});

test('pairs are drawn from the plan by the key: the same for the same key, and with the frequencies of the plan', (t) => {
  const n = 6;
  const x0 = { shape: [n, 1], data: Float32Array.from({ length: n }, (_, i) => i) };
  const x1 = { shape: [n, 1], data: Float32Array.from({ length: n }, (_, i) => 0.8 * i + 0.3) };
  const draw = (seed: number) => couple({ name: 'sinkhorn', regularisation: 2, key: key(seed) }, x0, x1).data;
  t.deepEqual(draw(3), draw(3));
  const { plan } = sinkhorn(squaredDistances(x1, x0), n, 2);
  const times = 4000;
  const counts = new Float64Array(n * n);
  for (let seed = 0; seed < times; seed++) draw(seed).forEach((noise, i) => counts[i * n + noise]++);
  counts.forEach((count, i) => {
    const p = n * plan[i];
    t.true(Math.abs(count / times - p) < 4.5 * Math.sqrt((p * (1 - p)) / times) + 1e-4, `${i}: ${count / times} for ${p}`);
  });
});

test('with conditions, pairs are made within each alone, and labels stay with their rows', (t) => {
  const n = 30;
  const classOf = (i: number): number => (7 * i) % 3;
  const x1 = { shape: [n, 2], data: normals(key(21), 2 * n) };
  const x0 = { shape: [n, 2], data: normals(key(22), 2 * n) };
  const condition = { shape: [n, 3], data: Float32Array.from({ length: 3 * n }, (_, i) => Number(classOf(Math.floor(i / 3)) === i % 3)) };
  for (const name of ['exact-ot', 'sinkhorn'] as const) {
    const coupled = couple({ name, condition, key: key(1) }, x0, x1);
    for (let i = 0; i < n; i++) {
      const from = [...x0.data.keys()].find((k) => k % 2 === 0 && x0.data[k] === coupled.data[2 * i])! / 2;
      t.is(classOf(from), classOf(i), `${name}: row ${i} was given the noise of row ${from}`);
    }
  }
  const ones = [...Array(n).keys()].filter((i) => classOf(i) === 1);
  const [own, all] = [
    couple({ name: 'exact-ot', key: key(1) }, takeRows(x0, ones), takeRows(x1, ones)),
    couple({ name: 'exact-ot', condition, key: key(1) }, x0, x1),
  ];
  t.deepEqual(own, takeRows(all, ones));
});

test('ε = 2σ² makes the plan that of the Schrödinger bridge: between Gaussians, its covariance is the closed form', (t) => {
  const n = 400;
  const [spread, sigma] = [1.7, 0.8];
  // Quantiles stand for the Gaussians, so that nothing is left to chance.
  const quantile = (u: number): number => {
    let [low, high] = [-6, 6];
    while (high - low > 1e-12) {
      const middle = (low + high) / 2;
      if (normalBelow(middle) < u) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  };
  const z = Float32Array.from({ length: n }, (_, i) => quantile((i + 0.5) / n));
  const x0 = { shape: [n, 1], data: z };
  const x1 = { shape: [n, 1], data: z.map((v) => spread * v) };
  const { plan } = sinkhorn(squaredDistances(x0, x1), n, 2 * sigma ** 2);
  let covariance = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) covariance += plan[i * n + j] * x0.data[i] * x1.data[j];
  // Janati et al. (2020), theorem 1, in one dimension.
  const expected = (Math.sqrt(4 * spread ** 2 + sigma ** 4) - sigma ** 2) / 2;
  t.true(Math.abs(covariance / expected - 1) < 5e-3, `${covariance} ${expected}`);
});

/** P(z < x) for z standard normal, by Simpson's rule from 0. */
function normalBelow(x: number): number {
  const cells = 200;
  let sum = 0;
  for (let i = 0; i <= cells; i++) {
    const weight = i === 0 || i === cells ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * Math.exp(-(((i / cells) * x) ** 2) / 2);
  }
  return 0.5 + (sum * x) / (3 * cells) / Math.sqrt(2 * Math.PI);
}
