import test from 'ava';
import { gridError } from '#src/flow/grid-error.js';

const none = new Float64Array(20);
const triple = (...values: readonly Float64Array[]) => values.map((each, i) => ({ steps: [16, 8, 4][i], values: each }));
/** Values of n, about n/2 and about n/4 steps whose error falls at an order, and is as given with n. */
const grids = (order: number, errors: ArrayLike<number>, counts: readonly number[] = [16, 8, 4]) =>
  counts.map((steps) => ({ steps, values: Float64Array.from(errors, (error) => 3 + error * (counts[0] / steps) ** order) }));

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
  const chance = gridError(
    triple(
      fine,
      fine,
      fine.map((v) => v + 1e-2),
    ),
    2,
    none,
  );
  t.true(chance.resolved && chance.errors.every((error) => Math.abs(error - 1e-2 / 4) < 1e-12));
  const noisy = gridError(
    triple(
      fine,
      fine.map((v) => v + 1e-7),
      fine,
    ),
    4,
    new Float64Array(20).fill(1e-7),
  );
  t.true(noisy.resolved && noisy.errors.every((error) => error < 1e-6));
});

test('a tenth of slow rows are too many; without grids to compare with nothing is known', (t) => {
  const values = (slow: number) =>
    triple(...[1, 2, 4].map((coarser) => Float64Array.from(none, (_, i) => 1e-3 * coarser ** (i < slow ? 0.2 : 2))));
  t.deepEqual([gridError(values(1), 2, none).resolved, gridError(values(2), 2, none).resolved], [true, false]);
  const alone = gridError([...triple(none, none), undefined], 2, none);
  t.true(!alone.resolved && alone.errors.every(Number.isNaN));
});

test('counts that four does not divide: the error and the order are those of the steps that were taken', (t) => {
  const truth = Float64Array.from({ length: 20 }, (_, i) => (i - 7.5) * 1e-4);
  for (const steps of [3, 5, 6, 7, 9, 10, 13, 14, 30]) {
    for (const order of [1, 2, 3, 4, 5]) {
      const counts = [steps, Math.ceil(steps / 2), Math.ceil(steps / 4)];
      const { errors, resolved } = gridError(grids(order, truth, counts), order, none);
      t.true(resolved, `${steps} steps at order ${order}`);
      const factor = Math.max(3, (steps / counts[1]) ** order - 1);
      errors.forEach((error, i) => t.true(Math.abs(error / (factor * Math.abs(truth[i])) - 1) < 1e-6, `${error} ${truth[i]}`));
      t.false(gridError(grids(0.4 * order, truth, counts), order, none).resolved);
    }
  }
});

test('values beyond all numbers are no sign of convergence, unless all grids agree on them', (t) => {
  const away = new Float64Array(20).fill(-Infinity);
  t.false(gridError(triple(none, away, away), 2, none).resolved);
  t.false(
    gridError(
      triple(
        none,
        away.map(() => NaN),
        none,
      ),
      2,
      none,
    ).resolved,
  );
  t.true(gridError(triple(away, away, away), 2, none).resolved);
});
