import test from 'ava';
import { adamDefaults, adamInit, adamUpdate, type Gradients, isWeightMatrix } from '#src/train/optimizer.js';

/**
 * torch.optim.AdamW 2.15.0 in float64, lr 0.05, betas (0.9, 0.999), eps 1e-8, weight_decay 0.1 on the weight and 0 on
 * the bias, with the gradients of `gradientsAt`: the four weights and two biases after k updates.
 */
const torch: { readonly [k: number]: readonly number[] } = {
  1: [0.4475000013333333, -1.2937499993333332, 2.039999998, 0.07437500099999998, 0.25, -0.7999999920000013],
  2: [0.4252515734450214, -1.3308344460936241, 2.0018248236918375, 0.09871261743888997, 0.21279316162726472, -0.7752905021028605],
  10: [0.1997724227840746, -1.43916379101557, 1.8719242513506078, 0.12412725054221876, 0.14685773920433884, -0.7652495007759184],
  50: [-0.39510336308814326, -1.7353072597933363, 1.5151922350213811, 0.10543381973714115, 0.12766423470118862, -0.779219225565434],
};

const start = () => ({
  'layer/weight': { shape: [2, 2], data: Float32Array.of(0.5, -1.25, 2, 0.125) },
  'layer/bias': { shape: [2], data: Float32Array.of(0.25, -0.75) },
});

const gradientsAt = (k: number): Gradients => ({
  'layer/weight': Float32Array.from([0, 1, 0, 1], (i, at) =>
    at < 2 ? (((7 * k + 3 * i) % 11) - 4) / 8 : (((5 * k + 3 * i) % 13) - 6) / 4,
  ),
  'layer/bias': Float32Array.from([0, 1], (i) => (((3 * k + i) % 7) - 3) / 16),
});

const run = (parameters: ReturnType<typeof start>, state: ReturnType<typeof adamInit>, from: number, to: number): void => {
  for (let k = from; k <= to; k++) adamUpdate(parameters, gradientsAt(k), state, 0.05, { ...adamDefaults, weightDecay: 0.1 });
};

test('AdamW agrees with PyTorch over 50 updates, to float32 rounding', (t) => {
  const parameters = start();
  const state = adamInit(parameters);
  let done = 0;
  for (const k of [1, 2, 10, 50]) {
    run(parameters, state, done + 1, k);
    done = k;
    const now = [...parameters['layer/weight'].data, ...parameters['layer/bias'].data];
    now.forEach((v, i) => t.true(Math.abs(v - torch[k][i]) < 1e-6, `after ${k}, entry ${i}: ${v} for ${torch[k][i]}`));
  }
  t.is(state.step, 50);
});

test('a state that went through JSON goes on with the same bytes', (t) => {
  const straight = start();
  run(straight, adamInit(straight), 1, 40);
  const parameters = start();
  const before = adamInit(parameters);
  run(parameters, before, 1, 17);
  const { step, beta1Power, beta2Power } = JSON.parse(JSON.stringify(before)) as typeof before;
  run(parameters, { step, beta1Power, beta2Power, m: before.m, v: before.v }, 18, 40);
  t.deepEqual(parameters, straight);
});

test('a constant gradient moves a weight by the learning rate at each update, whatever its size', (t) => {
  for (const g of [1e-3, 1, 1e3]) {
    const parameters = { 'a/weight': { shape: [1, 1], data: Float32Array.of(1) } };
    const state = adamInit(parameters);
    for (let k = 0; k < 20; k++) adamUpdate(parameters, { 'a/weight': Float32Array.of(g) }, state, 0.01);
    t.true(Math.abs(parameters['a/weight'].data[0] - (1 - 20 * 0.01)) < 2e-5);
  }
});

test('a parameter without a gradient stays, and decay leaves biases, norms and embeddings alone', (t) => {
  const parameters = start();
  const state = adamInit(parameters);
  adamUpdate(parameters, { 'layer/bias': Float32Array.of(0, 0) }, state, 0.05, { ...adamDefaults, weightDecay: 0.1 });
  t.deepEqual(parameters, start());
  t.true(isWeightMatrix('hidden0/weight', [8, 8]));
  t.true(isWeightMatrix('conv/kernel', [3, 3, 8, 8]));
  t.false(isWeightMatrix('hidden0/bias', [8]));
  t.false(isWeightMatrix('norm1/gain', [8]));
  t.false(isWeightMatrix('embedding/weight', [88, 64]));
  t.false(isWeightMatrix('block0/timeEmbedding/weight', [88, 64]));
});
