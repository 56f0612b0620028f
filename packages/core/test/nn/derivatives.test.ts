import test from 'ava';
import { mismatch } from '@advect/testkit';
import * as nn from '#src/nn/index.js';
import type { ParameterTensors } from '#src/field/index.js';
import { key, normals } from '#src/random/index.js';
import {
  countTensors,
  logSoftmax,
  ready,
  softplus,
  tf,
  valueAndGradients,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
} from '#src/tensor/index.js';

test.before(async () => {
  await ready();
});

// ---- activations, against the same functions in float64

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const scalars: Record<string, (z: number) => number> = {
  tanh: Math.tanh,
  sigmoid: logistic,
  softplus: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
  swish: (z) => z * logistic(z),
  gelu: (z) => 0.5 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z ** 3))),
  elu: (z) => (z > 0 ? z : Math.expm1(z)),
  selu: (z) => 1.0507009873554805 * (z > 0 ? z : 1.6732632423543772 * Math.expm1(z)),
  relu: (z) => Math.max(z, 0),
};

/** Points on both sides of zero, none nearer to it than the difference step. */
const points = Array.from({ length: 41 }, (_, i) => -5.1 + 0.25 * i);
const step = 1e-3;
/** float32 knows 1 − σ to 6e-8; the second derivative of gelu multiplies that by up to z·g′² ≈ 200 at the ends of the range. */
const secondBound = (name: string): number => (name === 'gelu' ? 2e-5 : 5e-6);
const slope = (f: (z: number) => number, z: number): number =>
  (8 * (f(z + step) - f(z - step)) - (f(z + 2 * step) - f(z - 2 * step))) / (12 * step);
const curvature = (f: (z: number) => number, z: number): number => (f(z + step) - 2 * f(z) + f(z - step)) / step ** 2;

const gradientOf = (f: (z: Tensor) => Tensor) => tf.grad((z) => tf.sum(f(z)));
const read = (compute: () => Tensor): Float32Array => {
  const result = tf.tidy(compute);
  const values = result.dataSync() as Float32Array;
  result.dispose();
  return values;
};

test('every activation has a case', (t) => {
  t.deepEqual(Object.keys(scalars).sort(), [...nn.activationNames].sort());
});

for (const name of nn.activationNames) {
  test(`${name}: value, first, second and third derivative against float64`, (t) => {
    const f = scalars[name];
    const { apply, applyWithDerivative } = nn.activations[name];
    const z = tf.tensor1d(points);
    const first = gradientOf(apply);
    const second = gradientOf(first);
    const value = points.map(f);
    const slopes = points.map((p) => slope(f, p));
    const curvatures = points.map((p) => curvature(f, p));
    t.is(
      mismatch(
        read(() => apply(z)),
        value,
        { atol: 2e-6 },
      ),
      undefined,
    );
    t.is(
      mismatch(
        read(() => applyWithDerivative(z).y),
        value,
        { atol: 2e-6 },
      ),
      undefined,
    );
    t.is(
      mismatch(
        read(() => first(z)),
        slopes,
        { atol: 3e-6 },
      ),
      undefined,
      'first, by tape',
    );
    t.is(
      mismatch(
        read(() => applyWithDerivative(z).dy),
        slopes,
        { atol: 3e-6 },
      ),
      undefined,
      'first, forward',
    );
    t.is(
      mismatch(
        read(() => second(z)),
        curvatures,
        { atol: secondBound(name) },
      ),
      undefined,
      'second, by tape',
    );
    t.is(
      mismatch(
        read(() => gradientOf((x) => applyWithDerivative(x).dy)(z)),
        curvatures,
        { atol: secondBound(name) },
      ),
      undefined,
      'second, mixed',
    );
    if (name === 'relu') return z.dispose();
    const thirds = points.map((p) => slope((q) => curvature(f, q), p));
    t.is(
      mismatch(
        read(() => gradientOf(second)(z)),
        thirds,
        { atol: 1e-3 },
      ),
      undefined,
      'third, by tape',
    );
    z.dispose();
  });
}

// ---- layers and functions of several entries, against central differences along random directions

const random = (shape: number[], seed: number): Tensor => tf.tensor(normals(key(seed), tf.util.sizeFromShape(shape)), shape);

interface Case {
  /** The inputs, parameters among them. */
  readonly inputs: () => Tensor[];
  readonly apply: (inputs: Tensor[]) => Tensor;
}

const attentionNames = ['query', 'key', 'value', 'mix'].flatMap((part) => [`layer/${part}/weight`, `layer/${part}/bias`]);
const named = (names: readonly string[], tensors: Tensor[]): ParameterTensors =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i]]));

/** A layer that takes and gives duals, with its first inputs as value and one tangent: the derivative along it is tested as a layer too. */
const forward = (inputs: () => Tensor[], layer: (x: nn.Dual, rest: Tensor[]) => nn.Dual): { value: Case; along: Case } => ({
  value: { inputs, apply: ([value, ...rest]) => layer({ value }, rest).value },
  along: {
    inputs: () => [random([1, ...inputs()[0].shape], 9), ...inputs()],
    apply: ([tangents, value, ...rest]) => nn.tangentsOf(layer({ value, tangents }, rest))!,
  },
});

const modulationNames = ['layer/scale/weight', 'layer/shift/weight', 'layer/scale/bias', 'layer/shift/bias'];
const blockSettings = { model: 4, heads: 2, expansion: 2, activation: nn.activations.gelu, norm: nn.layerNorm, gates: true, distances: 3 };
const blockWeights = nn.initTransformerBlock(key(1), 'layer', blockSettings);
const blockNames = Object.keys(blockWeights);

const picture = (): Tensor => random([2, 4, 4, 4], 1);
const weighted = (rest: Tensor[]): ParameterTensors => ({ 'layer/weight': rest[0], 'layer/bias': rest[1] });
const squared = (x: nn.Dual): nn.Dual => nn.activate(x, nn.activations.tanh);

const duals: Record<string, { value: Case; along: Case }> = {
  activate: forward(
    () => [random([3, 4], 1)],
    (x) => nn.activate(x, nn.activations.swish),
  ),
  attention: forward(
    () => [
      random([2, 3, 4], 1),
      tf.mul(random([1, 2, 3, 3], 2), 0.5),
      ...attentionNames.map((name, i) => tf.mul(random(name.endsWith('weight') ? [4, 4] : [4], 10 + i), 0.5)),
    ],
    (x, [bias, ...rest]) => nn.attention(named(attentionNames, rest), 'layer', x, 2, bias),
  ),
  concatenate: forward(
    () => [random([3, 4], 1)],
    (x) => squared(nn.concatenate(x, squared(x))),
  ),
  convolve: forward(
    () => [picture(), tf.mul(random([3, 3, 4, 2], 2), 0.2), random([2], 3)],
    (x, rest) => squared(nn.convolve(weighted(rest), 'layer', x, 2)),
  ),
  convolveTransposed: forward(
    () => [picture(), tf.mul(random([4, 4, 2, 4], 2), 0.2), random([2], 3)],
    (x, rest) => squared(nn.convolveTransposed(weighted(rest), 'layer', x)),
  ),
  denseDual: forward(
    () => [random([2, 3, 4], 1), random([4, 5], 2), random([5], 3)],
    (x, rest) => squared(nn.denseDual(weighted(rest), 'layer', x)),
  ),
  groupNorm: forward(
    () => [picture(), random([4], 2), random([4], 3)],
    (x, [scale, shift]) => squared(nn.groupNorm({ 'layer/scale': scale, 'layer/shift': shift }, 'layer', x, 2)),
  ),
  layerNorm: forward(
    () => [random([3, 5], 1)],
    (x) => nn.layerNorm(x),
  ),
  linear: forward(
    () => [random([3, 4], 1)],
    (x) => squared(nn.linear(squared(x), (v) => tf.reverse(v, -1))),
  ),
  plus: forward(
    () => [random([3, 4], 1), random([4], 2)],
    (x, [by]) => squared(nn.plus(x, by)),
  ),
  rmsNorm: forward(
    () => [random([3, 5], 1)],
    (x) => nn.rmsNorm(x),
  ),
  sum: forward(
    () => [random([3, 4], 1)],
    (x) => squared(nn.sum(x, squared(x))),
  ),
  modulatedNorm: forward(
    () => [random([2, 3, 4], 1), random([2, 4], 2), ...[4, 5, 6, 7].map((seed) => tf.mul(random(seed < 6 ? [4, 4] : [4], seed), 0.5))],
    (x, [side, ...rest]) => nn.modulatedNorm(named(modulationNames, rest), 'layer', x, side, nn.layerNorm),
  ),
  transformerBlock: forward(
    () => [
      random([2, 3, 4], 1),
      random([1, 4], 2),
      ...blockNames.map((name, i) => tf.mul(random([...blockWeights[name].shape], 20 + i), 0.4)),
    ],
    (x, [side, ...rest]) => nn.transformerBlock(named(blockNames, rest), 'layer', x, side, blockSettings),
  ),
  ...Object.fromEntries(
    (['timeLayer', 'timeLayer of one time, stride 2', 'timeLayer, stride -2'] as const).flatMap((what, m) =>
      nn.timeLayerNames.map((kind) => {
        const map = m === 0 ? nn.denseMap : nn.convolutionMap(m === 1 ? 2 : -2, m === 1);
        const layer = nn.timeLayer(kind, map, 2, 3);
        const weights = layer.init(key(1), 'layer', 4, 2, 1);
        const names = Object.keys(weights);
        return [
          `${what}, ${kind}`.replace('timeLayer, ignore', 'timeLayer'),
          forward(
            () => [
              m === 0 ? random([2, 4], 1) : random([2, 2, 2, 4], 1),
              random([m === 1 ? 1 : 2, 2], 2),
              ...names.map((name, i) => tf.mul(random([...weights[name].shape], 3 + i), 0.4)),
            ],
            (x, [side, ...rest]) => squared(layer.apply(named(names, rest), 'layer', x, side as Tensor2D)),
          ),
        ];
      }),
    ),
  ),
  times: forward(
    () => [random([3, 4], 1), random([4], 2)],
    (x, [by]) => squared(nn.times(squared(nn.times(x, by)), by)),
  ),
};

const layers: Record<string, Case> = {
  dense: {
    inputs: () => [random([2, 3, 4], 1), random([4, 5], 2), random([5], 3)],
    apply: ([x, weight, bias]) => tf.square(nn.dense({ 'layer/weight': weight, 'layer/bias': bias }, 'layer', x)),
  },
  enlarge: { inputs: () => [picture()], apply: ([x]) => tf.square(nn.enlarge(x)) },
  multiply: { inputs: () => [random([2, 3, 4], 1), random([4, 5], 2)], apply: ([x, w]) => tf.square(nn.multiply(x, w)) },
  relativeBias: { inputs: () => [random([2, 5], 1)], apply: ([table]) => tf.exp(nn.relativeBias(table, 3)) },
  shrink: { inputs: () => [picture()], apply: ([x]) => tf.square(nn.shrink(x)) },
  squeeze: { inputs: () => [picture()], apply: ([x]) => tf.square(nn.squeeze(x)) },
  unsqueeze: { inputs: () => [picture()], apply: ([x]) => tf.square(nn.unsqueeze(x)) },
  sideInput: {
    inputs: () => [tf.tensor1d([0.1, 0.6, 0.9]), random([3, 2], 1)],
    apply: ([t, condition]) => tf.square(nn.sideInput(t as Tensor1D, 1, condition as Tensor2D, 2)),
  },
  timeFeatures: { inputs: () => [tf.tensor1d([0.1, 0.6, 0.9])], apply: ([t]) => tf.mul(nn.timeFeatures(t as Tensor1D, 1), 0.3) },
  timeWaves: { inputs: () => [tf.tensor1d([0.1, 0.6, 0.9])], apply: ([t]) => nn.timeWaves(t as Tensor1D, 4, 3) },
  logSoftmax: { inputs: () => [random([3, 4], 1)], apply: ([x]) => tf.square(logSoftmax(x)) },
  softplus: { inputs: () => [random([3, 4], 1)], apply: ([x]) => softplus(x) },
  softmax: { inputs: () => [random([3, 4], 1)], apply: ([x]) => tf.softmax(x) },
  ...Object.fromEntries(
    Object.entries(duals).flatMap(([name, { value, along }]) => [
      [name, value],
      [`${name}, forward`, along],
    ]),
  ),
};

const notLayers = new Set([
  'activations',
  'activationNames',
  'convolutionMap',
  'denseMap',
  'tangentsOf',
  'timeFeatureCount',
  'timeLayerNames',
]);

test('every layer that nn exports has a case', (t) => {
  const exported = Object.keys(nn).filter((name) => !name.startsWith('init') && !notLayers.has(name));
  t.deepEqual(
    exported.filter((name) => !(name in layers)),
    [],
  );
});

const inner = (a: Tensor[], b: Tensor[]): Tensor => tf.addN(a.map((v, i) => tf.sum(tf.mul(v, b[i]))));
const gradientsOf = (f: (inputs: Tensor[]) => Tensor, inputs: Tensor[]): Tensor[] =>
  Object.values(valueAndGradients((given) => f(Object.values(given)) as tf.Scalar, Object.fromEntries(inputs.entries())).gradients);
const shifted = (inputs: Tensor[], along: Tensor[], by: number): Tensor[] => inputs.map((v, i) => tf.add(v, tf.mul(along[i], by)));

/** A fourth-order central difference of a scalar function along a direction; error about h⁴ + 1e-7/h. */
function difference(f: (inputs: Tensor[]) => Tensor, inputs: Tensor[], along: Tensor[]): number {
  const h = 0.04;
  const at = (by: number): number => f(shifted(inputs, along, by)).dataSync()[0];
  return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
}

for (const [name, { inputs: make, apply }] of Object.entries(layers)) {
  test.serial(`${name}: first and second derivatives along random directions against central differences`, (t) => {
    const before = countTensors();
    tf.tidy(() => {
      const inputs = make();
      const directions = (seed: number): Tensor[] =>
        inputs.map((v, i) => tf.mul(random(v.shape, seed + i), 1 / Math.sqrt(inputs.reduce((n, w) => n + w.size, 0))));
      const [v, w] = [directions(100), directions(200)];
      const weights = random(apply(inputs).shape, 300);
      const loss = (given: Tensor[]): Tensor => tf.sum(tf.mul(apply(given), weights));
      const gradient = (given: Tensor[]): Tensor[] => gradientsOf(loss, given);
      const alongW = (given: Tensor[]): Tensor => inner(gradient(given), w);
      const second = gradientsOf(alongW, inputs);
      const [g, h] = [inner(gradient(inputs), v), inner(second, v)].map((x) => x.dataSync()[0]);
      t.is(mismatch([g], [difference(loss, inputs, v)], { atol: 1e-4, rtol: 1e-4 }), undefined, 'first');
      t.is(mismatch([h], [difference(alongW, inputs, v)], { atol: 1e-4, rtol: 1e-4 }), undefined, 'second');
      t.true(Math.abs(h) > 1e-3, 'a second derivative worth testing');
    });
    t.is(countTensors(), before);
  });
}

for (const [name, { along }] of Object.entries(duals)) {
  test.serial(`${name}: the derivative carried forward is that of central differences`, (t) => {
    tf.tidy(() => {
      const [tangents, x, ...rest] = along.inputs();
      const direction = tf.div(tf.squeeze(tangents, [0]), Math.sqrt(x.size));
      const of = (value: Tensor): Tensor => duals[name].value.apply([value, ...rest]);
      const h = 0.05;
      const at = (by: number): Tensor => of(tf.add(x, tf.mul(direction, by)));
      const expected = tf.div(tf.sub(tf.mul(8, tf.sub(at(h), at(-h))), tf.sub(at(2 * h), at(-2 * h))), 12 * h);
      const actual = along.apply([tf.expandDims(direction, 0), x, ...rest]);
      t.is(mismatch(actual.dataSync(), expected.dataSync(), { atol: 2e-5, rtol: 1e-4 }), undefined);
    });
  });
}

test('stable functions stay finite where the plain formulas overflow', (t) => {
  const x = tf.tensor2d([[1000, 0, -1000]]);
  t.deepEqual([...read(() => logSoftmax(x))], [0, -1000, -2000]);
  t.deepEqual([...read(() => softplus(x))], [1000, Math.fround(Math.LN2), 0]);
  x.dispose();
});

test.serial('times that were made and freed inside the differentiated function still have their gradient', (t) => {
  const base = tf.tensor1d([0.2, 0.7]);
  const before = countTensors();
  const slopeOfTime = tf.grad((scale: Tensor) => {
    const features = tf.tidy(() => nn.timeFeatures(tf.mul<Tensor1D>(scale, base), 1));
    return tf.sum(features);
  });
  const expected = [0.2, 0.7].reduce((sum, b) => sum + b * (1 + Math.PI * (Math.cos(Math.PI * b) - Math.sin(Math.PI * b))), 0);
  const scale = tf.scalar(1);
  t.is(
    mismatch(
      read(() => slopeOfTime(scale)),
      [expected],
      { rtol: 1e-5 },
    ),
    undefined,
  );
  scale.dispose();
  t.is(countTensors(), before);
  base.dispose();
});
