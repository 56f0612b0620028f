import { sizeOf, zeros, type NdArray } from '@advect/base/array';
import type { ParameterTensors, Parameters } from '../field/field.js';
import { type Key, split, uniforms } from '../random/index.js';
import { tf, type Tensor } from '../tensor/index.js';
import { spend } from './budget.js';
import { type Dual, linear } from './dual.js';

/** How a dense layer starts. */
export interface DenseInit {
  /** Factor on the weights' spread; 0 makes a layer that starts as the constant 0. Default 1. */
  readonly gain?: number;
  /** Whether the layer adds a bias. Default true. */
  readonly bias?: boolean;
}

/**
 * Weights of a dense layer by name: `weight` [inputs, outputs], uniform with variance gain²/inputs so that signals keep
 * their size (LeCun et al. 1998, "Efficient BackProp", eq. 16), and `bias` [outputs], uniform in ±gain/√inputs.
 */
export function initDense(key: Key, name: string, inputs: number, outputs: number, init: DenseInit = {}): Parameters {
  const { gain = 1, bias = true } = init;
  const weight = uniformWeights(split(key, `${name}/weight`), [inputs, outputs], gain * Math.sqrt(3 / inputs));
  if (!bias) return { [`${name}/weight`]: weight };
  return { [`${name}/weight`]: weight, [`${name}/bias`]: uniformWeights(split(key, `${name}/bias`), [outputs], gain / Math.sqrt(inputs)) };
}

/** Weights that are uniform in ±limit. */
export function uniformWeights(key: Key, shape: readonly number[], limit: number): NdArray {
  spend(sizeOf(shape));
  const array = zeros(shape);
  if (limit > 0) array.data.set(uniforms(key, array.data.length).map((u) => (2 * u - 1) * limit));
  return array;
}

/** x·weight + bias for x of shape [..., inputs]; without the bias where the layer has none. One matrix product. */
export function dense(parameters: ParameterTensors, name: string, x: Tensor): Tensor {
  const product = multiply(x, parameters[`${name}/weight`]);
  const bias = parameters[`${name}/bias`];
  return bias ? tf.add(product, bias) : product;
}

/** `dense` of a dual. */
export const denseDual = (parameters: ParameterTensors, name: string, x: Dual): Dual =>
  linear(x, (v) => multiply(v, parameters[`${name}/weight`]), parameters[`${name}/bias`]);

/** x·weight for x of shape [..., inputs] and weight [inputs, outputs]: the leading axes are one long batch. */
export function multiply(x: Tensor, weight: Tensor): Tensor {
  const [inputs, outputs] = weight.shape;
  if (x.shape.length === 2) return tf.matMul(x, weight);
  return tf.reshape(tf.matMul(tf.reshape(x, [-1, inputs]), weight), [...x.shape.slice(0, -1), outputs]);
}
