import test from 'ava';
import { gridError } from '#src/flow/grid-error.js';

const none = new Float64Array(20);
/** Values of n, n/2 and n/4 steps whose error is c·(steps)^−order. */
const grids = (order: number, errors: ArrayLike<number>) =>
  [1, 2, 4].map((coarser) => Float64Array.from(errors, (error) => 3 + error * coarser ** order));

for (const order of [1, 2, 3, 4, 5, 8]) {
  test(`order ${order}: where the grids converge as they should the error is three times the true one`, (t) => {
    const truth = Float64Array.from({ length: 20 }, (_, i) => (i - 7.5) * 1e-4);
    const { errors, resolved } = gridError(grids(order, truth), order, none);
    t.true(resolved);
    const factor = Math.max(3, 2 ** order - 1);
    errors.forEach((error, i) => t.true(Math.abs(error / (factor * Math.abs(truth[i])) - 1) < 1e-6, `${error} ${truth[i]}`));
  });
}

test('slower convergence is believed: the error is three times the true one of the order that is observed', (t) => {
  const truth = Float64Array.from({ length: 20 }, (_, i) => 1e-4 * (i + 1));
  const { errors, resolved } = gridError(grids(1.5, truth), 4, none);
  t.false(resolved);
  errors.forEach((error, i) => t.true(Math.abs(error - 3 * truth[i]) < 1e-10));
});

test('a difference that vanishes by chance does not pass for accuracy, nor noise for slow convergence', (t) => {
  const fine = new Float64Array(20).fill(1);
  const chance = gridError([fine, fine, fine.map((v) => v + 1e-2)], 2, none);
  t.true(chance.resolved && chance.errors.every((error) => Math.abs(error - 1e-2 / 4) < 1e-12));
  const noisy = gridError([fine, fine.map((v) => v + 1e-7), fine], 4, new Float64Array(20).fill(1e-7));
  t.true(noisy.resolved && noisy.errors.every((error) => error < 1e-6));
});

test('a tenth of slow rows are too many; without grids to compare with nothing is known', (t) => {
  const values = (slow: number) => [1, 2, 4].map((coarser) => Float64Array.from(none, (_, i) => 1e-3 * coarser ** (i < slow ? 0.2 : 2)));
  t.deepEqual([gridError(values(1), 2, none).resolved, gridError(values(2), 2, none).resolved], [true, false]);
  const alone = gridError([none, none, undefined], 2, none);
  t.true(!alone.resolved && alone.errors.every(Number.isNaN));
});
