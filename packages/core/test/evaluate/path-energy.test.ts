import test from 'ava';
import { normalisedPathEnergy } from '#src/evaluate/index.js';
import { cnf } from '#src/flow/index.js';
import { key, normals } from '#src/random/index.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';
import { fieldOf } from '../flow/fields.js';

test.before(async () => void (await ready()));

test.serial('a shift costs its squared length, and a detour costs what it is longer', async (t) => {
  const before = countTensors();
  const n = 120;
  const shift = cnf({ field: fieldOf(2, (x) => tf.add(tf.zerosLike(x), tf.tensor1d([3, -4]))) });
  // The truth is where this very noise arrives, so that W₂² is the squared length of the shift to rounding.
  const { x: truth } = await shift.sample(n, { seed: 5, method: 'euler', steps: 1 });
  const straight = await normalisedPathEnergy(shift, truth, { seed: 5, steps: 10 });
  t.true(Math.abs(straight.energy - 25) < 1e-4 && Math.abs(straight.squaredDistance - 25) < 1e-4);
  t.true(straight.normalised < 1e-5 && straight.standardError < 1e-4);
  // Velocity 2t·(3, −4) gets there too, with ∫4t² dt = 4/3 of the energy (the Euler sum over 100 steps: 1.313).
  const late = cnf({
    field: fieldOf(2, (x, at) => tf.add(tf.zerosLike(x), tf.mul(tf.mul(2, tf.reshape(at, [-1, 1])), tf.tensor1d([3, -4])))),
  });
  const detour = await normalisedPathEnergy(late, truth, { seed: 5 });
  t.true(Math.abs(detour.energy / 25 - (4 * 99 * 100 * 199) / 6 / 100 ** 3) < 1e-4, `${detour.energy / 25}`);
  t.is(countTensors(), before);
});

test('the energy of a rotation is the mean of ω²|x|², with its standard error', async (t) => {
  const turn = cnf({
    field: fieldOf(2, (x) =>
      tf.matMul(
        x,
        tf.tensor2d([
          [0, 0.5],
          [-0.5, 0],
        ]),
      ),
    ),
  });
  const truth = { shape: [400, 2], data: normals(key(3), 800) };
  const { energy, standardError, normalised } = await normalisedPathEnergy(turn, truth, { steps: 50 });
  // E ω²|x|² = 0.5, with a standard deviation of ω²·2; the Euler step widens circles by ω²/50 at most.
  t.true(Math.abs(energy - 0.5) < 4 * standardError + 0.005, `${energy} ± ${standardError}`);
  t.true(Math.abs(standardError / (0.5 / 20) - 1) < 0.2);
  t.true(normalised > 1);
});
