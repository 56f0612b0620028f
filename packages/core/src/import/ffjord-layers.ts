import { sizeOf } from '@advect/base/array';
import { AdvectError } from '@advect/base/errors';
import type { ConvOptions, Parameters } from '../field/index.js';
import type { TimeLayerName } from '../nn/index.js';
import { type Affine, convolutionOf, float32, inputsOf, type Weights } from './weights.js';

/** One layer of a net, in the terms of `timeLayer`. */
export interface FfjordLayer {
  readonly kind: TimeLayerName;
  /** Whether a convolution also sees the row and the column of each pixel. */
  readonly coordinates: boolean;
  /** L */
  readonly map: Affine;
  /** M of 'blend', and all of those of 'hyper' side by side. */
  readonly modes?: Affine;
  /** The net of the time that mixes the modes of 'hyper'. */
  readonly hyper?: Affine;
  readonly gate?: Affine;
  /** V, of no bias. */
  readonly shift?: Pick<Affine, 'shape' | 'weight'>;
}

/** Of a convolution: 1 keeps the size, 2 halves it, −2 doubles it. */
export type Stride = NonNullable<ConvOptions['strides']>[number];

/**
 * Reads the layers of a net of `channels` numbers whose names are those of `at(0)`, `at(1)` …; throws `invalid-file` where they
 * do not make a field.
 *
 * @param strides of convolutions, one for each layer; none for linear layers
 */
export function readLayers(
  weights: Weights,
  count: number,
  at: (index: number) => string,
  channels: number,
  strides?: readonly Stride[],
): FfjordLayer[] {
  const layers: FfjordLayer[] = [];
  for (let i = 0; i < count; i++) layers.push(readLayer(weights, at(i), layers.at(-1)?.map.outputs ?? channels, strides?.[i]));
  const [{ kind, coordinates }, last] = [layers[0], layers.at(-1)!];
  const alike = (layer: FfjordLayer): boolean =>
    layer.kind === kind && layer.coordinates === coordinates && layer.hyper?.outputs === layers[0].hyper?.outputs;
  if (layers.every(alike) && last.map.outputs === channels) return layers;
  throw new AdvectError(
    'invalid-file',
    `the layers do not make a field of ${channels} channels: ${layers.map(({ kind: one, map }) => `${one} ${map.inputs} to ${map.outputs}`).join(', ')}`,
    'Read are nets of layers of one kind, with as many outputs as inputs.',
  );
}

/** The numbers that come out of a layer, as far as its file tells. */
export const outputsOf = (weights: Weights, at: string): number | undefined =>
  (weights.shapeOf(`${at}_layer.bias`) ?? weights.shapeOf(`${at}_layer0.bias`))?.[0];

function readLayer(weights: Weights, at: string, inputs: number, stride: Stride | undefined): FfjordLayer {
  const refuse = (problem: string, hint: string): never => {
    throw new AdvectError('invalid-file', `'${at.slice(0, -1)}' ${problem}`, hint);
  };
  const read = (name: string): Affine => (stride === undefined ? weights.linear(name) : weights.convolution(name, stride === -2));
  const plain = { coordinates: false };
  if (weights.has(`${at}_layer0.weight`)) return { kind: 'blend', ...plain, ...blendOf(read(`${at}_layer0`), read(`${at}_layer1`)) };
  if (weights.has(`${at}_hypernet.weight`)) return { kind: 'blend', ...plain, ...hyperConvolution(weights, at, inputs, stride ?? 1) };
  if (weights.has(`${at}_hypernet.0.weight`)) return { kind: 'hyper', ...plain, ...hyperLinear(weights, at, inputs) };

  const map = read(`${at}_layer`);
  const window = stride === 1 ? 3 : 4;
  if (stride !== undefined && map.shape[0] !== window) {
    refuse(`is a convolution with a window of ${map.shape[0]} where a stride of ${stride} has one of ${window}`, 'Give its `strides`.');
  }
  if (weights.has(`${at}_hyper.weight`)) {
    if (stride !== undefined) refuse('is a squash convolution, which the reference code cannot run', 'Train another kind of layer.');
    return fitting({ kind: 'squash', ...plain, map, gate: weights.linear(`${at}_hyper`) });
  }
  if (weights.has(`${at}_hyper_bias.weight`)) {
    const gated = weights.has(`${at}_hyper_gate.weight`);
    const shift = weights.linear(`${at}_hyper_bias`);
    if (gated) return fitting({ kind: 'concat-squash', ...plain, map, gate: weights.linear(`${at}_hyper_gate`), shift });
    return fitting(
      stride === undefined ? { kind: 'concat', ...plain, map, shift } : { kind: 'concat-squash', ...plain, map, gate: open(map), shift },
    );
  }
  const side = map.inputs - inputs;
  if (side === 0) return { kind: 'ignore', ...plain, map };
  if (side === 1) return withSideApart(map, inputs, 'before', stride);
  if (side === 3 && stride !== undefined) return withSideApart(map, inputs, 'behind', stride);
  return refuse(`takes ${map.inputs} numbers where ${inputs} come`, 'Read are layers that see their input and the time.');

  function fitting(layer: FfjordLayer): FfjordLayer {
    const outputs = layer.gate?.outputs ?? layer.shift!.weight.length;
    if (map.inputs === inputs && outputs === map.outputs) return layer;
    return refuse(`maps ${map.inputs} numbers to ${map.outputs}, where ${inputs} come and its time goes to ${outputs}`, 'Check the file.');
  }
}

/** A gate that is 1 at all times, in float32 too: what concat_v2 has no gate for. */
const open = ({ outputs }: Affine): Affine => ({
  inputs: 1,
  outputs,
  shape: [1, outputs],
  weight: new Float64Array(outputs),
  bias: new Float64Array(outputs).fill(30),
});

/** (1 − t)·L₀(h) + t·L₁(h) */
function blendOf(map: Affine, end: Affine): { map: Affine; modes: Affine } {
  const difference = (a: Float64Array, b: Float64Array): Float64Array => b.map((v, i) => v - a[i]);
  return { map, modes: { ...map, weight: difference(map.weight, end.weight), bias: difference(map.bias, end.bias) } };
}

/** Time, or time, row and column, stand before the input or behind it. */
function withSideApart(map: Affine, inputs: number, where: 'before' | 'behind', stride: Stride | undefined): FfjordLayer {
  const transposed = stride === -2;
  const width = map.inputs - inputs;
  const [own, side] = where === 'before' ? [width, 0] : [0, inputs];
  const of = (from: number, count: number): Pick<Affine, 'shape' | 'weight'> => {
    const [a, b] = transposed ? [map.outputs, count] : [count, map.outputs];
    return { shape: [...map.shape.slice(0, -2), a, b], weight: inputsOf(map, from, from + count, transposed) };
  };
  return { kind: 'concat', coordinates: width === 3, map: { ...map, inputs, ...of(own, inputs) }, shift: of(side, width) };
}

/** A net of the time makes bias and weight, [outputs] and [outputs, inputs]: its hidden units mix as many maps. */
function hyperLinear(weights: Weights, at: string, inputs: number): Pick<FfjordLayer, 'map' | 'modes' | 'hyper'> {
  const hyper = weights.linear(`${at}_hypernet.0`);
  const made = weights.linear(`${at}_hypernet.2`);
  const units = hyper.outputs;
  const outputs = made.outputs / (inputs + 1);
  if (!Number.isInteger(outputs) || made.inputs !== units) {
    throw new AdvectError(
      'invalid-file',
      `'${at}_hypernet' makes ${made.outputs} numbers of ${made.inputs}, not the weights of a layer of ${inputs} inputs`,
      'Give `event`, the shape of one sample; read are nets of one hidden layer.',
    );
  }
  /** Entry `index` of what the net makes of its unit `k`, or of its bias. */
  const from = (index: number, k?: number): number => (k === undefined ? made.bias[index] : made.weight[k * made.outputs + index]);
  const mapOf = (columns: number, unitOf: (column: number) => number | undefined): Affine => ({
    inputs,
    outputs: columns,
    shape: [inputs, columns],
    weight: Float64Array.from({ length: inputs * columns }, (_, i) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      return from(outputs + (column % outputs) * inputs + row, unitOf(column));
    }),
    bias: Float64Array.from({ length: columns }, (_, column) => from(column % outputs, unitOf(column))),
  });
  return { map: mapOf(outputs, () => undefined), modes: mapOf(units * outputs, (column) => Math.floor(column / outputs)), hyper };
}

/** Weights that are linear in the time, so that the layer is a blend; the reference code takes the bias from where they begin. */
function hyperConvolution(weights: Weights, at: string, inputs: number, stride: Stride): Pick<FfjordLayer, 'map' | 'modes'> {
  const { outputs: made, weight, bias } = weights.linear(`${at}_hypernet`);
  const window = stride === 1 ? 3 : 4;
  const outputs = made / (inputs * window ** 2 + 1);
  if (!Number.isInteger(outputs)) {
    throw new AdvectError(
      'invalid-file',
      `'${at}_hypernet' makes ${made} numbers, not the weights of a convolution of ${inputs} channels`,
      'Give its `strides` and `event`.',
    );
  }
  const shape = [...(stride === -2 ? [inputs, outputs] : [outputs, inputs]), window, window];
  const mapOf = (from: Float64Array): Affine => ({
    inputs,
    outputs,
    ...convolutionOf(from.subarray(0, sizeOf(shape)), shape),
    bias: from.slice(0, outputs),
  });
  return { map: mapOf(bias), modes: mapOf(weight) };
}

/** The same field of linear layers for points y = scale·x + shift: the first layer takes x from y, the last one scales the velocity. */
export function inOtherUnits(layers: readonly FfjordLayer[], scale: Float64Array, shift: Float64Array): FfjordLayer[] {
  return layers.map((layer, i) => {
    let { map, modes, shift: added } = layer;
    if (i === 0) [map, modes] = [fromOtherUnits(map, scale, shift), modes && fromOtherUnits(modes, scale, shift)];
    if (i === layers.length - 1) {
      const scaled = (v: Float64Array): Float64Array => v.map((value, at) => value * scale[at % layer.map.outputs]);
      const all = (of: Affine): Affine => ({ ...of, weight: scaled(of.weight), bias: scaled(of.bias) });
      [map, modes, added] = [all(map), modes && all(modes), added && { ...added, weight: scaled(added.weight) }];
    }
    return { ...layer, map, ...(modes && { modes }), ...(added && { shift: added }) };
  });
}

/** x·W + b with x = (y − shift)/scale, as a map of y. */
function fromOtherUnits(map: Affine, scale: Float64Array, shift: Float64Array): Affine {
  const weight = map.weight.map((v, at) => v / scale[Math.floor(at / map.outputs)]);
  const bias = map.bias.map((v, j) => shift.reduce((sum, s, d) => sum - s * weight[d * map.outputs + j], v));
  return { ...map, weight, bias };
}

/** The layers as weights of an `mlp` or a `conv`. */
export function toParameters(layers: readonly FfjordLayer[]): Parameters {
  const named = layers.map(({ map, modes, hyper, gate, shift }, i): Parameters => {
    const name = i < layers.length - 1 ? `hidden${i}` : 'output';
    const both = (at: string, of: Affine): Parameters => ({
      [`${at}/weight`]: float32(of.weight, ...of.shape),
      [`${at}/bias`]: float32(of.bias, of.outputs),
    });
    return {
      ...both(name, map),
      ...(shift && { [`${name}/shift/weight`]: float32(shift.weight, ...shift.shape) }),
      ...(gate && both(`${name}/gate`, gate)),
      ...(hyper && both(`${name}/hyper`, hyper)),
      ...(modes && both(`${name}/modes`, modes)),
    };
  });
  return Object.assign({}, ...named) as Parameters;
}
