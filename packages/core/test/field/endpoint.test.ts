// Runs alone: it changes the backend of TensorFlow.js.
import test from 'ava';
import { cnf } from '#src/flow/cnf.js';
import { codeBits } from '#src/flow/code-bits.js';
import { codeSurprise } from '#src/flow/code-surprise.js';
import { sampleCodes } from '#src/flow/sample-codes.js';
import { endpointField, type EndpointField } from '#src/field/endpoint.js';
import { fieldFromConfig, networkFromConfig } from '#src/field/registry.js';
import { transformerNetwork } from '#src/field/transformer.js';
import { key, normals } from '#src/random/index.js';
import { countTensors, ready, tf } from '#src/tensor/index.js';
import type { Network } from '#src/nn/network.js';

/** A network that says the same whatever it sees: with evidence, the log-prior of independent slots. */
const constant = (logPrior: readonly number[], slots: number, width: number): Network => ({
  config: { kind: 'constant' },
  inputShape: [slots * width],
  outputShape: [slots * logPrior.length],
  conditionDim: 0,
  init: () => ({}),
  apply: (_, { x }) =>
    tf.tile(tf.tensor2d(Array.from({ length: slots }, () => [...logPrior]).flat(), [1, slots * logPrior.length]), [x.shape[0], 1]),
});

const codes = [[-1.5], [0.2], [1.1]];
const prior = [0.5, 0.2, 0.3];
const sigma = 0.25;

const oneSlot = (): EndpointField => endpointField({ network: constant(prior.map(Math.log), 1, 1), codebook: codes, sigma });

/** The standard normal distribution function. Reference: Abramowitz & Stegun (1964), 26.2.17 (error below 7.5e-8). */
function phi(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * tail;
  return z >= 0 ? 1 - upper : upper;
}

const mixture = (x: number): number =>
  codes.reduce((sum, [e], k) => sum + (prior[k] * Math.exp(-(((x - e) / sigma) ** 2) / 2)) / (sigma * Math.sqrt(2 * Math.PI)), 0);

test.before(async () => void (await ready({ backend: 'cpu' })));

test('the velocity is the mean of x1 − x0 given x_t, by quadrature over x0', (t) => {
  const field = oneSlot();
  for (const time of [0.1, 0.5, 0.9]) {
    for (const x of [-1.2, 0.1, 0.8]) {
      // p(x0, x1 | x_t = x) along the line x = (1 − t) x0 + t x1, by the trapezoidal rule in x1.
      let weight = 0;
      let mean = 0;
      for (let x1 = -4; x1 <= 4; x1 += 0.0005) {
        const x0 = (x - time * x1) / (1 - time);
        const p = mixture(x1) * Math.exp((-x0 * x0) / 2);
        weight += p;
        mean += p * (x1 - x0);
      }
      const u = tf.tidy(() => field.velocity({}, { x: tf.tensor2d([[x]]), t: tf.tensor1d([time]) }).dataSync()[0]);
      t.true(Math.abs(u - mean / weight) < 2e-5, `u(${x}, ${time}) = ${u}, by quadrature ${mean / weight}`);
    }
  }
});

test('at t = 0 the velocity is finite and points from x to the mean of the data; at t = 1 it is finite', (t) => {
  const field = oneSlot();
  const mean = prior.reduce((sum, p, k) => sum + p * codes[k][0], 0);
  const at = (x: number, time: number): number =>
    tf.tidy(() => field.velocity({}, { x: tf.tensor2d([[x]]), t: tf.tensor1d([time]) }).dataSync()[0]);
  t.true(Math.abs(at(0.7, 0) - (mean - 0.7)) < 1e-6);
  t.true(Math.abs(at(0.3, 1) - 0.3) < 1e-5, 'at t = 1 a = 1 and the posterior drops out: u = x');
});

test('the flow carries the normal distribution to the blurred codes: distribution functions agree', async (t) => {
  const flow = cnf({ field: oneSlot() });
  const z = [-2, -1, -0.4, 0, 0.3, 0.9, 1.7];
  const { x } = await flow.decode(
    z.map((v) => [v]),
    { rtol: 1e-6, atol: 1e-6 },
  );
  z.forEach((v, i) => {
    const reached = prior.reduce((sum, p, k) => sum + p * phi((x.data[i] - codes[k][0]) / sigma), 0);
    t.true(Math.abs(reached - phi(v)) < 1e-4, `F(x(${v})) = ${reached}, Φ = ${phi(v)}`);
  });
});

test('log-densities are those of the blurred codes, and integrate to one', async (t) => {
  const flow = cnf({ field: oneSlot() });
  const h = 0.02;
  const grid = Array.from({ length: 251 }, (_, i) => [-3 + i * h]);
  const { logProb } = await flow.logProb(grid, { rtol: 1e-6, atol: 1e-6 });
  grid.forEach(([x], i) => {
    if (mixture(x) > 1e-3)
      t.true(Math.abs(logProb[i] - Math.log(mixture(x))) < 2e-3, `log p(${x}) = ${logProb[i]}, exactly ${Math.log(mixture(x))}`);
  });
  const mass = logProb.reduce((sum, l) => sum + Math.exp(l) * h, 0);
  t.true(Math.abs(mass - 1) < 1e-3, `∫p = ${mass}`);
});

test.serial('sampling codes gives each its frequency, item by item the same, and leaves no tensors', async (t) => {
  const flow = cnf({ field: oneSlot() });
  const before = countTensors();
  for (const churn of [0, 0.3]) {
    const { codes: drawn, logConfidence } = await sampleCodes(flow, 4000, { seed: 3, steps: 60, churn, chunk: 4000 });
    prior.forEach((p, k) => {
      const share = drawn.data.filter((code) => code === k).length / 4000;
      const bound = 4 * Math.sqrt((p * (1 - p)) / 4000) + 0.01; // four standard errors, and the steps' first-order error
      t.true(Math.abs(share - p) < bound, `churn ${churn}: share of code ${k} is ${share}, its prior ${p}`);
    });
    t.true(logConfidence.data.every((l) => l <= 1e-6));
    const alone = await sampleCodes(flow, 2, { seed: 3, steps: 60, churn, start: 5 });
    t.deepEqual([...alone.codes.data], [...drawn.data.subarray(5, 7)]);
  }
  t.is(countTensors(), before);
});

test('its step agrees with the flow: no churn, many steps', async (t) => {
  const flow = cnf({ field: endpointField({ network: constant(prior.map(Math.log), 3, 1), codebook: codes, sigma }) });
  const exact = await flow.sample(60, { seed: 8, rtol: 1e-5, atol: 1e-5 });
  const { codes: drawn } = await sampleCodes(flow, 60, { seed: 8, steps: 400 });
  const nearest = [...exact.x.data].map((x) =>
    codes.reduce((best, [e], k) => (Math.abs(x - e) < Math.abs(x - codes[best][0]) ? k : best), 0),
  );
  const different = nearest.filter((code, i) => code !== drawn.data[i]).length;
  t.true(different <= 4, `${different} of 180 codes differ`); // those whose path ends between two codes
});

test('the surprise of a code is its expected −log posterior, by quadrature; rows see the same noise', async (t) => {
  const flow = cnf({ field: oneSlot() });
  const time = 0.4;
  const spread = Math.hypot(1 - time, time * sigma);
  const logPosterior = (k: number, x: number): number => {
    const terms = codes.map(([e], j) => Math.log(prior[j]) - (x - time * e) ** 2 / (2 * spread ** 2));
    return terms[k] - Math.log(terms.reduce((sum, term) => sum + Math.exp(term), 0));
  };
  const draws = 1500;
  const { data, shape } = await codeSurprise(flow, { shape: [4, 1], data: Int32Array.of(0, 1, 2, 0) }, { t: time, samples: draws });
  t.deepEqual([...shape], [4, 1]);
  t.is(data[0], data[3]);
  for (const k of [0, 1, 2]) {
    let mean = 0;
    let square = 0;
    for (let z = -6; z <= 6; z += 0.01) {
      const p = (0.01 * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
      const value = -logPosterior(k, time * codes[k][0] + spread * z);
      mean += p * value;
      square += p * value ** 2;
    }
    const error = Math.sqrt((square - mean ** 2) / draws);
    t.true(Math.abs(data[k] - mean) < 4 * error, `code ${k}: ${data[k]}, exactly ${mean} ± ${error}`);
  }
  await t.throwsAsync(codeSurprise(flow, { shape: [4, 2], data: new Int32Array(8) }), { code: 'invalid-shape' });
  await t.throwsAsync(codeSurprise(flow, { shape: [4, 1], data: new Int32Array(3) }), { code: 'invalid-shape', message: /3 numbers/ });
  await t.throwsAsync(codeSurprise(flow, { shape: [2, 1], data: Int32Array.of(0, 3) }), { code: 'invalid-value', message: /holds 3/ });
  await t.throwsAsync(codeSurprise(flow, undefined as never), { code: 'invalid-shape' });
});

test('the bits of a code are −log₂ of its prior, where the posterior is exact; they add up over slots, and their spread tells the error', async (t) => {
  // Verdú (2010), "Mismatched estimation and relative entropy": for a denoiser that is exact for the prior q, the integral for
  // one code is D(δ ‖ q) = −log q(code), whatever its share in the data.
  const flow = cnf({ field: oneSlot() });
  const draws = 300;
  const { bits, draws: each } = await codeBits(flow, { shape: [3, 1], data: Int32Array.of(0, 1, 2) }, { levels: 12, draws, seed: 5 });
  t.deepEqual(
    [bits.shape, each.shape],
    [
      [3, 1],
      [draws, 3, 1],
    ],
  );
  prior.forEach((p, k) => {
    const values = Array.from({ length: draws }, (_, d) => each.data[3 * d + k]);
    const mean = values.reduce((a, b) => a + b) / draws;
    t.true(Math.abs(bits.data[k] - mean) < 1e-4);
    const error = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (draws - 1) / draws);
    t.true(Math.abs(mean + Math.log2(p)) < 4 * error, `code ${k}: ${mean} ± ${error} bits, exactly ${-Math.log2(p)}`);
    t.true(error < 0.15, `error ${error}`);
  });
  const pair = cnf({ field: endpointField({ network: constant(prior.map(Math.log), 2, 1), codebook: codes, sigma }) });
  const two = await codeBits(pair, { shape: [1, 2], data: Int32Array.of(0, 2) }, { draws: 2 });
  t.deepEqual(
    [two.bits.shape, two.draws.shape],
    [
      [1, 2],
      [2, 1, 2],
    ],
  );
  const heard: string[] = [];
  const onProgress = (done: number, total: number): void => void heard.push(`${done}/${total}`);
  t.deepEqual(await codeBits(pair, { shape: [1, 2], data: Int32Array.of(0, 2) }, { draws: 2, onProgress }), two);
  t.deepEqual([heard.length, heard[0], heard.at(-1)], [34, '1/34', '34/34'], 'two draws of 16 levels and the end');
  await t.throwsAsync(codeBits(flow, { shape: [2, 1], data: Int32Array.of(0, 3) }), { code: 'invalid-value', message: /holds 3/ });
});

test('known codes stay', async (t) => {
  const flow = cnf({ field: endpointField({ network: constant([0, 0, 0], 2, 1), codebook: codes, sigma }) });
  const known = { shape: [3, 2], data: Int32Array.from([2, -1, -1, 0, 1, 1]) };
  const { codes: drawn } = await sampleCodes(flow, 3, { known, steps: 10 });
  known.data.forEach((code, i) => t.true(code < 0 || drawn.data[i] === code));
  const short = { shape: [3, 2], data: Int32Array.of(0, 0) };
  await t.throwsAsync(sampleCodes(flow, 3, { known: short }), { code: 'invalid-shape', message: /2 numbers/ });
  await t.throwsAsync(sampleCodes(flow, 3, { known: { shape: [3, 2] } as never }), { code: 'invalid-shape' });
});

const small = (): EndpointField =>
  endpointField({
    network: transformerNetwork({ input: [3, 10], output: [3, 6], model: 8, layers: 1, heads: 2, lastLayer: 'random' }),
    codebook: [
      [1, 0],
      [0, 1],
      [-1, -1],
    ],
    evidence: 'logits+input',
  });

test('derivatives of the velocity agree with central differences; rows do not mix', (t) => {
  const field = small();
  const flow = cnf({ field, seed: 4 });
  const parameters = Object.fromEntries(Object.entries(flow.parameters).map(([n, p]) => [n, tf.tensor(p.data, [...p.shape])]));
  const x = normals(key(1), 2 * 12);
  const v = normals(key(2), 2 * 12);
  const w = normals(key(3), 2 * 12);
  const dot = (data: Float32Array, time: number): number =>
    tf.tidy(
      () =>
        tf
          .sum(tf.mul(field.velocity(parameters, { x: tf.tensor(data, [2, 3, 4]), t: tf.tensor1d([time]) }), tf.tensor(w, [2, 3, 4])))
          .dataSync()[0],
    );
  for (const time of [0.2, 0.6]) {
    const gradient = tf.tidy(() =>
      tf
        .grad((point) => tf.sum(tf.mul(field.velocity(parameters, { x: point, t: tf.tensor1d([time]) }), tf.tensor(w, [2, 3, 4]))))(
          tf.tensor(x, [2, 3, 4]),
        )
        .dataSync(),
    );
    const along = Array.from(gradient).reduce((sum, g, i) => sum + g * v[i], 0);
    const h = 2e-3;
    const difference =
      (dot(
        x.map((a, i) => a + h * v[i]),
        time,
      ) -
        dot(
          x.map((a, i) => a - h * v[i]),
          time,
        )) /
      (2 * h);
    t.true(Math.abs(along - difference) < 3e-3 * Math.max(1, Math.abs(difference)), `t = ${time}: ${along} and ${difference}`);
  }
  const both = tf.tidy(() => field.velocity(parameters, { x: tf.tensor(x, [2, 3, 4]), t: tf.tensor1d([0.3, 0.7]) }).dataSync());
  const second = tf.tidy(() => field.velocity(parameters, { x: tf.tensor(x.slice(12), [1, 3, 4]), t: tf.tensor1d([0.7]) }).dataSync());
  second.forEach((u, i) => t.true(Math.abs(u - both[12 + i]) < 1e-5));
});

test('a field is rebuilt from its config', (t) => {
  const field = small();
  const again = fieldFromConfig(JSON.parse(JSON.stringify(field.config)));
  t.deepEqual(again.config, field.config);
  t.deepEqual(again.init(key(0)), field.init(key(0)));
});

test('what does not fit is refused with the numbers', (t) => {
  const network = networkFromConfig(transformerNetwork({ input: [3, 10], output: [3, 7], model: 8 }).config);
  t.throws(() => endpointField({ network, codebook: codes }), { code: 'invalid-shape', message: /\[3, 10\] to \[3, 7\].*3 codes of 1/ });
  t.throws(() => endpointField({ network, codebook: [[1], [2, 3]] }), { code: 'invalid-option' });
  t.throws(() => endpointField({ network, codebook: codes, sigma: 0 }), { code: 'invalid-option' });
  t.throws(() => fieldFromConfig({ kind: 'endpoint', codebook: codes }), { code: 'invalid-value' });
});
