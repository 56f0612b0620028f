import test from 'ava';
import { squaredDistances } from '#src/objective/coupling.js';
import { key, normals, split } from '#src/random/index.js';
import { assign } from '#src/transport/assignment.js';
import { sinkhorn } from '#src/transport/sinkhorn.js';

test("Sinkhorn's plan has its marginals to 1e-6 and is a product of scalings and the Gibbs kernel, which makes it the only one", (t) => {
  const n = 60;
  const points = (tag: string) => ({ shape: [n, 2], data: normals(split(key(13), tag), 2 * n) });
  const cost = squaredDistances(points('a'), points('b'));
  for (const epsilon of [5, 0.5, 0.05, 0.002, 1e-5]) {
    const { plan, converged, marginalError, passes, newtonSteps } = sinkhorn(cost, n, epsilon);
    t.true(converged);
    if (epsilon === 0.002) t.true(newtonSteps > 0, 'passes alone would be slow here: this tests the Newton steps too');
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
