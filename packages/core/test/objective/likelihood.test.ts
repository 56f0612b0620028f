import test from 'ava';
import type { Parameters, VelocityField } from '#src/field/field.js';
import { mlp } from '#src/field/index.js';
import { cnf } from '#src/flow/index.js';
import { likelihood, type LikelihoodOptions } from '#src/objective/likelihood.js';
import { gradientModes } from '#src/ode/index.js';
import { key, normals } from '#src/random/index.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';
import { alongWeights } from './along-weights.js';

test.before(() => ready());

/** u = a ⊙ x, entry by entry. */
const stretch = (dim: number): VelocityField => ({
  config: { kind: 'test' },
  event: [dim],
  conditionDim: 0,
  init: () => ({ a: { shape: [dim], data: new Float32Array(dim) } }),
  velocity: ({ a }, { x }) => tf.mul(x, a),
});

const LOG_2PI = Math.log(2 * Math.PI);

/** −log p(x) of N(0, e^{2a·duration}), ½∫(a·x(t))² dt on the way that ends at x, and a², each summed over entries. */
function closedForm(a: readonly number[], x: readonly number[], duration: number) {
  const sums = { nats: 0, kinetic: 0, jacobian: 0 };
  a.forEach((rate, i) => {
    sums.nats += 0.5 * ((x[i] * Math.exp(-rate * duration)) ** 2 + LOG_2PI) + rate * duration;
    sums.kinetic += (rate * x[i] ** 2 * (1 - Math.exp(-2 * rate * duration))) / 4;
    sums.jacobian += rate ** 2 * duration;
  });
  return sums;
}

const tight = { rtol: 1e-6, atol: 1e-6 } as const;
const a = [0.7, -0.4, 0.2];
const rows = [
  [0.5, -1, 2],
  [1.5, 0.3, -0.2],
];
const batch = { x: { shape: [2, 3], data: Float32Array.from(rows.flat()) } };
const weights: Parameters = { a: { shape: [3], data: Float32Array.from(a) } };

for (const gradient of gradientModes) {
  test.serial(`${gradient}: penalties of a linear field, and their gradients, are the closed forms per sample and dimension`, async (t) => {
    const before = countTensors();
    const flow = cnf({ field: stretch(3) });
    const [kinetic, jacobian] = [0.3, 0.2];
    const lossAt = (rates: readonly number[]): number =>
      rows.reduce((sum, x) => {
        const of = closedForm(rates, x, 1);
        return sum + (of.nats + (kinetic * of.kinetic + jacobian * of.jacobian) / 3) / rows.length;
      }, 0);
    for (const divergence of ['exact', 'rademacher'] as const) {
      const objective = likelihood({ gradient, kinetic, jacobian, divergence, ...tight });
      const { loss, gradients, metrics } = await objective.evaluate(flow, weights, batch, key(1));
      t.true(Math.abs(loss - lossAt(a)) < 1e-5, `${loss} for ${lossAt(a)}`);
      const means = rows.map((x) => closedForm(a, x, 1));
      t.true(Math.abs(metrics!.kinetic - (means[0].kinetic + means[1].kinetic) / 6) < 1e-5);
      t.true(Math.abs(metrics!.jacobian - means[0].jacobian / 3) < 1e-5);
      a.forEach((_, i) => {
        const h = 1e-4;
        const moved = (by: number): number => lossAt(a.map((rate, k) => (k === i ? rate + by : rate)));
        const difference = (moved(h) - moved(-h)) / (2 * h);
        t.true(Math.abs(gradients.a[i] - difference) < 2e-5, `${divergence} a[${i}]: ${gradients.a[i]} for ${difference}`);
      });
      const nats = (means[0].nats + means[1].nats) / 2;
      t.true(Math.abs((await objective.measure!(flow, weights, batch, key(1))) - nats) < 1e-5, 'validation is −log p alone');
    }
    t.is(countTensors(), before);
  });
}

test.serial('gradients of a penalised likelihood agree with central differences for a network, in both modes', async (t) => {
  const flow = cnf({ field: mlp({ dim: 2, hidden: [6, 6], activation: 'tanh', lastLayer: 'random' }), seed: 4 });
  const points = { x: { shape: [8, 2], data: normals(key(5), 16) } };
  for (const divergence of ['exact', 'gaussian'] as const) {
    for (const gradient of ['steps', 'adjoint'] as const) {
      const options = { kinetic: 0.5, jacobian: 0.3, divergence, probes: 2, method: 'rk4', steps: 12, steer: 0.2 } as const;
      const objective = likelihood({ ...options, gradient });
      const { gradients } = await objective.evaluate(flow, flow.parameters, points, key(6));
      const lossAt = async (parameters: Parameters): Promise<number> => (await objective.evaluate(flow, parameters, points, key(6))).loss;
      const { exact, numeric } = await alongWeights(flow.parameters, gradients, lossAt, key(20), 2 ** -7);
      t.true(
        Math.abs(numeric - exact) < 5e-4 * Math.max(1, Math.abs(exact)),
        `${divergence} ${gradient}: ${exact}, differences ${numeric}`,
      );
    }
  }
});

test.serial('penalties leave the steps alone, and the penalty of the Jacobian is unbiased under probes', async (t) => {
  const flow = cnf({ field: mlp({ dim: 4, hidden: [8], activation: 'tanh', lastLayer: 'random' }), seed: 4 });
  const x = { x: { shape: [1, 4], data: normals(key(5), 4) } };
  const measured = (options: LikelihoodOptions, seed: number) =>
    likelihood({ ...tight, ...options }).evaluate(flow, flow.parameters, x, key(seed));
  const { metrics: plain } = await measured({ divergence: 'exact' }, 1);
  const { metrics: exact } = await measured({ divergence: 'exact', kinetic: 1, jacobian: 1 }, 1);
  t.is(exact!.forwardEvaluations, plain!.forwardEvaluations);
  const many = { x: { shape: [4000, 4], data: Float32Array.from({ length: 16_000 }, (_, i) => x.x.data[i % 4]) } };
  for (const divergence of ['gaussian', 'hutch++'] as const) {
    const objective = likelihood({ method: 'rk4', steps: 8, divergence, probes: 2, jacobian: 1 });
    const { metrics } = await objective.evaluate(flow, flow.parameters, many, key(2));
    t.log(`‖J‖² per dimension ${exact!.jacobian.toFixed(4)}, ${divergence} ${metrics!.jacobian.toFixed(4)}`);
    t.true(Math.abs(metrics!.jacobian / exact!.jacobian - 1) < 0.05);
  }
});

test.serial('STEER draws the base time of each update from the key, within its bounds and on both sides of 0', async (t) => {
  const steady: VelocityField = { ...stretch(1), velocity: ({ a: rate }, { x }) => tf.add(tf.mul(x, 0), rate) };
  const flow = cnf({ field: steady });
  const one: Parameters = { a: { shape: [1], data: Float32Array.of(1) } };
  const point = { x: { shape: [1, 1], data: Float32Array.of(2) } };
  const objective = likelihood({ steer: 0.4, ...tight });
  const times: number[] = [];
  for (let seed = 0; seed < 200; seed++) {
    const { loss } = await objective.evaluate(flow, one, point, key(seed));
    // −log p = ½(2 − (1 − τ))² + ½ log 2π
    times.push(Math.sqrt(2 * loss - LOG_2PI) - 1);
    if (seed === 7) t.is((await objective.evaluate(flow, one, point, key(7))).loss, loss);
  }
  t.true(Math.max(...times) < 0.4 && Math.max(...times) > 0.35 && Math.min(...times) > -0.4 && Math.min(...times) < -0.35);
  t.true(Math.abs(times.reduce((sum, v) => sum + v, 0) / 200) < (4 * 0.4) / Math.sqrt(3 * 200));
  const at0 = (2 - 1) ** 2 / 2 + LOG_2PI / 2;
  t.true(Math.abs((await objective.measure!(flow, one, point, key(3))) - at0) < 1e-5, 'validation at the exact times');
  t.throws(() => likelihood({ steer: 1 }), { code: 'invalid-option' });
  t.throws(() => likelihood({ kinetic: -1 }), { code: 'invalid-option' });
});
