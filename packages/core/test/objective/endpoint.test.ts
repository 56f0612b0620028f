// Runs alone: it changes the backend of TensorFlow.js.
import test from 'ava';
import { gaussianMixture } from '#src/flow/base.js';
import { cnf } from '#src/flow/cnf.js';
import { endpointField } from '#src/field/endpoint.js';
import { mlp } from '#src/field/mlp.js';
import { transformerNetwork } from '#src/field/transformer.js';
import { crossEntropy, endpointMatching, nearestCodes } from '#src/objective/endpoint.js';
import { train } from '#src/train/loop.js';
import { logitNormals, someAtStart } from '#src/objective/times.js';
import { integers, key, split } from '#src/random/index.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';

const codebook = [
  [1.5, 0],
  [0, 1.5],
  [-1.5, -1.5],
  [0, 0],
];

const flowOf = (evidence: 'none' | 'logits' | 'logits+input') => {
  const width = evidence === 'logits+input' ? 12 : 4;
  const network = transformerNetwork({
    input: [2, width],
    output: [2, 8],
    model: 8,
    layers: 1,
    heads: 2,
    conditionDim: 2,
    lastLayer: 'random',
  });
  return cnf({ field: endpointField({ network, codebook, evidence }), seed: 2 });
};

test.before(async () => void (await ready({ backend: 'cpu' })));

test('the nearest code of each slot is found', (t) => {
  const x = { shape: [1, 2, 4], data: Float32Array.from([1.4, 0.1, -1.3, -1.6, 0.1, 0.2, 0, 1.2]) };
  t.deepEqual([...nearestCodes({ codebook }, x)], [0, 2, 3, 1]);
});

test('the cross-entropy is that of a softmax in float64', (t) => {
  const flow = flowOf('logits');
  const field = flow.field as ReturnType<typeof endpointField>;
  const data = Float32Array.from([0.3, -0.2, 1, 0.4, -0.9, 0.1, 0.5, -1.1]);
  const codes = [1, 3, 0, 2];
  const target = Float32Array.from(codes.flatMap((code) => codebook.map((_, k) => Number(k === code))));
  const parameters = Object.fromEntries(Object.entries(flow.parameters).map(([n, p]) => [n, tf.tensor(p.data, [...p.shape])]));
  const logits = tf.tidy(() => field.logits(parameters, { x: tf.tensor(data, [1, 2, 4]), t: tf.tensor1d([0.4]) }).dataSync());
  const expected =
    codes.reduce((sum, code, slot) => {
      const row = [...logits.subarray(4 * slot, 4 * slot + 4)];
      return sum - row[code] + Math.log(row.reduce((total, l) => total + Math.exp(l), 0));
    }, 0) / 4;
  const loss = tf.tidy(() =>
    crossEntropy(field)
      .loss(parameters, { xt: tf.tensor(data, [1, 2, 4]), t: tf.tensor1d([0.4]), target: tf.tensor(target, [1, 4, 4]) })
      .dataSync(),
  );
  t.true(Math.abs(loss[0] / 4 - expected) < 1e-5);
});

test.serial('its gradients agree with central differences, for every kind of evidence; no tensors are left', async (t) => {
  const objective = endpointMatching({ timeMean: -0.3 });
  const batch = {
    x: { shape: [3, 2, 4], data: Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)) },
    condition: { shape: [3, 2], data: Float32Array.of(1, 0, 0, 1, 0, 0) },
  };
  for (const evidence of ['none', 'logits', 'logits+input'] as const) {
    const flow = flowOf(evidence);
    const before = countTensors();
    const { loss, gradients } = await objective.evaluate(flow, flow.parameters, batch, key(5));
    t.true(Math.abs(loss - (await objective.measure!(flow, flow.parameters, batch, key(5)))) < 1e-6);
    for (const name of ['input/weight', 'output/weight', 'block0/attention/query/weight']) {
      const direction = flow.parameters[name].data.map((_, i) => Math.cos(3 * i));
      const h = 3e-3;
      const moved = async (sign: number): Promise<number> => {
        const shifted = {
          ...flow.parameters,
          [name]: { shape: flow.parameters[name].shape, data: flow.parameters[name].data.map((p, i) => p + sign * h * direction[i]) },
        };
        return objective.measure!(flow, shifted, batch, key(5));
      };
      const difference = ((await moved(1)) - (await moved(-1))) / (2 * h);
      const along = gradients[name].reduce((sum, g, i) => sum + g * direction[i], 0);
      t.true(Math.abs(along - difference) < 2e-3 * Math.max(0.1, Math.abs(difference)), `${evidence} ${name}: ${along} and ${difference}`);
    }
    t.is(countTensors(), before);
  }
});

test('a share of the rows is at the start, the others are where they were', (t) => {
  const times = logitNormals(key(3), 4000, -0.4, 1);
  t.deepEqual(someAtStart(times, 0, key(4)), times);
  const some = someAtStart(times, 0.1, key(4));
  const zeros = some.filter((time) => time === 0).length;
  t.true(Math.abs(zeros - 400) < 4 * Math.sqrt(4000 * 0.09), `${zeros} of 4000`);
  t.true(some.every((time, i) => time === 0 || time === times[i]));
  t.true(someAtStart(times, 1, key(4)).every((time) => time === 0));
});

test('at the start a row is noise alone: its loss is the cross-entropy there, wherever its codes are', async (t) => {
  const flow = flowOf('logits');
  const field = flow.field as ReturnType<typeof endpointField>;
  const codes = [1, 3, 0, 2, 2, 2, 0, 1];
  const batch = { x: { shape: [2, 2, 4], data: Float32Array.from(codes.flatMap((code) => codebook[code])) } };
  const loss = await endpointMatching({ atStart: 1 }).measure!(flow, flow.parameters, batch, key(5));
  const x0 = flow.base.sample(2, split(key(5), 'base'), [2, 4], 0).data;
  const target = Float32Array.from(codes.flatMap((code) => codebook.map((_, k) => Number(k === code))));
  const parameters = Object.fromEntries(Object.entries(flow.parameters).map(([n, p]) => [n, tf.tensor(p.data, [...p.shape])]));
  const nats = tf.tidy(() =>
    crossEntropy(field)
      .loss(parameters, { xt: tf.tensor(x0, [2, 2, 4]), t: tf.tensor1d([0, 0]), target: tf.tensor(target, [2, 4, 4]) })
      .dataSync(),
  );
  tf.dispose(parameters);
  t.true(Math.abs(loss - (nats[0] + nats[1]) / 8) < 1e-5, `${loss} and ${nats.join()}`);
});

test('two slots that always agree: training finds it, and the loss falls to the exact entropy of what is hidden', async (t) => {
  // Both slots hold the same code, uniformly: the exact posterior sees both observations, p(k | x) ∝ N(x₁; t·e, s²)·N(x₂; t·e, s²).
  const pair = [[-1], [1]];
  const network = transformerNetwork({ input: [2, 1], output: [2, 2], model: 16, layers: 1, heads: 2 });
  const flow = cnf({ field: endpointField({ network, codebook: pair, sigma: 0.1 }), seed: 0 });
  const labels = integers(key(1), 512, 2);
  const data = { shape: [512, 2, 1], data: Float32Array.from({ length: 1024 }, (_, i) => pair[labels[i >> 1]][0]) };
  const last = await train(flow, data, {
    objective: endpointMatching(),
    steps: 160,
    batch: 64,
    learningRate: 1e-2,
    ema: false,
    validation: { data, every: 160, count: 512 },
  });
  const alone = entropy(1);
  const together = entropy(2);
  t.true(last.validation! < together + 0.03, `loss ${last.validation}, exact ${together}, without the other slot ${alone}`);
  t.true(last.validation! > together - 0.05 && alone - together > 0.08);
});

/** E over t = sigmoid(N(0, 1)) of the entropy of a fair sign seen `count` times with s² noise, by quadrature. */
function entropy(count: number): number {
  let sum = 0;
  let mass = 0;
  for (let z = -5; z <= 5; z += 0.05) {
    const time = 1 / (1 + Math.exp(-z));
    const variance = ((1 - time) ** 2 + (0.1 * time) ** 2) / count;
    const snr = time ** 2 / variance;
    let inner = 0;
    let normal = 0;
    for (let e = -6; e <= 6; e += 0.05) {
      const p = Math.exp((-e * e) / 2);
      inner += p * Math.log1p(Math.exp(-2 * (snr + Math.sqrt(snr) * e)));
      normal += p;
    }
    const weight = Math.exp((-z * z) / 2);
    sum += (weight * inner) / normal;
    mass += weight;
  }
  return sum / mass;
}

test('a base other than the noise that the velocity is made for is refused', async (t) => {
  const network = transformerNetwork({ input: [1, 1], output: [1, 2], model: 4, layers: 1, heads: 1 });
  const base = gaussianMixture({ means: [[3]], standardDeviations: [2] });
  const flow = cnf({ field: endpointField({ network, codebook: [[0], [1]] }), base });
  const x = { shape: [1, 1, 1], data: new Float32Array(1) };
  await t.throwsAsync(endpointMatching().evaluate(flow, {}, { x }, key(0)), { code: 'unsupported', message: /gaussian-mixture/ });
});

test('a field without codes is refused', async (t) => {
  const flow = cnf({ field: mlp({ dim: 2, hidden: [4] }) });
  const error = await t.throwsAsync(async () =>
    endpointMatching().evaluate(flow, {}, { x: { shape: [1, 2], data: new Float32Array(2) } }, key(0)),
  );
  t.is((error as { code?: string }).code, 'unsupported');
  t.throws(() => endpointMatching({ timeSpred: 1 } as object), { code: 'unknown-option', message: /timeSpred/ });
});
