import {
  cnf,
  distributions,
  flowMatching,
  key,
  likelihood,
  mlp,
  normals,
  rademachers,
  split,
  train,
  unet,
} from '../packages/core/dist/index.js';

const root = key(0);
const points = (rows, event, name = 'points') => ({
  shape: [rows, ...event],
  data: normals(split(root, name), rows * event.reduce((n, m) => n * m, 1)),
});

/** A field with weights: trained for a moment where the data are in the plane, so that it is a real flow's; else random. */
const fields = new Map();
async function trained(dim, width) {
  const name = `${dim}-${width}`;
  if (!fields.has(name)) {
    const field = mlp({ dim, hidden: [width, width, width], activation: 'tanh', lastLayer: dim === 2 ? 'zero' : 'random' });
    const flow = cnf({ field });
    if (dim === 2) {
      await train(flow, distributions.moons, { objective: flowMatching(), steps: 300, batch: 512, learningRate: 1e-2, ema: false });
    }
    fields.set(name, { field, parameters: flow.parameters });
  }
  return fields.get(name);
}

/** One step of training for each run, at a learning rate that leaves the weights where they are. */
function stepper(flow, x, objective) {
  const run = train(flow, x, { objective, steps: 1e6, batch: x.shape[0], learningRate: 1e-7, ema: false });
  const steps = run[Symbol.asyncIterator]();
  return async () => {
    const { value } = await steps.next();
    const { forwardEvaluations, backwardEvaluations } = value.metrics ?? {};
    return { value: value.loss, evaluations: forwardEvaluations && forwardEvaluations + backwardEvaluations, executor: value.executor };
  };
}

const likelihoodWork = (dim, width, rows, settings) => async () => {
  const { field, parameters } = await trained(dim, width);
  const x = dim === 2 ? distributions.moons.sample(rows, root) : points(rows, [dim]);
  const probe = { shape: x.shape, data: rademachers(split(root, 'probe'), x.data.length) };
  const run = stepper(cnf({ field, parameters }), x, likelihood({ gradient: 'adjoint', ...settings }));
  return { weights: parameters, inputs: { x, probe }, run };
};

const matchingWork = (dim, width, rows) => async () => {
  const { field, parameters } = await trained(dim, width);
  const x = dim === 2 ? distributions.moons.sample(rows, root) : points(rows, [dim]);
  return { weights: parameters, inputs: { x }, run: stepper(cnf({ field, parameters }), x, flowMatching()) };
};

const tight = { rtol: 1e-5, atol: 1e-5 };
const together = { ...tight, control: 'joint', chunk: 10_000 };
const plane = { dim: 2, width: 64 };

const verbWork = (verb) => async () => {
  const { field, parameters } = await trained(plane.dim, plane.width);
  const flow = cnf({ field, parameters });
  const x = verb === 'logProb' ? distributions.moons.sample(10_000, root) : points(10_000, [2]);
  const run = async () => {
    if (verb === 'logProb') {
      const { logProb, report } = await flow.logProb(x, { ...together, divergence: 'exact' });
      return { value: logProb.reduce((sum, v) => sum + v, 0) / logProb.length, ...report };
    }
    const { x: made, report } = await flow.decode(x, together);
    return { value: made.data.reduce((sum, v) => sum + Math.abs(v), 0) / made.data.length, ...report };
  };
  return { weights: parameters, inputs: { x }, run };
};

/** A U-Net of 3.5 million weights, with those that start at 0 drawn at random, so that every layer shows in the result. */
function randomUnet() {
  const field = unet({
    event: [28, 28, 1],
    channels: 32,
    multipliers: [1, 2, 4],
    blocks: 2,
    middleAttention: false,
    lastLayer: 'random',
  });
  const drawn = (name, { shape, data }) => ({
    shape,
    data: normals(split(root, name), data.length).map((v) => v / Math.sqrt(data.length / shape.at(-1))),
  });
  const parameters = Object.fromEntries(
    Object.entries(field.init(root)).map(([name, weight]) => [name, weight.data.some((v) => v !== 0) ? weight : drawn(name, weight)]),
  );
  return { field, parameters };
}

const unetWork = (batch, training) => async () => {
  const { field, parameters } = randomUnet();
  const x = points(batch, [28, 28, 1]);
  // PyTorch has channels first; with one channel the numbers are the same.
  const inputs = { x: { shape: [batch, 1, 28, 28], data: x.data }, t: { shape: [batch], data: new Float32Array(batch).fill(0.5) } };
  const flow = cnf({ field, parameters });
  if (training) return { weights: parameters, inputs, run: stepper(flow, x, flowMatching()) };
  const run = async () => {
    // One Euler step of length 1 adds the velocity at t = 0; PyTorch's side is asked at the same time.
    const { x: made, report } = await flow.decode(x, { method: 'euler', steps: 1, chunk: batch });
    return { value: made.data.reduce((sum, v, i) => sum + Math.abs(v - x.data[i]), 0) / made.data.length, ...report };
  };
  return { weights: parameters, inputs: { ...inputs, t: { shape: [batch], data: new Float32Array(batch) } }, run };
};

/** What stands between a work and the peak, by who computes it. */
const narrow = {
  wasm:
    'A tile of rows goes through all layers in the nearest cache, so that memory is no limit. Products of 64 by 64 load an operand ' +
    'for every few multiply-adds and start anew after 64 terms; vectors longer than 128 bits, which the machine has, are closed to WebAssembly.',
};
const short = {
  wasm:
    'The step is short: waking the second thread and meeting it again, the optimiser and the random numbers, which are one thread’s, ' +
    'weigh as much as the products.',
};
const wide = {
  onnx:
    'Products of 512 rows by a few hundred columns run below the large ones that make the peak. Between two of them activations and ' +
    'their derivatives are operators of their own, over all rows, which a graph of ONNX operators cannot fuse with the products; ' +
    'outside, the optimiser and the random numbers are one thread’s.',
  wasm: 'Vectors of 128 bits, and panels of the weights that do not stay in the nearest cache.',
};
const convolutional = {
  onnx:
    'Neither arithmetic nor memory is at its limit: convolutions of 32 to 128 channels run below large products, gradients by the filter ' +
    'are products whose operands are gathered first, and group norms and activations are operators of their own between them.',
  wasm: 'Vectors of 128 bits; windows at the border, and sums over few channels in the first and last layers.',
};

/**
 * What is measured: name, the peer's name of it, the least ratio that we owe (PyTorch's time over ours), how it is prepared, what
 * multiple of the rounds it gets, how often a short one runs in its turn (so long that the
 * system has settled which core each thread is on, as it has in a training), and what stands between it and the peak.
 */
export const works = [
  {
    name: 'FFJORD step, 2-64-64-64-2, batch 512, dopri5 1e-5, adjoint, Hutchinson',
    peer: 'ffjord-hutchinson',
    floor: '2.0 (2.5 on Node 22+)',
    prepare: likelihoodWork(2, 64, 512, { ...tight, divergence: 'rademacher' }),
    jax: true,
    limit: narrow,
  },
  {
    name: 'the same, exact divergence',
    peer: 'ffjord-exact',
    floor: '2.0 (2.5 on Node 22+)',
    prepare: likelihoodWork(2, 64, 512, { ...tight, divergence: 'exact' }),
    jax: true,
    limit: narrow,
  },
  {
    name: 'log-density of 10,000 points, exact, dopri5',
    peer: 'log-prob',
    floor: '2.0',
    prepare: verbWork('logProb'),
    jax: true,
    limit: narrow,
  },
  { name: 'sampling 10,000 points, dopri5', peer: 'sample', floor: '1.7', prepare: verbWork('decode'), jax: true, limit: narrow },
  {
    name: 'flow-matching step, 2-64-64-64-2, batch 512',
    peer: 'flow-matching',
    floor: '2.0',
    prepare: matchingWork(2, 64, 512),
    turn: 200,
    share: 2,
    jax: true,
    limit: short,
  },
  {
    name: 'FFJORD step, D 21, width 256, RK4×8',
    peer: 'ffjord-rk4',
    floor: '1.2',
    prepare: likelihoodWork(21, 256, 512, { method: 'rk4', steps: 8, divergence: 'rademacher' }),
    share: 0.5,
    limit: wide,
  },
  {
    name: 'flow-matching step, D 21, width 256',
    peer: 'flow-matching',
    floor: '–',
    prepare: matchingWork(21, 256, 512),
    share: 2,
    limit: wide,
  },
  {
    name: 'FFJORD step, D 43, width 860, RK4×8',
    peer: 'ffjord-rk4',
    floor: '1.0 (onnx)',
    prepare: likelihoodWork(43, 860, 512, { method: 'rk4', steps: 8, divergence: 'rademacher' }),
    share: 0.2,
    limit: wide,
  },
  {
    name: 'flow-matching step, D 43, width 860',
    peer: 'flow-matching',
    floor: '1.0 (onnx)',
    prepare: matchingWork(43, 860, 512),
    limit: wide,
  },
  {
    name: 'U-Net 28×28 forward, batch 64',
    peer: 'unet-forward',
    floor: '1.0 (onnx); 0.35 (wasm)',
    prepare: unetWork(64, false),
    share: 0.4,
    limit: convolutional,
  },
  {
    name: 'U-Net flow-matching step, batch 16',
    peer: 'unet-training',
    floor: '0.7 (onnx); 0.3 (wasm)',
    prepare: unetWork(16, true),
    share: 0.4,
    limit: convolutional,
  },
  {
    name: 'U-Net flow-matching step, batch 64',
    peer: 'unet-training',
    floor: '0.7 (onnx); 0.3 (wasm)',
    prepare: unetWork(64, true),
    share: 0.2,
    limit: convolutional,
  },
];
