import { AdvectError } from '@advect/base/errors';
import type { Parameters } from '../field/index.js';
import type { TimeLayerName } from '../nn/index.js';
import { type Affine, float32, inputsOf, type Weights } from './weights.js';

/** z = (L₀(h) + t·L₁(h))·σ(gate(t)) + t·shift, of which each kind has some parts. */
export interface FfjordLayer {
  readonly kind: TimeLayerName;
  readonly inputs: number;
  readonly outputs: number;
  /** L₀, and L₁ where there is one. */
  readonly maps: readonly Affine[];
  readonly gate?: Affine;
  /** [outputs] */
  readonly shift?: Float64Array;
}

const READ = 'Read are nets of linear layers of one kind: ignore, concat, squash, concatsquash or blend.';

/** Reads the layers whose names are those of `at(0)`, `at(1)` …; throws `invalid-file` where they do not make a field. */
export function readLayers(weights: Weights, count: number, at: (index: number) => string): FfjordLayer[] {
  const read = Array.from({ length: count }, (_, i) => readLayer(weights, at(i)));
  // A layer that sees the time beside its input and one that does not have the same names: a field has as many outputs as inputs.
  const layers = read[0].kind === 'ignore' && read[0].inputs === read.at(-1)!.outputs + 1 ? read.map(withTimeApart) : read;
  const fits = layers.every(({ kind, inputs }, i) => kind === layers[0].kind && inputs === layers.at(i - 1)!.outputs);
  if (!fits) {
    throw new AdvectError(
      'invalid-file',
      `the layers do not follow one another: ${layers.map(({ kind, inputs, outputs }) => `${kind} ${inputs} to ${outputs}`).join(', ')}`,
      READ,
    );
  }
  return layers;
}

function readLayer(weights: Weights, at: string): FfjordLayer {
  const of = (kind: TimeLayerName, maps: readonly Affine[], more: Partial<FfjordLayer> = {}): FfjordLayer => ({
    kind,
    inputs: maps[0].inputs,
    outputs: maps[0].outputs,
    maps,
    ...more,
  });
  if (weights.has(`${at}_layer0.weight`)) {
    const [first, second] = [weights.linear(`${at}_layer0`), weights.linear(`${at}_layer1`)];
    const difference = (a: Float64Array, b: Float64Array) => b.map((v, i) => v - a[i]);
    return of('blend', [first, { ...first, weight: difference(first.weight, second.weight), bias: difference(first.bias, second.bias) }]);
  }
  if (weights.has(`${at}_hypernet.0.weight`)) {
    throw new AdvectError('invalid-file', `'${at}' is a hyper layer, which importFfjord does not read`, READ);
  }
  const layer = weights.linear(`${at}_layer`);
  if (weights.has(`${at}_hyper.weight`)) return of('squash', [layer], { gate: weights.linear(`${at}_hyper`) });
  if (!weights.has(`${at}_hyper_gate.weight`)) return of('ignore', [layer]);
  const gate = weights.linear(`${at}_hyper_gate`);
  return of('concat-squash', [layer], { gate, shift: weights.linear(`${at}_hyper_bias`).weight });
}

/** The time is the first of the inputs. */
function withTimeApart({ inputs, outputs, maps: [whole] }: FfjordLayer): FfjordLayer {
  const points = { ...whole, inputs: inputs - 1, weight: inputsOf(whole, 1, inputs) };
  return { kind: 'concat', inputs: inputs - 1, outputs, maps: [points], shift: inputsOf(whole, 0, 1) };
}

/** The same field for points y = scale·x + shift: the first layer takes x from y, and the last one scales the velocity. */
export function inOtherUnits(layers: readonly FfjordLayer[], scale: Float64Array, shift: Float64Array): FfjordLayer[] {
  return layers.map((layer, i) => {
    let { maps, shift: added } = layer;
    if (i === 0) maps = maps.map((map) => fromOtherUnits(map, scale, shift));
    if (i === layers.length - 1) {
      const scaled = (v: Float64Array): Float64Array => v.map((value, at) => value * scale[at % layer.outputs]);
      maps = maps.map((map) => ({ ...map, weight: scaled(map.weight), bias: scaled(map.bias) }));
      added = added && scaled(added);
    }
    return { ...layer, maps, ...(added && { shift: added }) };
  });
}

/** x·W + b with x = (y − shift)/scale, as a map of y. */
function fromOtherUnits(map: Affine, scale: Float64Array, shift: Float64Array): Affine {
  const weight = map.weight.map((v, at) => v / scale[Math.floor(at / map.outputs)]);
  const bias = map.bias.map((v, j) => shift.reduce((sum, s, d) => sum - s * weight[d * map.outputs + j], v));
  return { ...map, weight, bias };
}

/** The layers as weights of an `mlp`. */
export function toParameters(layers: readonly FfjordLayer[]): Parameters {
  const named = layers.map(({ inputs, outputs, maps: [map, change], gate, shift }, i): Parameters => {
    const name = i < layers.length - 1 ? `hidden${i}` : 'output';
    return {
      [`${name}/weight`]: float32(map.weight, inputs, outputs),
      [`${name}/bias`]: float32(map.bias, outputs),
      ...(shift && { [`${name}/shift/weight`]: float32(shift, 1, outputs) }),
      ...(gate && { [`${name}/gate/weight`]: float32(gate.weight, 1, outputs), [`${name}/gate/bias`]: float32(gate.bias, outputs) }),
      ...(change && {
        [`${name}/modes/weight`]: float32(change.weight, inputs, outputs),
        [`${name}/modes/bias`]: float32(change.bias, outputs),
      }),
    };
  });
  return Object.assign({}, ...named) as Parameters;
}
