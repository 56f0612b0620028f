import test, { type ExecutionContext } from 'ava';
import { sizeOf } from '@advect/base/array';
import { type Graph, interpret, trace } from '@advect/compiler';
import { endpointField, mlp, transformer, transformerNetwork, type EndpointField, type VelocityField } from '#src/field/index.js';
import type { Trace } from '#src/flow/divergence.js';
import { divergenceFunction, logitsFunction, pullbackFunction, velocityFunction } from '#src/flow/programs/functions.js';
import { byWeight, marked, rowsOf, type TracedFunction, weightInputs } from '#src/flow/programs/index.js';
import { weightArrays } from '#src/flow/programs/traced.js';
import { activationNames, activations } from '#src/nn/activations.js';
import { crossEntropy } from '#src/objective/endpoint.js';
import { key as keyFromSeed, normals, split, uniforms, type Key } from '#src/random/index.js';
import { ready, type Scalar, type Tensor, type Tensor1D, type Tensor2D, tf, valueAndGradients } from '#src/tensor/index.js';

test.before(async () => {
  await ready({ backend: 'cpu' });
});

const dim = { dim: 3, hidden: [8, 8], lastLayer: 'random' } as const;
/** With a small sigma the slopes in t are so steep that a change of x by half a unit in its last place shows in the third digit. */
const codebook = [
  [1, 0],
  [0, 1],
  [-1, -1],
];

const tokens = transformerNetwork({ input: [4, 5], output: [4, 3], model: 8, layers: 2, heads: 2, octaves: 2, conditionDim: 2, period: 2 });
const plain = transformerNetwork({ input: [4, 2], output: [4, 3], model: 8, layers: 1, heads: 2, octaves: 1, lastLayer: 'random' });

const fields: { readonly [name: string]: VelocityField } = {
  ...Object.fromEntries(activationNames.map((activation) => [`mlp ${activation}`, mlp({ ...dim, activation })])),
  'mlp concat': mlp({ ...dim, time: 'concat', residual: true }),
  'mlp octaves and condition': mlp({ ...dim, octaves: 5, conditionDim: 2, residual: true, activation: 'tanh' }),
  transformer: transformer({ event: [4, 3], model: 8, layers: 2, heads: 2, expansion: 2, octaves: 3, conditionDim: 2, period: 2 }),
  'transformer plain': transformer({ event: [3, 2], model: 6, layers: 1, heads: 3, octaves: 0, relativePositions: false }),
  'endpoint logits': endpointField({ network: plain, codebook, sigma: 0.2 }),
  'endpoint logits+input': endpointField({ network: tokens, codebook, sigma: 0.5, evidence: 'logits+input' }),
  'endpoint none': endpointField({ network: plain, codebook, evidence: 'none' }),
};

/** Fresh weights, moved off their zeros. */
function weightsOf(field: VelocityField, key: Key) {
  const fresh = Object.entries(field.init(key));
  return Object.fromEntries(
    fresh.map(([name, { shape, data }]) => {
      const noise = normals(split(key, name), data.length);
      return [name, { shape, data: data.map((value, i) => value + 0.2 * noise[i]) }];
    }),
  );
}

const numbersFor = (name: string, key: Key, size: number): Float32Array =>
  name === 't' ? uniforms(split(key, name), size) : normals(split(key, name), size);

/**
 * The largest entry, at least 1. A key's bias moves all scores of a query alike, so its gradient is 0, and what comes out is
 * the rounding of terms that cancel: their size is that of the key's weights' gradient.
 */
const scaleOf = (tensor: Tensor): number => [...tensor.dataSync()].reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);

/** What the graph computes and what the function computes with the kernels of TensorFlow.js, on the same numbers. */
function agree(
  t: ExecutionContext,
  { f, inputs }: TracedFunction,
  weights: { readonly [name: string]: Float32Array },
  what: string,
): Graph {
  const key = keyFromSeed(5);
  const data = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => [name, weights[name] ?? numbersFor(name, key, sizeOf(shape))]),
  );
  const before = tf.memory().numTensors;
  const graph = trace(f, inputs);
  t.is(tf.memory().numTensors, before);
  const ours = interpret(graph, data, { round: Math.fround });
  tf.tidy(() => {
    const theirs = f(Object.fromEntries(Object.entries(inputs).map(([name, { shape }]) => [name, tf.tensor(data[name], [...shape])])));
    t.deepEqual(Object.keys(ours), Object.keys(theirs));
    for (const [name, tensor] of Object.entries(theirs)) {
      const expected = Array.from(tensor.dataSync());
      const scale = scaleOf(theirs[name.replace(/key\/bias$/, 'key/weight')]);
      const error = expected.reduce((worst, value, i) => Math.max(worst, Math.abs(value - ours[name][i])), 0) / scale;
      t.true(error < 1e-5, `${what}, ${name}: ${error}`);
    }
  });
  return graph;
}

/** A loss for each row and the gradient of their sum. */
const gradientOf = (
  inputs: TracedFunction['inputs'],
  loss: (weights: { readonly [name: string]: Tensor }, rows: { readonly [name: string]: Tensor }) => Tensor,
): TracedFunction => ({
  inputs,
  f: (tensors) => {
    const { value, gradients } = valueAndGradients(
      (weights) => tf.sum<Scalar>(loss(byWeight(weights), tensors)),
      marked(byWeight(tensors)),
    );
    return { value, ...gradients };
  },
});

const isEndpoint = (field: VelocityField): field is EndpointField => 'logits' in field;

for (const [name, field] of Object.entries(fields)) {
  test(`traced as computed: ${name}`, (t) => {
    const parameters = weightsOf(field, keyFromSeed(3));
    const conditioned = field.conditionDim > 0;
    const weights = weightArrays(parameters);
    const of = { field, parameters, conditioned };
    const exact: Trace = { kind: 'exact' };
    const probes: Trace = { kind: 'gaussian', probes: 2 };

    const inReverse = { ...of, field: { ...field, velocityAndJvp: undefined as never } };
    agree(t, pullbackFunction(of, exact), weights, 'pullback');
    agree(t, pullbackFunction(inReverse, probes), weights, 'pullback of a divergence in reverse');
    if (!(name.slice(4) in activations)) {
      agree(t, velocityFunction(of, 'rows'), weights, 'velocity');
      agree(t, divergenceFunction(of, probes, 'rows'), weights, 'divergence by probes');
      agree(t, divergenceFunction(of, exact, 'shared'), weights, 'exact divergence');
    }

    const inputs = {
      xt: rowsOf(...field.event),
      t: rowsOf(),
      ...(conditioned && { condition: rowsOf(field.conditionDim) }),
      ...weightInputs(parameters),
    };
    const inputOf = (rows: { readonly [name: string]: Tensor }) => ({
      x: rows['xt'],
      t: rows['t'] as Tensor1D,
      ...(conditioned && { condition: rows['condition'] as Tensor2D }),
    });
    const squares = gradientOf({ ...inputs, target: rowsOf(...field.event) }, (p, rows) =>
      tf.sum(tf.reshape(tf.square(tf.sub(field.velocity(p, inputOf(rows)), rows['target'])), [rows['xt'].shape[0], -1]), 1),
    );
    agree(t, squares, weights, 'flow matching');
    if (!isEndpoint(field)) return;
    agree(t, logitsFunction({ ...of, field }), weights, 'logits');
    const target = rowsOf(field.slots, field.codebook.length);
    agree(t, gradientOf({ ...inputs, target }, crossEntropy(field).loss), weights, 'endpoint matching');
  });
}

test('times become the same waves in a graph, up to the 16th octave', (t) => {
  const field = mlp({ ...dim, octaves: 16 });
  const parameters = weightsOf(field, keyFromSeed(4));
  const weights = weightArrays(parameters);
  const graph = agree(t, velocityFunction({ field, parameters, conditioned: false }, 'rows'), weights, 'velocity');
  t.true(graph.nodes.some((node) => node.op === 'unary' && node.f === 'sin'));
});
